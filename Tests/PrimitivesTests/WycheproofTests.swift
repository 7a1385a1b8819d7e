import Model
import Primitives
import Testing

@Suite struct WycheproofTests {
    @Test(arguments: [
        ("aes_gcm_test", AEADCipher.aes256GCM), ("chacha20_poly1305_test", .chaCha20Poly1305),
    ])
    func `seals and opens as published, and opens nothing altered`(
        name: String,
        cipher: AEADCipher
    ) throws {
        guard let file = try Wycheproof.load(name) else {
            return
        }
        var tally = Tally(name)
        for group in file.testGroups {
            for vector in group.tests {
                guard group.keySize == 256 else {
                    tally.skip("key not of 256 bits")
                    continue
                }
                guard group.ivSize == 96 else {
                    tally.skip("nonce not of 96 bits")
                    continue
                }
                #expect(group.tagSize == 128)
                try check(vector, cipher)
                tally.ran(vector.result)
            }
        }
        tally.tell(expecting: file.numberOfTests)
    }

    @Test func `HMAC-SHA-256 is as published`() throws {
        guard let file = try Wycheproof.load("hmac_sha256_test") else {
            return
        }
        var tally = Tally("hmac_sha256_test")
        for group in file.testGroups {
            for vector in group.tests {
                let key = try HMACKey(try secret(hex: try #require(vector.key)))
                let tag = try bytes(try #require(vector.tag))
                let mac = key.authenticate(try bytes(try #require(vector.msg))).bytes
                #expect(
                    (Array(mac.prefix(tag.count)) == tag) == (vector.result == "valid"),
                    "\(vector.tcId)"
                )
                tally.ran(vector.result)
            }
        }
        tally.tell(expecting: file.numberOfTests)
    }

    @Test func `HKDF-SHA-256 is as published, and gives no more than it may`() throws {
        guard let file = try Wycheproof.load("hkdf_sha256_test") else {
            return
        }
        var tally = Tally("hkdf_sha256_test")
        for vector in file.testGroups.flatMap(\.tests) {
            let key = try secret(hex: try #require(vector.ikm))
            let salt = try bytes(try #require(vector.salt))
            let info = try bytes(try #require(vector.info))
            let size = try #require(vector.size)
            if vector.result == "valid" {
                let derived = try key.derive(salt: salt, info: info, count: size)
                #expect(revealed(derived) == (try bytes(try #require(vector.okm))))
            } else {
                #expect(throws: CryptoError.library(operation: "HKDF"), "\(vector.tcId)") {
                    _ = try key.derive(salt: salt, info: info, count: size)
                }
            }
            tally.ran(vector.result)
        }
        tally.tell(expecting: file.numberOfTests)
    }

    @Test func `X25519 is as published, and agrees on nothing of low order`() throws {
        guard let file = try Wycheproof.load("x25519_test") else {
            return
        }
        var tally = Tally("x25519_test")
        for vector in file.testGroups.flatMap(\.tests) {
            let ours = try secret(hex: try #require(vector.private))
            let theirs = try bytes(try #require(vector.public))
            let shared = try bytes(try #require(vector.shared))
            if shared.allSatisfy({ $0 == 0 }) {
                #expect(throws: CryptoError.lowOrderPoint, "\(vector.tcId)") {
                    _ = try X25519.agree(secret: ours, publicKey: theirs)
                }
                tally.ran("of low order, refused")
            } else {
                let agreed = try X25519.agree(secret: ours, publicKey: theirs)
                #expect(revealed(agreed) == shared, "\(vector.tcId)")
                tally.ran(vector.result)
            }
        }
        tally.tell(expecting: file.numberOfTests)
    }

    private func check(_ vector: Wycheproof.Vector, _ cipher: AEADCipher) throws {
        let key = try AEADKey(cipher, key: try secret(hex: try #require(vector.key)))
        let nonce = try bytes(try #require(vector.iv))
        let associated = try bytes(try #require(vector.aad))
        let plaintext = try bytes(try #require(vector.msg))
        let sealed = try bytes(try #require(vector.ct)) + bytes(try #require(vector.tag))
        let isValid = vector.result == "valid"
        let ours = try seal(plaintext, key, nonce: nonce, associated: associated)
        #expect((ours == sealed) == isValid, "\(vector.tcId)")
        let opened = open(sealed, key, nonce: nonce, associated: associated)
        #expect(opened == (isValid ? plaintext : nil), "\(vector.tcId)")
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
    try? unsafe sealed.withUnsafeBufferPointer { (sealed) throws(CryptoError) in
        unsafe try key.open(
            UnsafeRawBufferPointer(sealed),
            nonce: nonce,
            associated: associated
        )
    }
}
