import Model
import Primitives
import Testing

/// Project Wycheproof's vectors, a test case each.
@Suite struct WycheproofTests {
    private static let ciphers =
        WycheproofCase.all("aes_gcm_test") + WycheproofCase.all("chacha20_poly1305_test")

    @Test(arguments: ciphers.filter { $0.foreignSize == nil })
    func `seals and opens as published, and opens nothing altered`(_ test: WycheproofCase) throws {
        let vector = test.vector
        #expect(test.group.tagSize == 128)
        let key = try AEADKey(test.cipher, key: try secret(hex: try #require(vector.key)))
        let nonce = try bytes(try #require(vector.iv))
        let associated = try bytes(try #require(vector.aad))
        let plaintext = try bytes(try #require(vector.msg))
        let sealed = try bytes(try #require(vector.ct)) + bytes(try #require(vector.tag))
        let isValid = vector.result == "valid"
        let ours = try seal(plaintext, key, nonce: nonce, associated: associated)
        #expect((ours == sealed) == isValid)
        let opened = open(sealed, key, nonce: nonce, associated: associated)
        #expect(opened == (isValid ? plaintext : nil))
    }

    /// Whatever the published result: our ciphers have one size of key and one of nonce.
    @Test(arguments: ciphers.filter { $0.foreignSize != nil })
    func `seals and opens nothing with a key or a nonce of another size`(
        _ test: WycheproofCase
    ) throws {
        let vector = test.vector
        let secret = try secret(hex: try #require(vector.key))
        let nonce = try bytes(try #require(vector.iv))
        let associated = try bytes(try #require(vector.aad))
        let plaintext = try bytes(try #require(vector.msg))
        let sealed = try bytes(try #require(vector.ct)) + bytes(try #require(vector.tag))
        guard secret.count == AEADKey.keyByteCount else {
            #expect(throws: CryptoError.self) { _ = try AEADKey(test.cipher, key: secret) }
            return
        }
        let key = try AEADKey(test.cipher, key: secret)
        let refusal = CryptoError.invalidNonce(bytes: nonce.count)
        #expect(nonce.count != AEADKey.nonceByteCount)
        #expect(throws: refusal) {
            try seal(plaintext, key, nonce: nonce, associated: associated)
        }
        #expect(throws: refusal) {
            try opened(sealed, key, nonce: nonce, associated: associated)
        }
    }

    @Test(arguments: WycheproofCase.all("hmac_sha256_test"))
    func `HMAC-SHA-256 is as published`(_ test: WycheproofCase) throws {
        let key = try HMACKey(try secret(hex: try #require(test.vector.key)))
        let tag = try bytes(try #require(test.vector.tag))
        let mac = key.authenticate(try bytes(try #require(test.vector.msg))).bytes
        #expect((Array(mac.prefix(tag.count)) == tag) == (test.vector.result == "valid"))
    }

    @Test(arguments: WycheproofCase.all("hkdf_sha256_test"))
    func `HKDF-SHA-256 is as published, and gives no more than it may`(
        _ test: WycheproofCase
    ) throws {
        let key = try secret(hex: try #require(test.vector.ikm))
        let salt = try bytes(try #require(test.vector.salt))
        let info = try bytes(try #require(test.vector.info))
        let size = try #require(test.vector.size)
        if test.vector.result == "valid" {
            let derived = try key.derive(salt: salt, info: info, count: size)
            #expect(revealed(derived) == (try bytes(try #require(test.vector.okm))))
        } else {
            #expect(throws: CryptoError.library(operation: "HKDF")) {
                _ = try key.derive(salt: salt, info: info, count: size)
            }
        }
    }

    @Test(arguments: WycheproofCase.all("x25519_test"))
    func `X25519 is as published, and agrees on nothing of low order`(
        _ test: WycheproofCase
    ) throws {
        let ours = try secret(hex: try #require(test.vector.private))
        let theirs = try bytes(try #require(test.vector.public))
        let shared = try bytes(try #require(test.vector.shared))
        if shared.allSatisfy({ $0 == 0 }) {
            #expect(throws: CryptoError.lowOrderPoint) {
                _ = try X25519.agree(secret: ours, publicKey: theirs)
            }
        } else {
            #expect(revealed(try X25519.agree(secret: ours, publicKey: theirs)) == shared)
        }
    }

    /// Every vector is a case of one of the tests above.
    @Test(arguments: [
        "aes_gcm_test", "chacha20_poly1305_test", "hmac_sha256_test", "hkdf_sha256_test",
        "x25519_test",
    ])
    func `tells how many vectors were run`(name: String) throws {
        guard let file = try Wycheproof.load(name) else {
            return
        }
        let all = WycheproofCase.all(name)
        let refused = all.compactMap(\.foreignSize)
        #expect(all.count == file.numberOfTests)
        #expect(!all.isEmpty)
        print(
            "wycheproof \(name): ran \(all.count) \(told(all.map(\.vector.result))), skipped 0; "
                + "refused for their size \(refused.count) \(told(refused))"
        )
    }

    private func told(_ words: [String]) -> String {
        let parts = Dictionary(grouping: words, by: \.self).sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value.count)" }
        return "(\(parts.joined(separator: ", ")))"
    }
}

extension WycheproofCase {
    /// The cipher that its file is about.
    fileprivate var cipher: AEADCipher {
        file == "aes_gcm_test" ? .aes256GCM : .chaCha20Poly1305
    }
}

/// Seals with arrays.
func seal(
    _ plaintext: [UInt8],
    _ key: borrowing AEADKey,
    nonce: [UInt8],
    associated: [UInt8] = []
) throws -> [UInt8] {
    var sealed: [UInt8] = []
    unsafe try plaintext.withUnsafeBufferPointer { (plaintext) throws(CryptoError) in
        unsafe try key.seal(
            UnsafeRawBufferPointer(plaintext),
            nonce: nonce,
            associated: associated,
            into: &sealed
        )
    }
    return sealed
}

/// Opens with arrays; nil if it does not authenticate.
func open(
    _ sealed: [UInt8],
    _ key: borrowing AEADKey,
    nonce: [UInt8],
    associated: [UInt8] = []
) -> [UInt8]? {
    try? opened(sealed, key, nonce: nonce, associated: associated)
}

/// Opens with arrays.
func opened(
    _ sealed: [UInt8],
    _ key: borrowing AEADKey,
    nonce: [UInt8],
    associated: [UInt8] = []
) throws -> [UInt8] {
    unsafe try sealed.withUnsafeBufferPointer { (sealed) throws(CryptoError) in
        unsafe try key.open(
            UnsafeRawBufferPointer(sealed),
            nonce: nonce,
            associated: associated
        )
    }
}
