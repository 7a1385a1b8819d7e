/// What a command gave that ran to its end.
package struct ProcessOutput: Hashable, Sendable {
    /// How it ended. Not judged here.
    package let status: ExitStatus
    /// All of its standard output.
    package let output: [UInt8]
    /// The last bytes of its standard error, at most ``ErrorTail/bytesMax``. May quote data of the
    /// program's: whoever shows it to people chooses what.
    package let errorTail: String

    /// The output as text; bytes that are not UTF-8 become U+FFFD.
    package var text: String { String(decoding: output, as: UTF8.self) }

    /// What a program said that failed: the first line of its ``errorTail``, or how it ended where
    /// it said nothing. As little to be shown to all as that.
    package var complaint: String {
        errorTail.split(whereSeparator: \.isNewline).first.map { String($0) } ?? "\(status)"
    }
}

/// The last bytes of a stream that may be endless.
package struct ErrorTail: Sendable {
    /// How much is kept.
    package static let bytesMax = 64 << 10

    private var bytes: [UInt8] = []

    /// Keeps nothing yet.
    init() {}

    /// Takes more; forgets the oldest beyond ``bytesMax``.
    mutating func append(_ more: ArraySlice<UInt8>) {
        bytes.append(contentsOf: more)
        // Cut only at twice the limit, so that a talkative program costs no move a line.
        if bytes.count > 2 * ErrorTail.bytesMax {
            bytes.removeFirst(bytes.count - ErrorTail.bytesMax)
        }
    }

    /// The tail as text.
    var text: String { String(decoding: bytes.suffix(ErrorTail.bytesMax), as: UTF8.self) }
}
