import FileSystem
package import Format
import Glibc
package import HostState
import LocalStore
package import Model
package import ObjectStore
import Primitives
package import Repository

/// What an attacker, a bad disk or an operator's mistake does to a store: behind everyone's back.
extension TestHospital {
    /// A store as it was at some moment: every object by its key.
    package typealias StoreState = [String: [UInt8]]

    /// Where an object of the store lies.
    package func path(of key: String) -> String { "\(folder)/store/\(key)" }

    /// The keys of the store, rising.
    package func keys(prefix: String = "") throws -> [String] {
        try store.list(prefix: prefix).map(\.key).sorted()
    }

    /// The stored bytes of an object.
    package func bytes(of key: String) throws -> [UInt8] {
        try store.get(key, bytesMax: 1 << 30)
    }

    /// Gives an object other bytes, or takes it away.
    package func replace(_ key: String, with bytes: [UInt8]?) throws {
        let path = path(of: key)
        _ = unsafe unlink(path)
        guard let bytes else {
            return
        }
        try writeQuickly(bytes, to: path)
    }

    /// All of the store, to be put back later.
    package func storeState() throws -> StoreState {
        try keys().reduce(into: [:]) { $0[$1] = try bytes(of: $1) }
    }

    /// Makes the store what it was.
    package func putBack(_ state: StoreState) throws {
        for key in try keys() where state[key] == nil {
            try replace(key, with: nil)
        }
        for (key, bytes) in state
        where try store.size(of: key) == nil || self.bytes(of: key) != bytes {
            try replace(key, with: bytes)
        }
    }

    /// The manifests of a set, rising.
    package func manifests(_ set: String = "files") throws -> [StoredManifest] {
        guard let id = try state.id(of: set) else {
            return []
        }
        return try History(of: store, trusting: try signers()).manifests[id] ?? []
    }

    /// Which snapshots need each object, worked out anew from the manifests and their pages.
    package func needs(of sets: [String]) throws -> [String: Set<SnapshotRef>] {
        let repository = try Repository(opening: store)
        var needs: [String: Set<SnapshotRef>] = [:]
        for stored in try sets.flatMap({ try manifests($0) }) {
            let ref = stored.manifest.ref
            needs[stored.storeKey, default: []].insert(ref)
            needs[StoreKey.descriptor, default: []].insert(ref)
            for page in stored.manifest.pages {
                needs[StoreKey.list(page), default: []].insert(ref)
                for entry in try repository.page(page).entries {
                    needs[entry.object.storeKey, default: []].insert(ref)
                }
            }
        }
        return needs
    }

    /// Signs a manifest with the host's key and stores it: what a host that lies can do.
    @discardableResult
    package func forge(_ manifest: Manifest) throws -> String {
        let name = try Repository(opening: store).put(manifest, signedBy: try state.signingKey())
        return StoreKey.manifest(set: manifest.set, sequence: manifest.sequence, name: name)
    }
}

/// Writes a file and the folders above it; nothing of it need be durable.
func writeQuickly(_ bytes: [UInt8], to path: String) throws {
    if let slash = path.lastIndex(of: "/") {
        try FolderTree.make(String(path[..<slash]), mode: 0o755)
    }
    try FileHandle.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644).write(bytes)
}

// MARK: - A repository with a past

extension TestHospital {
    /// A hospital with three snapshots of `files`, two of `other`, and a record.
    package static func withHistory(in folder: String) throws -> TestHospital {
        let hospital = try TestHospital(in: folder)
        var random = SeededGenerator(seed: 4)
        for number in 1...3 {
            try hospital.write("a/\(number)", random.bytes(3_000))
            try hospital.write("large", random.bytes(300_000))
            _ = try hospital.backUp()
            if number > 1 {
                _ = try hospital.backUp("other")
            }
        }
        try hospital.putRecord()
        return hospital
    }

    /// What a catalog remembers: the newest manifest of every set.
    package func heads() throws -> [SetID: [Head]] {
        try state.setNames().reduce(into: [:]) { heads, set in
            if let newest = try manifests(set).last {
                heads[newest.manifest.set] = [newest.head]
            }
        }
    }

    private func subject(_ set: SetID) throws -> Statement.Subject {
        let any = ObjectName(SHA256.hash(try Randomness.bytes(count: 8)))
        return Statement.Subject(SnapshotRef(set: set, sequence: 1), any)
    }

    /// Signs a record with the host's key, or another's, and stores it after the last of its chain.
    ///
    /// - Parameters:
    ///   - kind: what it is to tell of.
    ///   - sets: the sets that it says it is about.
    ///   - state: whose host key signs; nil for this host's.
    ///   - other: where it is stored; nil for the hospital's own store.
    /// - Returns: where it lies.
    /// - Throws: what signing and storing throw.
    @discardableResult
    package func putRecord(
        _ kind: RecordKind = .verification,
        about sets: [SetID] = [],
        signedBy state: HostState? = nil,
        in other: (any ObjectStore)? = nil
    ) throws -> String {
        let signer = try (state ?? self.state).signingKey()
        let repository = try Repository(opening: other ?? store)
        let chain = RecordChain(kind, of: signer.verifyingKey.signer, in: repository)
        return try chain.append(signedBy: signer) { sequence, previous in
            Statement(
                // What a rewrap is of its subject says.
                kind == .rewrap ? try sets.map { try subject($0) } : [],
                predicateType: kind.predicateType,
                predicate: .object([
                    "previous": previous.map { .string($0.hex) } ?? .null,
                    "sequence": .integer(Int64(sequence)),
                    "sets": .array(sets.map { .string($0.hex) }),
                ])
            ).json
        }.key
    }
}
