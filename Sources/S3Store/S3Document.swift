/// The documents of XML in which S3 asks and answers.
package enum S3Document {
    /// Bytes of an answer: a list of 1,000 keys, the longest of which have 1,024 bytes, each of
    /// them in three, stays below.
    static let bytesMax = 16 << 20

    private static let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

    /// Reads a document.
    ///
    /// - Parameter bytes: in UTF-8; white space may stand before it, which some services send while
    ///   they work.
    /// - Returns: its outermost element; nil for anything but one whole document without a document
    ///   type, of which S3 has none and with which entities begin.
    package static func root(of bytes: [UInt8]) -> S3Element? {
        let bytes = Array(bytes.drop { [0x20, 0x09, 0x0a, 0x0d].contains($0) })
        // Of four bytes, which are too few for an answer, Foundation's parser would die.
        guard bytes.count > 4, bytes.count <= bytesMax, !bytes.contains(0),
            String(validating: bytes, as: UTF8.self) != nil,
            bytes.firstRange(of: Array("<!DOCTYPE".utf8)) == nil, !hasInstruction(bytes)
        else {
            return nil
        }
        return S3DocumentReader.read(bytes)
    }

    /// Whether a processing instruction (XML 1.0 §2.6) is in it, which S3 has none of, and of an
    /// empty one of which Foundation's parser dies. The declaration is none, and stands first.
    private static func hasInstruction(_ bytes: [UInt8]) -> Bool {
        let declaration = Array("<?xml ".utf8)
        let rest = bytes.starts(with: declaration) ? bytes.dropFirst(declaration.count) : bytes[...]
        return rest.firstRange(of: Array("<?".utf8)) != nil
    }

    // MARK: - Writing

    /// A document to be sent.
    ///
    /// - Parameters:
    ///   - name: of its outermost element.
    ///   - elements: what stands in it, as ``element(_:_:)`` gives it.
    /// - Returns: its bytes.
    static func bytes(_ name: String, _ elements: String...) -> [UInt8] {
        Array("<\(name) xmlns=\"\(namespace)\">\(elements.joined())</\(name)>".utf8)
    }

    /// An element that holds a text.
    static func element(_ name: String, _ text: String) -> String {
        "<\(name)>\(escaped(text))</\(name)>"
    }

    /// An element that holds others.
    static func element(_ name: String, holding elements: String...) -> String {
        "<\(name)>\(elements.joined())</\(name)>"
    }

    /// An element as it was read.
    static func element(_ element: S3Element) -> String {
        let children = element.children.map { self.element($0) }.joined()
        // Where there are children, S3 has only white space between them.
        return "<\(element.name)>\(children.isEmpty ? escaped(element.text) : children)"
            + "</\(element.name)>"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            // XML 1.0 §2.11: an end of line would not come back as it was.
            case "\r": escaped += "&#13;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
