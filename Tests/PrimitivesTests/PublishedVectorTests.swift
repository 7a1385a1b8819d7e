import Model
import Primitives
import Testing

/// A few vectors from the standards themselves: they run wherever the package does.
@Suite struct PublishedVectorTests {
    @Test func `SHA-256 of FIPS 180-4's examples`() {
        // NIST, "Examples with Intermediate Values": SHA256.pdf.
        #expect(
            SHA256.hash(Array("abc".utf8)).hex
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        let long = Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
        let hex = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        #expect(SHA256.hash(long).hex == hex)
        let pieces = SHA256()
        pieces.update(Array(long[..<7]))
        pieces.update([])
        pieces.update(Array(long[7...]))
        #expect(pieces.finish().hex == hex)
        #expect(pieces.finish() == SHA256.hash([UInt8]()), "a finished digest starts anew")
        #expect(
            SHA256.hash([UInt8]()).hex
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
    }

    @Test func `HMAC of RFC 4231 §4.2, §4.3 and §4.7`() throws {
        let vectors: [(key: [UInt8], message: String, mac: String)] = [
            (
                [UInt8](repeating: 0x0b, count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xaa, count: 131),
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ]
        for vector in vectors {
            let key = try HMACKey(try secret(vector.key))
            #expect(key.authenticate(Array(vector.message.utf8)).hex == vector.mac)
            #expect(key.authenticate(Array(vector.message.utf8)).hex == vector.mac, "again")
        }
    }

    @Test func `an HMAC as a secret is the HMAC`() throws {
        // RFC 4231 §4.3.
        let key = try HMACKey(try secret(Array("Jefe".utf8)))
        let derived = try key.derive(Array("what do ya want for nothing?".utf8))
        #expect(
            Hex.encode(revealed(derived))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
    }

    @Test func `MD5 of RFC 1321 §A.5`() {
        let vectors = [
            ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            (
                String(repeating: "1234567890", count: 8), "57edf4a22be3c955ac49da2e2107b67a"
            ),
        ]
        for (message, hex) in vectors {
            #expect(Hex.encode(MD5.hash(Array(message.utf8))) == hex)
        }
    }

    @Test func `HKDF of RFC 5869 §A.1 and §A.3`() throws {
        let key = try secret([UInt8](repeating: 0x0b, count: 22))
        let salted = try key.derive(
            salt: try bytes("000102030405060708090a0b0c"),
            info: try bytes("f0f1f2f3f4f5f6f7f8f9"),
            count: 42
        )
        #expect(
            Hex.encode(revealed(salted))
                == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                + "34007208d5b887185865"
        )
        let bare = try key.derive(salt: [], info: "", count: 42)
        #expect(
            Hex.encode(revealed(bare))
                == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                + "9d201395faa4b61a96c8"
        )
    }

    @Test func `ChaCha20-Poly1305 of RFC 8439 §2.8.2`() throws {
        let key = try AEADKey(.chaCha20Poly1305, key: try secret(0x80...0x9f))
        let plaintext =
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
            + "future, sunscreen would be it."
        let nonce = try bytes("07000000 40414243 44454647")
        let associated = try bytes("50515253 c0c1c2c3 c4c5c6c7")
        let sealed = try seal(
            Array(plaintext.utf8),
            key,
            nonce: nonce,
            associated: associated
        )
        #expect(Hex.encode(sealed.suffix(16)) == "1ae10b594f09e26a7e902ecbd0600691")
        #expect(Hex.encode(sealed.prefix(8)) == "d31a8d34648e60db")
        #expect(
            open(sealed, key, nonce: nonce, associated: associated) == Array(plaintext.utf8)
        )
    }

    @Test func `AES-256-GCM of McGrew and Viega, test cases 13, 14 and 16`() throws {
        // "The Galois/Counter Mode of Operation (GCM)", Appendix B, as submitted to NIST.
        let zero = try AEADKey(.aes256GCM, key: try secret([UInt8](repeating: 0, count: 32)))
        let zeroNonce = [UInt8](repeating: 0, count: 12)
        #expect(
            Hex.encode(try seal([], zero, nonce: zeroNonce)) == "530f8afbc74536b9a963b4f1c4cb738b"
        )
        #expect(
            Hex.encode(try seal([UInt8](repeating: 0, count: 16), zero, nonce: zeroNonce))
                == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
        )
        let key = try AEADKey(
            .aes256GCM,
            key: try secret(
                hex: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
            )
        )
        let sealed = try seal(
            try bytes(
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                    + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
            ),
            key,
            nonce: try bytes("cafebabefacedbaddecaf888"),
            associated: try bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")
        )
        #expect(Hex.encode(sealed.suffix(16)) == "76fc6ece0f4e1768cddf8853bb2d551b")
    }

    @Test func `X25519 of RFC 7748 §5.2`() throws {
        let scalar = try secret(
            hex: "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"
        )
        let shared = try X25519.agree(
            secret: scalar,
            publicKey: try bytes(
                "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"
            )
        )
        #expect(
            Hex.encode(revealed(shared))
                == "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
        )
        // The iterated test of §5.2, after one iteration: nine times the base point, which is 9.
        let nine = try secret([9] + [UInt8](repeating: 0, count: 31))
        #expect(
            Hex.encode(try X25519.publicKey(of: nine))
                == "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"
        )
    }

    @Test func `Ed25519 of RFC 8032 §7.1, tests 1 and 2`() throws {
        let empty = try SigningKey(
            seed: try secret(
                hex: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
            )
        )
        #expect(
            Hex.encode(empty.verifyingKey.bytes)
                == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        )
        let signature = try empty.sign([])
        #expect(
            Hex.encode(signature)
                == "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a3"
                + "3bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        )
        #expect(empty.verifyingKey.isValid(signature: signature, over: []))
        let one = try SigningKey(
            seed: try secret(
                hex: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
            )
        )
        #expect(
            Hex.encode(try one.sign([0x72]))
                == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15"
                + "996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        )
    }

    @Test func `scrypt of RFC 7914 §12, the one with r = 8, p = 1 that fits any machine`() throws {
        // The other one takes 1 GiB; those with another r or p are not what age uses. 32 of the
        // published 64 bytes: PBKDF2 gives the first block alone.
        let derived = try Scrypt.derive(
            passphrase: try secret(Array("pleaseletmein".utf8)),
            salt: Array("SodiumChloride".utf8),
            logN: 14
        )
        #expect(
            Hex.encode(revealed(derived))
                == "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        )
    }
}
