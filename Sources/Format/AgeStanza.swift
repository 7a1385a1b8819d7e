/// One recipient stanza of an age header: the file key, wrapped for one recipient.
///
/// Invariants: type and arguments are one or more visible ASCII characters each (spec, "ABNF
/// definition of file header": `argument = 1*VCHAR`).
package struct AgeStanza: Hashable, Sendable {
    /// The first argument, such as `X25519`.
    package let type: String
    /// The arguments after the type.
    package let arguments: [String]
    /// The wrapped file key, or whatever the type puts there.
    package let body: [UInt8]

    /// States a stanza; type and arguments must be visible ASCII, one character at least.
    package init(type: String, arguments: [String], body: [UInt8]) {
        for argument in [type] + arguments {
            precondition(AgeStanza.isArgument(argument.utf8), "not an argument: \(argument)")
        }
        self.type = type
        self.arguments = arguments
        self.body = body
    }

    /// The stanza as it stands in a header.
    ///
    /// `-> type arguments…`, then the body in lines of 64 columns, of which the last is shorter and
    /// may be empty. Every line ends with LF.
    package var encoded: [UInt8] {
        var text = Array("->".utf8)
        for argument in [type] + arguments {
            text.append(UInt8(ascii: " "))
            text += argument.utf8
        }
        text.append(AgeHeader.lineFeed)
        let characters = AgeBase64.encode(body)
        var start = 0
        while characters.count - start >= AgeBase64.columns {
            text += characters[start..<start + AgeBase64.columns]
            text.append(AgeHeader.lineFeed)
            start += AgeBase64.columns
        }
        text += characters[start...]
        text.append(AgeHeader.lineFeed)
        return text
    }

    /// Whether `text` is an argument, 1*VCHAR; RFC 5234 §B.1 has VCHAR from 21 to 7e.
    static func isArgument(_ text: some Collection<UInt8>) -> Bool {
        !text.isEmpty && text.allSatisfy { (0x21...0x7e).contains($0) }
    }
}
