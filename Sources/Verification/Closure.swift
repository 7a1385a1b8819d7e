import Format
import Model
import ObjectStore
import Primitives
import Repository

/// The objects that snapshots need, and which snapshots need each.
///
/// Pages repeat from snapshot to snapshot; each is read once and remembered by number.
struct Closure: Sendable {
    struct Needed: Sendable {
        let key: String
        /// As the pages say; nil for a page, whose size is not signed.
        let size: UInt64?
        /// Numbers of the pages that name it; empty for a page itself.
        var pages: [Int]
    }

    private(set) var needed: [ObjectName: Needed] = [:]
    /// Whether every page could be read: only then is it known what nothing needs.
    private(set) var isWhole = true
    /// The pages that could not be taken, of which nothing is said here.
    private(set) var untaken: [ObjectName] = []
    private var pageNumbers: [ObjectName: Int] = [:]
    private var pages: [ListPage.Summary?] = []
    /// Names that stand on pages of different numbers, which those of one snapshot are: the pages
    /// of each, and, by page, which stand on it. A host that goes by FORMAT.md §12 makes none.
    private var strays: Set<ObjectName> = []
    private var straysOfPages: [Int: [ObjectName]] = [:]
    private var pageSnapshots: [[SnapshotRef]] = []

    /// Adds what a snapshot needs; what is wrong with its pages goes into `findings`.
    mutating func add(
        _ stored: StoredManifest,
        from store: any ObjectStore,
        _ findings: inout [Finding]
    ) {
        let ref = stored.manifest.ref
        var numbers: [Int] = []
        for name in stored.manifest.pages {
            let number = read(name, from: store, ref, &findings)
            pageSnapshots[number].append(ref)
            numbers.append(number)
        }
        let read = numbers.compactMap { pages[$0] }
        guard read.count == numbers.count else {
            return  // A page is missing or damaged, which is told of the page.
        }
        do throws(FormatError) {
            try stored.manifest.check(read)
            let strays = numbers.flatMap { straysOfPages[$0] ?? [] }
            guard Set(strays).count == strays.count else {
                throw .invalid("a manifest: an object stands on two of its pages")
            }
        } catch {
            findings.append(
                Finding(
                    .manifestListInvalid,
                    .object(stored.storeKey),
                    evidence: ["reason": error.description],
                    breaks: [ref]
                )
            )
        }
    }

    /// Adds the key objects of a rewrap: whoever can open no other needs them.
    ///
    /// - Parameters:
    ///   - rewrap: of a set whose snapshots are judged.
    ///   - manifests: those of the set.
    mutating func add(_ rewrap: Rewrap, of manifests: [StoredManifest]) {
        for (key, object) in rewrap.objects {
            let number = pages.count
            pages.append(nil)
            pageSnapshots.append(
                manifests.map(\.manifest)
                    .filter { $0.secret == key || $0.keys.contains(key) }.map(\.ref)
            )
            let fresh = Needed(key: object.storeKey, size: object.size, pages: [])
            needed[object.name, default: fresh].pages.append(number)
        }
    }

    /// The snapshots that need an object, rising.
    func snapshots(of name: ObjectName) -> [SnapshotRef] {
        if let page = pageNumbers[name] {
            return Set(pageSnapshots[page]).sorted()
        }
        let refs = needed[name]?.pages.flatMap { pageSnapshots[$0] } ?? []
        return Set(refs).sorted()
    }

    /// The page's number; reads it if it is new.
    ///
    /// A page that is missing, unreadable or not what its name says is not a finding yet: it will
    /// be one when every needed object is read. One that is whole and makes no sense is.
    private mutating func read(
        _ name: ObjectName,
        from store: any ObjectStore,
        _ ref: SnapshotRef,
        _ findings: inout [Finding]
    ) -> Int {
        if let number = pageNumbers[name] {
            return number
        }
        let number = pages.count
        pageNumbers[name] = number
        pageSnapshots.append([])
        pages.append(nil)
        let key = StoreKey.list(name)
        needed[name] = Needed(key: key, size: nil, pages: [])
        guard let bytes = try? store.get(key, bytesMax: ListPage.bytesMax),
            ObjectName(SHA256.hash(bytes)) == name
        else {
            isWhole = false
            untaken.append(name)
            return number
        }
        do throws(FormatError) {
            pages[number] = take(try ListPage(decoding: bytes), number)
        } catch {
            isWhole = false
            findings.append(
                Finding(
                    .manifestListInvalid,
                    .object(key),
                    evidence: ["reason": error.description],
                    breaks: [ref]
                )
            )
        }
        return number
    }

    private mutating func take(_ page: ListPage, _ number: Int) -> ListPage.Summary {
        for entry in page.entries {
            let name = entry.object.name
            noteStray(name, on: page, number)
            let fresh = Needed(key: entry.object.storeKey, size: entry.object.size, pages: [])
            needed[name, default: fresh].pages.append(number)
        }
        return page.summary
    }

    /// Remembers a name that has stood on a page of another number.
    private mutating func noteStray(_ name: ObjectName, on page: ListPage, _ number: Int) {
        let before = needed[name]?.pages ?? []
        if let first = before.first, pages[first]?.number != page.number,
            strays.insert(name).inserted
        {
            for other in before {
                straysOfPages[other, default: []].append(name)
            }
        }
        if strays.contains(name) {
            straysOfPages[number, default: []].append(name)
        }
    }
}
