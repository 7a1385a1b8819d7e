import Format
import Model
import Opening
import Primitives
import Sealing
import Testing

@Suite struct AgeRoundTripTests {
    /// Sizes around one chunk and two (spec, "Payload").
    static let sizes = [0, 1, 65_535, 65_536, 65_537, 131_072]
    private static let bytesMax = 1 << 20

    @Test(arguments: sizes)
    func `each of the recipients opens what was sealed`(size: Int) throws {
        let payload = try SecretBytes.random(count: size)
        let one = try AgeIdentity.generate()
        let other = try AgeIdentity.generate()
        let file = try AgeSealer.seal(payload, to: [one.recipient, other.recipient])
        let header = try AgeHeader(startOf: file)
        let sealed = AgeStream.sealedByteCount(payloadByteCount: size)
        #expect(file.count == header.encoded.count + AgeStream.nonceByteCount + sealed)
        for stored in [file, AgeArmor.encode(file)] {
            try expect(stored, opensWith: one, to: payload)
            try expect(stored, opensWith: other, to: payload)
        }
    }

    private func expect(
        _ file: [UInt8],
        opensWith identity: borrowing AgeIdentity,
        to payload: borrowing SecretBytes
    ) throws {
        let identities = try AgeIdentities(identity)
        let opened = try AgeOpener.open(file, with: identities, bytesMax: Self.bytesMax)
        let isSame = opened.matches(payload)
        #expect(isSame)
    }

    @Test func `key objects of equal payloads and recipients have equal sizes`() throws {
        let payload = try SecretBytes.random(count: 100)
        let recipients = [try AgeIdentity.generate().recipient]
        let sizes = Set(
            try (0..<20).map { _ in try AgeSealer.seal(payload, to: recipients).count }
        )
        #expect(sizes.count == 1)
    }

    @Test func `no two files share a share, a nonce or a file key`() throws {
        let payload = try SecretBytes.random(count: 32)
        let identity = try AgeIdentity.generate()
        let recipients = [identity.recipient, identity.recipient]
        let files = try (0..<2).map { _ in try AgeSealer.seal(payload, to: recipients) }
        let headers = try files.map { try AgeHeader(startOf: $0) }
        #expect(Set(headers.flatMap(\.stanzas)).count == 4)
        let payloads = zip(files, headers).map { Array($0.dropFirst($1.encoded.count)) }
        #expect(payloads[0].prefix(16) != payloads[1].prefix(16))
        #expect(payloads[0].dropFirst(16) != payloads[1].dropFirst(16))
    }

    @Test func `another identity is told so, and which to use`() throws {
        let payload = try SecretBytes.random(count: 32)
        let owner = try AgeIdentity.generate().recipient
        let stranger = try AgeIdentity.generate()
        let file = try AgeSealer.seal(payload, to: [owner])
        let identities = try AgeIdentities(stranger)
        do throws(OpeningError) {
            _ = try AgeOpener.open(file, with: identities, sealedTo: [owner])
            Issue.record("a stranger opened it")
        } catch {
            #expect(
                error
                    == .noIdentityMatched(
                        tried: [stranger.recipient],
                        sealedTo: [owner],
                        stanzas: ["X25519"]
                    )
            )
            #expect(error.exitCode == .couldNotLook)
            #expect(error.hint.contains(owner.description))
        }
    }

    @Test func `every changed bit is found, and told as what it is`() throws {
        let payload = try SecretBytes.random(count: 40)
        let identity = try AgeIdentity.generate()
        let identities = try AgeIdentities(identity)
        let file = try AgeSealer.seal(payload, to: [identity.recipient])
        let headerCount = try AgeHeader(startOf: file).encoded.count
        for index in file.indices {
            var changed = file
            changed[index] ^= 1 << UInt8(index % 7)
            do throws(OpeningError) {
                _ = try AgeOpener.open(changed, with: identities)
                Issue.record("byte \(index) changed, and it opened")
            } catch {
                let isPayload = error == .payloadNotAuthentic(chunk: 0)
                #expect(isPayload == (index >= headerCount), "byte \(index): \(error)")
                if isPayload {
                    #expect(error.exitCode == .failed)
                }
            }
        }
    }

    @Test func `every cut is found`() throws {
        let payload = try SecretBytes.random(count: AgeStream.chunkByteCount + 1)
        let identity = try AgeIdentity.generate()
        let identities = try AgeIdentities(identity)
        let file = try AgeSealer.seal(payload, to: [identity.recipient])
        let ends = Array(0..<400) + Array(65_700..<file.count)
        for end in ends {
            #expect(throws: OpeningError.self) {
                _ = try AgeOpener.open(
                    Array(file[..<end]),
                    with: identities,
                    bytesMax: Self.bytesMax
                )
            }
        }
    }

    @Test func `a changed header under a good stanza is not authentic`() throws {
        let payload = try SecretBytes.random(count: 8)
        let identity = try AgeIdentity.generate()
        let file = try AgeSealer.seal(payload, to: [identity.recipient])
        let header = try AgeHeader(startOf: file)
        let grease = AgeStanza(type: "grease", arguments: [], body: [])
        let added = AgeHeader(stanzas: header.stanzas + [grease], mac: header.mac)
        let changed = added.encoded + file.dropFirst(header.encoded.count)
        let identities = try AgeIdentities(identity)
        #expect(throws: OpeningError.headerNotAuthentic) {
            _ = try AgeOpener.open(changed, with: identities)
        }
    }

    @Test func `a file that is too long is not looked at`() throws {
        let identities = try AgeIdentities(try AgeIdentity.generate())
        let file = [UInt8](repeating: 0, count: Limits.keyObjectBytesMax + 1)
        #expect(
            throws: OpeningError.tooLong(
                bytes: file.count,
                bytesMax: Limits.keyObjectBytesMax
            )
        ) {
            _ = try AgeOpener.open(file, with: identities)
        }
    }

    @Test func `nothing is sealed to nobody, to too many, or under nothing`() throws {
        let payload = try SecretBytes.random(count: 8)
        let recipient = try AgeIdentity.generate().recipient
        #expect(throws: AgeSealingError.noRecipients) {
            _ = try AgeSealer.seal(payload, to: [])
        }
        #expect(throws: AgeSealingError.tooManyRecipients(65)) {
            _ = try AgeSealer.seal(payload, to: Array(repeating: recipient, count: 65))
        }
        #expect(throws: AgeSealingError.emptyPassphrase) {
            _ = try AgeSealer.seal(payload, passphrase: try secret(""))
        }
    }

    @Test func `a work factor above the bound is not tried`() throws {
        let payload = try SecretBytes.random(count: 8)
        let passphrase = try secret("password")
        let file = try AgeSealer.seal(payload, passphrase: passphrase, logN: 11)
        #expect(throws: OpeningError.workFactorTooHigh(logN: 11, logNMax: 10)) {
            _ = try AgeOpener.open(file, passphrase: passphrase, logNMax: 10)
        }
        let opened = try AgeOpener.open(file, passphrase: passphrase, logNMax: 11)
        let isSame = opened.matches(payload)
        #expect(isSame)
    }
}
