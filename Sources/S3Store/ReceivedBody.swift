import HTTP

/// The body of an answer as it comes, up to a limit.
struct ReceivedBody {
    private let bytesMax: Int
    /// What came.
    private(set) var bytes: [UInt8] = []
    /// How many bytes there are at least, once they are too many.
    private(set) var excess: UInt64?

    /// Takes a body of at most `bytesMax` bytes.
    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// Takes a piece.
    ///
    /// - Parameters:
    ///   - head: of the answer: what it says of the length is believed before it is seen.
    ///   - piece: what came.
    /// - Returns: false if there is more than the limit.
    mutating func take(_ head: HTTPResponse, _ piece: [UInt8]) -> Bool {
        let told = head.contentLength ?? 0
        guard told <= UInt64(clamping: bytesMax), piece.count <= bytesMax - bytes.count else {
            excess = max(told, UInt64(bytes.count + piece.count))
            return false
        }
        bytes += piece
        return true
    }
}
