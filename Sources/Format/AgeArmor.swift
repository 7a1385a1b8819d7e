/// The ASCII armor of age files: strict PEM (RFC 7468 §3, Figure 3) under its own label.
///
/// Reading accepts LF and CRLF, and up to 1 KiB of white space before and after, as the
/// specification's "ASCII armor" allows; everything else must be as ``encode(_:)`` writes it.
package enum AgeArmor {
    /// White space that may stand before, and after: the figure of age itself.
    private static let spaceBytesMax = 1_024
    private static let begin = Array("-----BEGIN AGE ENCRYPTED FILE-----".utf8)
    private static let end = Array("-----END AGE ENCRYPTED FILE-----".utf8)

    /// Whether `file`, after white space, begins as an armored file does.
    package static func isArmored(_ file: [UInt8]) -> Bool {
        file.prefix(spaceBytesMax).drop(while: isSpace).starts(with: "-----BEGIN ".utf8)
    }

    /// Armors `file` in lines of 64 columns that end with LF.
    package static func encode(_ file: [UInt8]) -> [UInt8] {
        var text = begin + [AgeHeader.lineFeed]
        for start in stride(from: 0, to: file.count, by: AgeBase64.lineByteCount) {
            let line = file[start...].prefix(AgeBase64.lineByteCount)
            text += Base64.encode(Array(line)).utf8
            text.append(AgeHeader.lineFeed)
        }
        return text + end + [AgeHeader.lineFeed]
    }

    /// Reads an armored file.
    ///
    /// - Returns: the bytes inside; none if there are none.
    /// - Throws: ``AgeFormatError/armor(line:_:)``.
    package static func decode(_ file: [UInt8]) throws(AgeFormatError) -> [UInt8] {
        var lines = Lines(file)
        try lines.skipSpace()
        guard lines.take() == begin[...] else {
            throw .armor(line: lines.number, .noBegin)
        }
        var bytes: [UInt8] = []
        var isLast = false
        while true {
            guard let line = lines.take() else {
                throw .armor(line: lines.number, .noEnd)
            }
            if line == end[...] {
                break
            }
            // A line shorter than 64 columns, padding apart, is the last before the END line.
            guard !isLast else {
                throw .armor(line: lines.number, .noEnd)
            }
            guard let decoded = decode(line: line) else {
                throw .armor(line: lines.number, .badLine)
            }
            isLast = decoded.count < AgeBase64.lineByteCount
            bytes += decoded
        }
        try lines.checkOnlySpaceFollows()
        return bytes
    }

    /// Reads one line: up to 64 characters, a multiple of four with the padding.
    private static func decode(line: ArraySlice<UInt8>) -> [UInt8]? {
        guard (1...AgeBase64.columns).contains(line.count) else {
            return nil
        }
        return Base64.decode(String(decoding: line, as: UTF8.self))
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (0x09...0x0d).contains(byte)
    }

    /// The lines of a file, each without its LF or CRLF; the last may lack it.
    private struct Lines {
        private let bytes: [UInt8]
        private var next = 0
        private(set) var number = 0

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func take() -> ArraySlice<UInt8>? {
            number += 1
            guard next < bytes.count else {
                return nil
            }
            let rest = bytes[next...]
            let end = rest.firstIndex(of: AgeHeader.lineFeed) ?? rest.endIndex
            next = min(end + 1, bytes.count)
            let line = rest[..<end]
            return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        }

        mutating func skipSpace() throws(AgeFormatError) {
            while next < bytes.count {
                var ahead = self
                guard let line = ahead.take(), line.allSatisfy(isSpace) else {
                    return
                }
                self = ahead
                guard next <= spaceBytesMax else {
                    throw .armor(line: number, .tooMuchSpace)
                }
            }
        }

        func checkOnlySpaceFollows() throws(AgeFormatError) {
            guard bytes.count - next <= spaceBytesMax else {
                throw .armor(line: number + 1, .tooMuchSpace)
            }
            guard bytes[next...].allSatisfy(isSpace) else {
                throw .armor(line: number + 1, .trailing)
            }
        }
    }
}
