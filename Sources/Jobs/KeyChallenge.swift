import FileSystem
package import Format
package import HostState
import Model
package import Primitives
import Sealing

/// Proves that a recovery key exists and opens: a nonce is sealed to the recipient; whoever opens
/// it, offline, reads back a short code that nobody can know otherwise.
package enum KeyChallenge {
    /// Bytes of the nonce.
    package static let nonceByteCount = 32

    /// Makes a challenge and keeps what its answer must hash to.
    ///
    /// - Returns: an age file, to be carried to the custodian.
    package static func make(for recipient: AgeRecipient, in state: HostState) throws -> [UInt8] {
        let nonce = try SecretBytes.random(count: nonceByteCount)
        let expected = SHA256.hash(Array(try code(of: nonce).utf8))
        try FolderTree.make("\(state.path)/challenges", mode: 0o700)
        try SmallFile.write(Array(expected.hex.utf8), to: path(recipient, state))
        return try AgeSealer.seal(nonce, to: [recipient])
    }

    /// The code that an opened challenge gives: 20 hexadecimal digits in fours.
    package static func code(of nonce: borrowing SecretBytes) throws -> String {
        let digits = Array(try nonce.publicID(info: "toride/v1/key-challenge").hex.prefix(20))
        return stride(from: 0, to: 20, by: 4).map { String(digits[$0..<$0 + 4]) }
            .joined(separator: "-")
    }

    /// Whether `code` answers the open challenge. A challenge is answered once.
    package static func accept(
        _ code: String,
        for recipient: AgeRecipient,
        in state: HostState
    ) throws -> Bool {
        let file = path(recipient, state)
        guard let expected = try SmallFile.read(file, bytesMax: 64) else {
            throw HostStateError.missing(
                "an open challenge for \(recipient)",
                hint: "make one with `toride key check`"
            )
        }
        let given = SHA256.hash(Array(code.lowercased().utf8))
        guard given.hex == String(decoding: expected, as: UTF8.self) else {
            return false
        }
        try SmallFile.remove(file)
        return true
    }

    private static func path(_ recipient: AgeRecipient, _ state: HostState) -> String {
        "\(state.path)/challenges/\(recipient)"
    }
}
