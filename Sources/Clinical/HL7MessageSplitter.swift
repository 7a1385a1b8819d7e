/// Takes the messages out of a file that holds several, one after another.
///
/// A message begins with MSH at the beginning of a line; what stands before the first one is given
/// as a piece of its own. At most one message, and one buffer's worth, is held.
struct HL7MessageSplitter {
    private static let blockBytes = 64 << 10
    private static let mark = Array("MSH".utf8)
    /// The block character with which a message may begin: VT.
    private static let startBlock: UInt8 = 0x0b

    private let content: ContentReader
    private var pending: [UInt8] = []
    /// Where in the pending bytes the next piece begins.
    private var start = 0
    /// Up to where they were looked at; after the beginning of the piece.
    private var looked = 1

    /// Splits a file.
    init(_ content: ContentReader) {
        self.content = content
    }

    /// The next piece.
    ///
    /// - Returns: nil at the end.
    /// - Throws: ``ContentError/overLimit`` if a message is; what the file throws.
    mutating func next() throws -> [UInt8]? {
        while true {
            if let end = nextStart() {
                defer {
                    start = end
                    looked = end + 1
                }
                return Array(pending[start..<end])
            }
            guard pending.count - start <= HL7Message.bytesMax else {
                throw ContentError.overLimit
            }
            guard try fill() else {
                defer { start = pending.count }
                return start < pending.count ? Array(pending[start...]) : nil
            }
        }
    }

    /// Takes more of the file in place of what was given already.
    ///
    /// - Returns: whether there was more.
    /// - Throws: what the file throws.
    private mutating func fill() throws -> Bool {
        let block = try content.peek(Self.blockBytes)
        guard !block.isEmpty else {
            return false
        }
        pending.removeSubrange(..<start)
        looked -= start
        start = 0
        pending += block
        _ = try content.take(block.count)
        return true
    }

    /// Where the next message begins after the beginning of this piece, if that is in sight.
    private mutating func nextStart() -> Int? {
        while looked <= pending.count - Self.mark.count {
            if pending[looked] == Self.mark[0], pending[looked + 1] == Self.mark[1],
                pending[looked + 2] == Self.mark[2], isLineStart(looked)
            {
                let place = pending[looked - 1] == Self.startBlock ? looked - 1 : looked
                if place > start {
                    return place
                }
            }
            looked += 1
        }
        return nil
    }

    /// After CR, LF, or the block characters of the lower layer protocol.
    private func isLineStart(_ place: Int) -> Bool {
        [0x0d, 0x0a, Self.startBlock, 0x1c].contains(pending[place - 1])
    }
}
