import COpenSSL

/// The algorithms of OpenSSL that Toride uses, fetched once.
///
/// OpenSSL 3 looks an algorithm up by name at each use unless it was fetched before, which costs
/// more than hashing a small file does.
enum Algorithms {
    static let sha256 = unsafe fetched("SHA2-256") { unsafe EVP_MD_fetch(nil, $0, nil) }
    static let md5 = unsafe fetched("MD5") { unsafe EVP_MD_fetch(nil, $0, nil) }
    static let aes256GCM = unsafe fetched("AES-256-GCM") { unsafe EVP_CIPHER_fetch(nil, $0, nil) }
    static let chaCha20Poly1305 = unsafe fetched("ChaCha20-Poly1305") {
        unsafe EVP_CIPHER_fetch(nil, $0, nil)
    }
    static let hkdf = unsafe fetched("HKDF") { unsafe EVP_KDF_fetch(nil, $0, nil) }
    static let hmac = unsafe fetched("HMAC") { unsafe EVP_MAC_fetch(nil, $0, nil) }

    private static func fetched(
        _ name: String,
        _ fetch: (UnsafePointer<CChar>) -> OpaquePointer?
    ) -> Fetched {
        guard let pointer = unsafe name.withCString({ unsafe fetch($0) }) else {
            preconditionFailure("OpenSSL has no \(name)")
        }
        return unsafe Fetched(pointer: pointer)
    }
}

/// A fetched algorithm; OpenSSL reference-counts it and never changes it.
@safe struct Fetched: @unchecked Sendable {
    // Sendable: fetched algorithms are immutable and live as long as the program.
    let pointer: OpaquePointer
}
