import Format
import Model
package import ObjectStore
import Primitives
import Synchronization

/// A store that keeps versions, in which an object is read by the version whose bytes are its name.
///
/// A key with one version goes straight through. One with several, or behind a delete marker, is
/// looked after: its versions are hashed, the newest first, until one is right. Where none is, the
/// newest is read, and found damaged by whoever hashes it. Keys that hold no hash are read as the
/// store gives them.
package final class ManyVersions: HealableStore {
    private struct State: Sendable {
        /// Every version of the keys that are looked after, the newest first; nil until the store
        /// was asked.
        var versions: [String: [StoredVersion]]?
        /// The version by which each of them is read, as far as that was looked for.
        var chosen: [String: StoredVersion] = [:]
    }

    /// The store itself, for whoever asks about versions and locks.
    package let base: any LockableStore & HealableStore
    private let state = Mutex(State())

    /// Looks after the versions of `base`, which is not asked for them before the first look.
    package init(_ base: any LockableStore & HealableStore) {
        self.base = base
    }

    /// The store that `store` looks after; itself if it is none of these.
    package static func base(of store: any ObjectStore) -> any ObjectStore {
        guard let many = store as? ManyVersions else {
            return store
        }
        return many.base
    }

    /// That of the store itself.
    package var place: String { base.place }

    /// The version by which a key is read: the one whose lock counts.
    ///
    /// - Parameter key: of the object.
    /// - Returns: nil where the store gives the right one to whoever names none.
    /// - Throws: ``StoreError`` if the store cannot be looked at.
    package func version(of key: String) throws(StoreError) -> String? {
        try chosen(for: key)?.version
    }

    // MARK: - Writing

    /// Stores as the store itself does.
    package func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        try base.put(bytes, at: key)
        // As where it lay behind a delete marker. Whoever only writes need not list the store.
        if state.withLock({ $0.versions?[key] != nil }) {
            try lookAgain(at: key)
        }
    }

    /// Puts a version on top of what is there.
    package func heal(_ bytes: [UInt8], at key: String) throws(StoreError) {
        try base.heal(bytes, at: key)
        try lookAgain(at: key)
    }

    // MARK: - Reading

    /// Reads the right version whole.
    package func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        guard let version = try chosen(for: key) else {
            return try base.get(key, bytesMax: bytesMax)
        }
        return try base.get(version, bytesMax: bytesMax)
    }

    /// Reads a part of the right version.
    package func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        guard let version = try chosen(for: key) else {
            return try base.get(key, range: range)
        }
        // Of a version that is not the newest no part can be asked for.
        let bytes = try base.get(version, bytesMax: Limits.objectBytesMax)
        guard range.upperBound <= bytes.count else {
            throw .truncated(key: key, place: place)
        }
        return Array(bytes[range])
    }

    /// Reads the right version: in the blocks of the store itself, or in one.
    package func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        guard let version = try chosen(for: key) else {
            return unsafe try base.stream(key, body)
        }
        let bytes = try base.get(version, bytesMax: Limits.objectBytesMax)
        if !bytes.isEmpty {
            unsafe bytes.withUnsafeBytes { unsafe body($0) }
        }
    }

    /// The size of the right version.
    package func size(of key: String) throws(StoreError) -> UInt64? {
        guard let version = try chosen(for: key) else {
            return try base.size(of: key)
        }
        return version.size
    }

    /// Lists objects with the sizes of the right versions; those behind a delete marker too.
    package func list(prefix: String) throws(StoreError) -> [StoredObject] {
        var chosen: [StoredObject] = []
        for key in try lookedAfter().keys where key.hasPrefix(prefix) {
            if let version = try self.chosen(for: key) {
                chosen.append(
                    StoredObject(key: key, size: version.size, mark: version.version)
                )
            }
        }
        let keys = Set(chosen.map(\.key))
        return try base.list(prefix: prefix).filter { !keys.contains($0.key) } + chosen
    }

    // MARK: - Versions

    /// The keys that are looked after; the first who asks lists the store, the others wait for it.
    private func lookedAfter() throws(StoreError) -> [String: [StoredVersion]] {
        let found = state.withLock { state -> Result<[String: [StoredVersion]], StoreError> in
            if let known = state.versions {
                return .success(known)
            }
            do throws(StoreError) {
                let listed = try ManyVersions.several(in: base, prefix: "")
                state.versions = listed
                return .success(listed)
            } catch {
                return .failure(error)
            }
        }
        return try found.get()
    }

    /// Takes what lies under a key now.
    private func lookAgain(at key: String) throws(StoreError) {
        let listed = try ManyVersions.several(in: base, prefix: key)[key]
        state.withLock { state in
            state.versions?[key] = listed
            state.chosen[key] = nil
        }
    }

    /// The version by which a key is read; nil where the store itself gives the right one.
    private func chosen(for key: String) throws(StoreError) -> StoredVersion? {
        guard let name = StoredKind(key: key).name, let versions = try lookedAfter()[key] else {
            return nil
        }
        if let known = state.withLock({ $0.chosen[key] }) {
            return known
        }
        let found = try choose(among: versions, name)
        state.withLock { $0.chosen[key] = found }
        return found
    }

    private func choose(
        among versions: [StoredVersion],
        _ name: ObjectName
    ) throws(StoreError) -> StoredVersion? {
        for version in versions where !version.isDeleteMarker {
            do throws(StoreError) {
                let bytes = try base.get(version, bytesMax: Limits.objectBytesMax)
                if ObjectName(SHA256.hash(bytes)) == name {
                    return version
                }
            } catch {
                // One that is gone, or cannot be read, is not the one; another may be.
                switch error {
                case .busy, .unavailable: throw error
                default: continue
                }
            }
        }
        return versions.first { !$0.isDeleteMarker }
    }

    /// The versions of keys that have several, or a delete marker.
    private static func several(
        in store: any LockableStore,
        prefix: String
    ) throws(StoreError) -> [String: [StoredVersion]] {
        let all: [StoredVersion]
        do throws(StoreError) {
            all = try store.versions(prefix: prefix)
        } catch {
            // Whoever may not list versions reads the newest, and whoever hashes it finds damage.
            guard case .failed = error else {
                throw error
            }
            return [:]
        }
        var several: [String: [StoredVersion]] = [:]
        var rest = all[...]
        while let first = rest.first {
            let own = rest.prefix { $0.key == first.key }
            if own.count > 1 || first.isDeleteMarker {
                several[first.key] = Array(own)
            }
            rest = rest.dropFirst(own.count)
        }
        return several
    }
}
