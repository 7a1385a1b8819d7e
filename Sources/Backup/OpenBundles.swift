import Format
import Sealing

/// The bundle that small files are put into, and those before it whose chunk is not named yet.
struct OpenBundles {
    private static let bytesMax = 1 << 20
    private static let filesMax = 4_096

    private var bytes: [UInt8] = []
    private var lengths: [Int] = []
    /// The number of the bundle that is open.
    private(set) var openNumber = 0
    private var tickets: [Int: ChunkSink.Ticket] = [:]
    private var offsets: [Int: [Int]] = [:]
    /// The newest whose chunk is named: records ask for it one after another.
    private var named: (number: Int, outcome: ChunkSink.Outcome)?

    /// Whether a file of so many bytes may come into the bundle.
    func hasRoom(for count: Int) -> Bool {
        bytes.count + count <= Self.bytesMax && lengths.count < Self.filesMax
    }

    /// Whether no file is in the bundle that is open.
    var isOpenEmpty: Bool { lengths.isEmpty }

    /// Puts a file into the bundle.
    ///
    /// - Returns: the bundle's number, and the file's in it.
    mutating func append(_ file: ArraySlice<UInt8>) -> (bundle: Int, slot: Int) {
        bytes += file
        lengths.append(file.count)
        return (openNumber, lengths.count - 1)
    }

    /// Closes the bundle, which has a file at least; the next one begins another.
    ///
    /// - Returns: its plaintext, to be submitted under `ticket`.
    mutating func close(under ticket: ChunkSink.Ticket) -> [UInt8] {
        tickets[openNumber] = ticket
        var places = [BundleLayout.headByteCount(files: lengths.count)]
        for length in lengths {
            places.append(places[places.count - 1] + length)
        }
        offsets[openNumber] = places
        openNumber += 1
        defer {
            bytes.removeAll(keepingCapacity: true)
            lengths.removeAll(keepingCapacity: true)
        }
        return BundleLayout.encode(lengths: lengths, bytes: bytes)
    }

    /// What became of a bundle.
    ///
    /// - Parameters:
    ///   - number: which; records ask in rising order.
    ///   - ask: gives the outcome of a ticket, or nil while it has none.
    /// - Returns: its chunk, and where its files begin in the plaintext, with the end after them;
    ///   nil if it is still open, or not named yet.
    mutating func outcome(
        of number: Int,
        _ ask: (ChunkSink.Ticket) throws -> ChunkSink.Outcome?
    ) rethrows -> (ChunkSink.Outcome, offsets: [Int])? {
        guard let offsets = offsets[number] else {
            return nil
        }
        if let named, named.number == number {
            return (named.outcome, offsets)
        }
        guard let ticket = tickets[number], let outcome = try ask(ticket) else {
            return nil
        }
        tickets[number] = nil
        self.offsets[number - 1] = nil
        named = (number, outcome)
        return (outcome, offsets)
    }
}
