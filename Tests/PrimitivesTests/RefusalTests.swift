import Primitives
import Testing

@Suite struct RefusalTests {
    @Test(arguments: [AEADCipher.aes256GCM, .chaCha20Poly1305])
    func `one key seals and opens in any order`(cipher: AEADCipher) throws {
        let key = try AEADKey(cipher, key: try SecretBytes.random(count: 32))
        let nonces = (0..<8).map { [UInt8](repeating: 0, count: 11) + [UInt8($0)] }
        let plaintexts = (0..<8).map { [UInt8](repeating: UInt8($0), count: $0 * 1_000) }
        let sealed = try zip(plaintexts, nonces).map { try seal($0, key, nonce: $1) }
        for index in sealed.indices.reversed() {
            #expect(open(sealed[index], key, nonce: nonces[index]) == plaintexts[index])
            #expect(open(sealed[index], key, nonce: nonces[7 - index]) == nil)
            #expect(open(sealed[index], key, nonce: nonces[index], associated: [0]) == nil)
        }
    }

    @Test(arguments: [AEADCipher.aes256GCM, .chaCha20Poly1305])
    func `no changed bit and no cut opens`(cipher: AEADCipher) throws {
        let key = try AEADKey(cipher, key: try SecretBytes.random(count: 32))
        let nonce = try Randomness.bytes(count: AEADKey.nonceByteCount)
        let sealed = try seal(Array(0..<40), key, nonce: nonce)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1 << UInt8(index % 8)
            #expect(open(changed, key, nonce: nonce) == nil)
            #expect(open(Array(sealed[..<index]), key, nonce: nonce) == nil)
        }
    }

    @Test func `nothing of a plaintext stays when it does not authenticate`() throws {
        let key = try AEADKey(.aes256GCM, key: try SecretBytes.random(count: 32))
        let nonce = [UInt8](repeating: 1, count: 12)
        var sealed = try seal([UInt8](repeating: 7, count: 64), key, nonce: nonce)
        sealed[79] ^= 1
        var output = [UInt8](repeating: 9, count: 64)
        let failure = unsafe output.withUnsafeMutableBytes { output in
            unsafe sealed.withUnsafeBytes { sealed -> CryptoError? in
                do throws(CryptoError) {
                    unsafe try key.open(sealed, nonce: nonce, associated: [], into: output)
                    return nil
                } catch {
                    return error
                }
            }
        }
        #expect(failure == .authenticationFailed)
        #expect(output == [UInt8](repeating: 0, count: 64))
    }

    @Test(arguments: [0, 31, 33])
    func `keys of another length are refused`(count: Int) throws {
        #expect(throws: CryptoError.invalidKey(kind: "X25519")) {
            _ = try X25519.publicKey(of: try SecretBytes.random(count: count))
        }
        #expect(throws: CryptoError.invalidKey(kind: "X25519")) {
            _ = try X25519.agree(
                secret: try SecretBytes.random(count: 32),
                publicKey: [UInt8](repeating: 9, count: count)
            )
        }
        #expect(throws: CryptoError.invalidKey(kind: "ED25519")) {
            _ = try SigningKey(seed: try SecretBytes.random(count: count))
        }
        #expect(VerifyingKey([UInt8](repeating: 9, count: count)) == nil)
    }

    @Test func `a signature over another message, by another key, or cut, is not valid`() throws {
        let key = try SigningKey(seed: try SecretBytes.random(count: 32))
        let other = try SigningKey(seed: try SecretBytes.random(count: 32))
        let signature = try key.sign([1, 2, 3])
        #expect(key.verifyingKey.isValid(signature: signature, over: [1, 2, 3]))
        #expect(!key.verifyingKey.isValid(signature: signature, over: [1, 2, 4]))
        #expect(!other.verifyingKey.isValid(signature: signature, over: [1, 2, 3]))
        #expect(!key.verifyingKey.isValid(signature: Array(signature.dropLast()), over: [1, 2, 3]))
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 1
            #expect(!key.verifyingKey.isValid(signature: changed, over: [1, 2, 3]))
        }
    }
}
