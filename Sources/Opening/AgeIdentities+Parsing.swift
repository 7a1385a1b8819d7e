import Format
import Primitives

extension AgeIdentities {
    /// The secrets that the lines of an identity file spell, one after the other.
    static func secrets(in file: borrowing SecretBytes) throws(OpeningError) -> SecretBytes {
        var failure: OpeningError?
        do throws(CryptoError) {
            return unsafe try file.withUnsafeBytes { (file) throws(CryptoError) in
                let text = unsafe file.bindMemory(to: UInt8.self).span
                let lines = keyLines(in: text)
                guard !lines.isEmpty, lines.count <= identitiesMax else {
                    failure =
                        lines.isEmpty
                        ? .noIdentity : .tooManyIdentities(identitiesMax: identitiesMax)
                    throw .invalidKey(kind: "X25519")
                }
                let count = lines.count * AgeIdentity.byteCount
                return unsafe try SecretBytes(count: count) { (output) throws(CryptoError) in
                    failure = unsafe decode(lines, of: text, into: output)
                    guard failure == nil else {
                        throw .invalidKey(kind: "X25519")
                    }
                }
            }
        } catch {
            throw failure ?? .crypto(error)
        }
    }

    /// The recipients of ``secrets(in:)``.
    static func recipients(
        of secrets: borrowing SecretBytes
    ) throws(OpeningError) -> [AgeRecipient] {
        var recipients: [AgeRecipient] = []
        for start in stride(from: 0, to: secrets.count, by: AgeIdentity.byteCount) {
            let secret: SecretBytes
            do throws(CryptoError) {
                secret = try secrets.slice(start..<start + AgeIdentity.byteCount)
            } catch {
                throw .crypto(error)
            }
            recipients.append(try AgeIdentity(secret: secret).recipient)
        }
        return recipients
    }

    private static func decode(
        _ lines: [KeyLine],
        of text: Span<UInt8>,
        into output: UnsafeMutableRawBufferPointer
    ) -> OpeningError? {
        let output = unsafe output.bindMemory(to: UInt8.self)
        for (index, line) in lines.enumerated() {
            let start = index * AgeIdentity.byteCount
            let range = start..<start + AgeIdentity.byteCount
            var key = unsafe UnsafeMutableBufferPointer(rebasing: output[range]).mutableSpan
            do throws(AgeFormatError) {
                let spelled = text.extracting(line.range)
                try Bech32.decode(spelled, prefix: AgeIdentity.prefix, into: &key)
            } catch .key(_, let problem) {
                return .identity(line: line.number, problem)
            } catch {
                return .format(error)
            }
        }
        return nil
    }

    /// Where the lines lie that are neither empty nor comments.
    private static func keyLines(in text: Span<UInt8>) -> [KeyLine] {
        var lines: [KeyLine] = []
        var start = 0
        var number = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: "\n") {
                end += 1
            }
            number += 1
            let hasReturn = end > start && text[end - 1] == UInt8(ascii: "\r")
            let range = start..<(hasReturn ? end - 1 : end)
            if !range.isEmpty, text[range.lowerBound] != UInt8(ascii: "#") {
                lines.append(KeyLine(number: number, range: range))
            }
            start = end + 1
        }
        return lines
    }
}

/// A line of an identity file that must be an identity.
private struct KeyLine {
    /// From 1.
    let number: Int
    /// Where it lies, its end of line not counted.
    let range: Range<Int>
}
