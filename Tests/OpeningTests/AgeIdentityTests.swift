import Format
import Model
import Opening
import Primitives
import Sealing
import Testing

@Suite struct AgeIdentityTests {
    // The specification's examples, "The X25519 recipient type".
    private static let key =
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
    private static let recipient =
        "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

    @Test func `the specification's identity has its recipient`() throws {
        let identities = try AgeIdentities(file: try secret(Self.key))
        #expect(identities.recipients.map(\.description) == [Self.recipient])
    }

    @Test func `writes the file that age-keygen writes`() throws {
        let identity = try AgeIdentity(secret: try secret([UInt8](repeating: 0x42, count: 32)))
        let file = try identity.file(created: Timestamp(seconds: 1_763_833_088))
        let text = String(decoding: file.publicBytes(0..<file.count), as: UTF8.self)
        #expect(
            text == """
                # created: 2025-11-22T17:38:08Z
                # public key: \(Self.recipient)
                \(Self.key)

                """
        )
    }

    @Test func `reads several identities among comments and empty lines`() throws {
        let other = try AgeIdentity.generate()
        let otherFile = try other.file(created: Timestamp(seconds: 0))
        let head = Array("# 復旧鍵\r\n\r\n\(Self.key)\r\n\n#\(Self.key)\n".utf8)
        let identities = try AgeIdentities(file: try otherFile.framed(head: head))
        #expect(identities.recipients.map(\.description) == [Self.recipient, "\(other.recipient)"])
    }

    @Test(arguments: [
        ("", OpeningError.noIdentity), ("# nothing\n\n", .noIdentity),
        (key.lowercased(), .identity(line: 1, .otherKind)),
        ("#\n \(key)", .identity(line: 2, .otherKind)),
        ("\(key) ", .identity(line: 1, .byteCount)),
        ("\n\n\(key.dropLast())Q", .identity(line: 3, .checksum)),
        ("\(key)\nAGE-SECRET-KEY-PQ-1XX76JRALNLX", .identity(line: 2, .otherKind)),
        ("AGE-PLUGIN-YUBIKEY-1QKG4SQ5ZGF", .identity(line: 1, .otherKind)),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", .identity(line: 1, .otherKind)),
        ("age-encryption.org/v1\n", .passphraseNeeded),
        ("\n-----BEGIN AGE ENCRYPTED FILE-----\n", .passphraseNeeded),
    ])
    func `says which line is no identity`(file: String, error: OpeningError) {
        #expect(throws: error) { _ = try AgeIdentities(file: try secret(file)) }
    }

    @Test func `tries no more identities than its limit`() throws {
        let line = Self.key + "\n"
        let most = String(repeating: line, count: AgeIdentities.identitiesMax)
        #expect(
            try AgeIdentities(file: try secret(most)).recipients.count
                == AgeIdentities.identitiesMax
        )
        let more = OpeningError.tooManyIdentities(identitiesMax: AgeIdentities.identitiesMax)
        #expect(throws: more) { _ = try AgeIdentities(file: try secret(most + line)) }
    }

    @Test(arguments: [false, true])
    func `an identity file sealed under a passphrase opens with it`(isArmored: Bool) throws {
        let identity = try AgeIdentity.generate()
        let file = try identity.file(created: Timestamp(seconds: 0))
        let passphrase = try secret("正しい馬の電池")
        let sealed = try AgeSealer.seal(file, passphrase: passphrase, logN: 10)
        let stored = try secret(isArmored ? AgeArmor.encode(sealed) : sealed)
        let isSealed = AgeIdentities.isSealed(stored)
        #expect(isSealed)
        let opened = try AgeIdentities(file: stored, passphrase: passphrase)
        #expect(opened.recipients == [identity.recipient])
        let unsealed = try AgeIdentities(file: file, passphrase: passphrase)
        #expect(unsealed.recipients == [identity.recipient])
        #expect(throws: OpeningError.passphraseNeeded) { _ = try AgeIdentities(file: stored) }
        let noMatch = OpeningError.noIdentityMatched(tried: [], sealedTo: [], stanzas: ["scrypt"])
        #expect(throws: noMatch) {
            _ = try AgeIdentities(file: stored, passphrase: try secret("wrong"))
        }
    }

    @Test func `no error tells a character of a secret key`() throws {
        let typo = Self.key.dropLast() + "Q"
        do throws(OpeningError) {
            _ = try AgeIdentities(file: try secretOrStop(String(typo)))
            Issue.record("the mistyped key was read")
        } catch {
            #expect(!"\(error) \(error.hint)".contains("GFPYY"))
        }
    }

    private func secretOrStop(_ text: String) throws(OpeningError) -> SecretBytes {
        do {
            return try secret(text)
        } catch {
            throw .crypto(.library(operation: "test"))
        }
    }
}
