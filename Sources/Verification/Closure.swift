import Format
import Model
import ObjectStore
import Repository

/// The objects that snapshots need, and which snapshots need each.
///
/// Pages repeat from snapshot to snapshot; each is read once and remembered by number.
struct Closure: Sendable {
    struct Needed: Sendable {
        let key: String
        let size: UInt64
        /// Numbers of the pages that name it; empty for a page itself.
        var pages: [Int]
    }

    private(set) var needed: [ObjectName: Needed] = [:]
    private var pageNumbers: [ObjectName: Int] = [:]
    private var pageTotals: [Manifest.Totals?] = []
    private var pageSnapshots: [[SnapshotRef]] = []
    private var pageOrder: [UInt32] = []

    /// Adds what a snapshot needs; what is wrong with its pages goes into `findings`.
    mutating func add(
        _ stored: StoredManifest, from store: any ObjectStore, _ findings: inout [Finding]
    ) {
        let ref = stored.manifest.ref
        var totals = Manifest.Totals()
        var numbers: [UInt32] = []
        var isWhole = true
        for page in stored.manifest.pages {
            let number = read(page, from: store, ref, &findings)
            pageSnapshots[number].append(ref)
            if let pageTotal = pageTotals[number] {
                totals.objects += pageTotal.objects
                totals.bytes += pageTotal.bytes
                numbers.append(pageOrder[number])
            } else {
                isWhole = false
            }
        }
        let rises = zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
        if isWhole, totals != stored.manifest.needed || !rises {
            findings.append(
                Finding(
                    .manifestListInvalid, .object(stored.storeKey),
                    evidence: [
                        "objects": "\(totals.objects)", "signed": "\(stored.manifest.needed.objects)",
                    ], breaks: [ref]))
        }
    }

    /// The snapshots that need an object, rising.
    func snapshots(of name: ObjectName) -> [SnapshotRef] {
        if let page = pageNumbers[name] {
            return pageSnapshots[page].sorted()
        }
        let refs = needed[name]?.pages.flatMap { pageSnapshots[$0] } ?? []
        return Set(refs).sorted()
    }

    /// The page's number; reads it if it is new. A page that cannot be read is a finding.
    private mutating func read(
        _ page: ObjectName, from store: any ObjectStore, _ ref: SnapshotRef,
        _ findings: inout [Finding]
    ) -> Int {
        if let number = pageNumbers[page] {
            return number
        }
        let number = pageTotals.count
        pageNumbers[page] = number
        pageSnapshots.append([])
        pageTotals.append(nil)
        pageOrder.append(0)
        let key = StoreKey.list(page)
        do {
            // A page with wrong bytes is found when every object is read; its own size is not
            // signed, so what counts here is whether it can be understood.
            let bytes = try store.get(key, bytesMax: 1 << 20)
            needed[page] = Needed(key: key, size: UInt64(bytes.count), pages: [])
            let contents = try ListPage(decoding: bytes)
            var totals = Manifest.Totals()
            for entry in contents.entries {
                totals.objects += 1
                totals.bytes += entry.object.size
                let fresh = Needed(key: entry.object.storeKey, size: entry.object.size, pages: [])
                needed[entry.object.name, default: fresh].pages.append(number)
            }
            pageTotals[number] = totals
            pageOrder[number] = contents.number
        } catch StoreError.missing {
            needed[page] = Needed(key: key, size: 0, pages: [])
        } catch {
            needed[page] = needed[page] ?? Needed(key: key, size: 0, pages: [])
            findings.append(
                Finding(
                    .manifestListInvalid, .object(key), evidence: ["reason": "\(error)"],
                    breaks: [ref]))
        }
        return number
    }
}
