import Format
import Model
import Primitives

/// Where the chunks of one set and epoch lie, by all of its indexes, and what they came to when
/// they were opened. About 160 bytes a chunk. Used by one thread.
final class ChunkPlaces {
    /// What became of a chunk at one place.
    enum State: UInt8 {
        case unopened
        /// It opened, and is what its id says.
        case whole
        /// It did not.
        case damaged
        /// Its pack could not be read.
        case missing
    }

    /// One place of a chunk.
    struct Place {
        /// Which account of a pack tells of it.
        let account: Int32
        fileprivate let origin: Int32
        fileprivate let offset: UInt32
        fileprivate let sealedBytes: UInt32
        fileprivate let counter: UInt64
        let kind: FrameKind
        var state: State = .unopened
    }

    /// What an index tells of a pack. Two that tell the same share one.
    struct Account {
        let pack: ObjectName
        /// The runs whose keys its chunks need.
        let runs: Set<KeyID>
    }

    private struct AccountID: Hashable {
        let pack: ObjectName
        let entries: Digest
    }

    /// A chunk that opened to its id, as far as claims about files need it.
    struct Content {
        let length: UInt32
        let digest: Digest
    }

    private struct Chunk {
        var first: Place
        /// Of kind `content`.
        var content: Content?
    }

    private(set) var accounts: [Account] = []
    private var numbers: [AccountID: Int32] = [:]
    private var origins: [ChunkOrigin] = []
    private var originNumbers: [ChunkOrigin: Int32] = [:]
    private var chunks: [ChunkID: Chunk] = [:]
    /// Of the few chunks that have more than one place.
    private var further: [ChunkID: [Place]] = [:]

    /// Takes in what an index tells of a pack.
    ///
    /// - Returns: the account's number, and of each entry whether its chunk had a place already;
    ///   nil in place of these if the same was told before.
    func add(_ contents: PackContents) -> (account: Int32, isFurther: [Bool]?) {
        let id = AccountID(pack: contents.name, entries: Self.digest(of: contents.entries))
        if let number = numbers[id] {
            return (number, nil)
        }
        let number = Int32(accounts.count)
        numbers[id] = number
        accounts.append(
            Account(pack: contents.name, runs: Set(contents.entries.map(\.origin.run)))
        )
        let isFurther = contents.entries.map { entry in
            let place = Place(
                account: number,
                origin: self.number(of: entry.origin),
                offset: UInt32(entry.offset),
                sealedBytes: entry.sealedBytes,
                counter: entry.counter,
                kind: entry.kind
            )
            guard chunks[entry.chunk] == nil else {
                further[entry.chunk, default: []].append(place)
                return true
            }
            chunks[entry.chunk] = Chunk(first: place, content: nil)
            return false
        }
        return (number, isFurther)
    }

    private func number(of origin: ChunkOrigin) -> Int32 {
        if let number = originNumbers[origin] {
            return number
        }
        let number = Int32(origins.count)
        origins.append(origin)
        originNumbers[origin] = number
        return number
    }

    private static func digest(of entries: [ChunkEntry]) -> Digest {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * 120)
        for entry in entries {
            entry.chunk.digest.append(to: &bytes)
            entry.origin.run.digest.append(to: &bytes)
            entry.origin.salt.append(to: &bytes)
            bytes.append(entry.kind.rawValue)
            bytes.append(fixed: entry.counter)
            bytes.append(fixed: entry.offset)
            bytes.append(fixed: entry.sealedBytes)
        }
        return SHA256.hash(bytes)
    }

    // MARK: - What they came to

    /// Notes what became of a chunk at the place that `entry` tells of; `content` is what is known
    /// of its plaintext, if it is whole and of that kind.
    func mark(_ entry: ChunkEntry, in account: Int32, _ state: State, _ content: Content?) {
        if let content {
            chunks[entry.chunk]?.content = content
        }
        let isIt = { (place: Place) in
            place.account == account && place.offset == entry.offset
                && place.sealedBytes == entry.sealedBytes && place.counter == entry.counter
                && place.kind == entry.kind
        }
        if let first = chunks[entry.chunk]?.first, isIt(first) {
            chunks[entry.chunk]?.first.state = state
        }
        for number in further[entry.chunk]?.indices ?? 0..<0
        where further[entry.chunk].map({ isIt($0[number]) }) ?? false {
            further[entry.chunk]?[number].state = state
        }
    }

    /// Length and digest of a chunk of content that opened somewhere.
    func content(of chunk: ChunkID) -> Content? { chunks[chunk]?.content }

    /// A place of a chunk that a snapshot can go to: a sound one before a bad one.
    ///
    /// - Parameters:
    ///   - chunk: which.
    ///   - kind: as what the snapshot names it.
    ///   - isSeen: of each account, whether the snapshot's indexes and packs have it.
    /// - Returns: nil if the snapshot has none.
    func place(of chunk: ChunkID, _ kind: FrameKind, where isSeen: [Bool]) -> Place? {
        guard let first = chunks[chunk]?.first else {
            return nil
        }
        let fits = { (place: Place) in place.kind == kind && isSeen[Int(place.account)] }
        if fits(first), first.state == .whole || further.isEmpty {
            return first
        }
        let places = ([first] + (further[chunk] ?? [])).filter(fits)
        return places.first { $0.state == .whole } ?? places.first { $0.state == .unopened }
            ?? places.first
    }

    /// What the index tells of a chunk at a place.
    func entry(of chunk: ChunkID, at place: Place) -> ChunkEntry {
        ChunkEntry(
            chunk: chunk,
            kind: place.kind,
            origin: origins[Int(place.origin)],
            counter: place.counter,
            offset: UInt64(place.offset),
            sealedBytes: place.sealedBytes
        )
    }

    /// The pack of a place.
    func pack(of place: Place) -> ObjectName { accounts[Int(place.account)].pack }

    /// The places that were not opened yet, in the order in which they lie.
    func unopened() -> [(chunk: ChunkID, place: Place)] {
        chunks.filter { $0.value.first.state == .unopened }
            .map { ($0.key, $0.value.first) }
            .sorted { ($0.1.account, $0.1.offset) < ($1.1.account, $1.1.offset) }
    }
}
