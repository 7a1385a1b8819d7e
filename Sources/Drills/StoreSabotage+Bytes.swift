import Model
import Primitives

/// What is done to the bytes of one file.
extension StoreSabotage.Deed {
    /// Spoils the bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: all of them, 64 at least.
    ///   - key: of the cipher, where one is used.
    /// - Returns: nil if they cannot be spoilt so.
    func spoilt(_ bytes: [UInt8], key: Digest) -> [UInt8]? {
        var bytes = bytes
        switch self {
        case .highBit: bytes[bytes.count / 2] |= 0x80
        case .middleBit: bytes[bytes.count / 2] ^= 1
        case .truncation: bytes.removeSubrange((bytes.count / 2)...)
        case .otherCharset: bytes.insert(contentsOf: Array("名前".utf8), at: bytes.count / 2)
        case .intermittentCipher: Self.encipher(&bytes, key)
        case .lostLine: return Self.without(lineAt: bytes.count / 2, bytes)
        case .lostRecord(let start): return Self.without(lineBeginning: Array(start.utf8), bytes)
        case .lostRow: return Self.withoutLastRow(bytes)
        case .newestDay, .swap, .flag, .duplicate:
            preconditionFailure("\(self) is not done to bytes")
        }
        return bytes
    }

    /// As ransomware does to be quick: block 0, 16, 32 … of 16 bytes, by a key stream.
    private static func encipher(_ bytes: inout [UInt8], _ key: Digest) {
        let stream = SHA256.hash(key.bytes).bytes
        for start in stride(from: 0, to: bytes.count, by: 256) {
            for place in start..<min(start + 16, bytes.count) {
                bytes[place] ^= stream[place % 16]
            }
        }
    }

    private static func without(lineAt place: Int, _ bytes: [UInt8]) -> [UInt8]? {
        let feed = UInt8(ascii: "\n")
        guard let start = bytes[..<place].lastIndex(of: feed),
            let end = bytes[place...].firstIndex(of: feed)
        else {
            return nil
        }
        return Array(bytes[...start] + bytes[(end + 1)...])
    }

    private static func without(lineBeginning start: [UInt8], _ bytes: [UInt8]) -> [UInt8]? {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard let place = lines.firstIndex(where: { $0.starts(with: start) }) else {
            return nil
        }
        let rest = lines[..<place] + lines[(place + 1)...]
        return Array(rest.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// A transaction log up to its last row, which says `INS` between tabulators or commas.
    ///
    /// - Returns: nil if it has no two rows.
    private static func withoutLastRow(_ bytes: [UInt8]) -> [UInt8]? {
        let marks = ["\tINS\t", ",INS,"].map { Array($0.utf8) }
        let ends: Set<UInt8> = [0x0a, 0x0d, 0x1c]
        var starts: [Int] = []
        var lineStart = 0
        for place in bytes.indices {
            if ends.contains(bytes[place]) {
                lineStart = place + 1
            } else if marks.contains(where: { bytes[place...].starts(with: $0) }),
                starts.last != lineStart
            {
                starts.append(lineStart)
            }
        }
        guard let last = starts.last, starts.count > 1 else {
            return nil
        }
        return Array(bytes[..<last])
    }
}
