/// A field of a request's or an answer's head.
package struct HTTPHeader: Hashable, Sendable {
    /// As it was given in a request; in lower case in an answer.
    package let name: String
    /// Without the white space at its ends.
    package let value: String

    /// Names a value.
    ///
    /// - Parameters:
    ///   - name: without `:`.
    ///   - value: without control characters; may be empty.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Reads a line of an answer's head; nil for one that is no field. A line that goes on with the
    /// one before, which RFC 9112 §5.2 forbids, is none.
    init?(line: [UInt8]) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            !HTTPHeader.isSpace(line[0])
        else {
            return nil
        }
        var value = line[(colon + 1)...].drop(while: HTTPHeader.isSpace)
        while let last = value.last, HTTPHeader.isSpace(last) {
            value.removeLast()
        }
        self.init(
            String(decoding: line[..<colon], as: UTF8.self).lowercased(),
            String(decoding: value, as: UTF8.self)
        )
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        [0x20, 0x09, 0x0d, 0x0a].contains(byte)
    }
}
