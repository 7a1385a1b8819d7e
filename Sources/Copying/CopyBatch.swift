import Format
import Model
import Repository

/// Snapshots whose objects travel together, so many that a server far away is kept busy.
struct CopyBatch {
    /// One of the snapshots.
    struct Entry {
        let stored: StoredManifest
        /// The bytes of its manifest.
        let size: UInt64
        /// Those of its list pages that were not carried before.
        fileprivate(set) var pages: Set<ObjectName> = []
        /// Whether all of these could be read.
        fileprivate(set) var isRead = true

        /// Its manifest.
        var manifest: ObjectCarrier.Item {
            ObjectCarrier.Item(key: stored.storeKey, name: stored.name, size: size)
        }
    }

    /// As many objects, or bytes, as travel together; a snapshot with more travels alone.
    private static let objectsMax = 1_024
    private static let bytesMax: UInt64 = 512 << 20

    private(set) var entries: [Entry] = []
    /// What the pages name, each once.
    private(set) var objects: [ObjectCarrier.Item] = []
    /// The pages themselves, each once.
    private(set) var pages: [ObjectCarrier.Item] = []
    private var bytes: UInt64 = 0
    private var planned: Set<String> = []
    /// The keys that each page names.
    private var named: [ObjectName: [String]] = [:]

    /// Whether it is to travel before another snapshot is added.
    var isFull: Bool {
        objects.count >= CopyBatch.objectsMax || bytes >= CopyBatch.bytesMax
    }

    /// Adds a snapshot.
    ///
    /// - Parameters:
    ///   - stored: its manifest.
    ///   - size: the bytes of that.
    ///   - presence: what was carried before: a page among it has brought all that it names.
    ///   - read: reads a list page; nil if no source has it whole, which it has told.
    /// - Returns: what is wrong with pages that could be read.
    /// - Throws: what `read` throws.
    mutating func add(
        _ stored: StoredManifest,
        size: UInt64,
        _ presence: Presence,
        reading read: (ObjectName) throws -> [UInt8]?
    ) rethrows -> [Finding] {
        var entry = Entry(stored: stored, size: size)
        var findings: [Finding] = []
        for page in stored.manifest.pages where !presence.isDone(StoreKey.list(page)) {
            entry.pages.insert(page)
            guard named[page] == nil else {
                continue
            }
            guard let bytes = try read(page) else {
                entry.isRead = false
                continue
            }
            do throws(FormatError) {
                take(page, try ListPage(decoding: bytes), size: UInt64(bytes.count))
            } catch {
                entry.isRead = false
                findings.append(
                    Finding(
                        .manifestListInvalid,
                        .object(StoreKey.list(page)),
                        evidence: ["reason": error.description],
                        breaks: [stored.manifest.ref]
                    )
                )
            }
        }
        entries.append(entry)
        return findings
    }

    private mutating func take(_ name: ObjectName, _ page: ListPage, size: UInt64) {
        pages.append(ObjectCarrier.Item(key: StoreKey.list(name), name: name, size: size))
        let items = page.entries.map { ObjectCarrier.Item($0.object) }
        named[name] = items.map(\.key)
        for item in items where planned.insert(item.key).inserted {
            objects.append(item)
            bytes &+= item.size
        }
    }

    /// All that its snapshots need, each once: what the pages name, the pages, the manifests.
    var items: [ObjectCarrier.Item] { objects + pages + entries.map(\.manifest) }

    // MARK: - What came of it

    /// Whether all that a page names could be carried.
    func isWhole(_ page: ObjectName, without failed: Set<String>) -> Bool {
        named[page]?.allSatisfy { !failed.contains($0) } ?? false
    }

    /// Whether all that a snapshot needs could be carried, its manifest apart.
    func isWhole(_ entry: Entry, without failed: Set<String>) -> Bool {
        entry.isRead
            && entry.pages.allSatisfy {
                isWhole($0, without: failed) && !failed.contains(StoreKey.list($0))
            }
    }

    /// The snapshots that need an object. Worked out for bad objects only.
    func refs(of key: String) -> [SnapshotRef] {
        refs(ofAny: [key])
    }

    /// The snapshots that need one of some objects, of which there may be thousands.
    func refs(ofAny keys: Set<String>) -> [SnapshotRef] {
        let pages = Set(
            named.filter { page, objects in
                keys.contains(StoreKey.list(page)) || objects.contains { keys.contains($0) }
            }.keys
        )
        return entries.filter { entry in
            keys.contains(entry.stored.storeKey) || !entry.pages.isDisjoint(with: pages)
        }.map(\.stored.manifest.ref)
    }
}
