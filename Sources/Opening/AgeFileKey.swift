import Format
import Model
import Primitives

/// The 128-bit key of one age file: unwraps, and opens what stands under it.
enum AgeFileKey {
    /// The file key that was wrapped under `wrapKey`; nil if it was wrapped under another key.
    static func unwrap(
        _ wrapped: [UInt8],
        under wrapKey: borrowing SecretBytes
    ) throws(CryptoError) -> SecretBytes? {
        precondition(wrapped.count == AgeStream.wrappedFileKeyByteCount)
        let key = try AEADKey(.chaCha20Poly1305, key: wrapKey)
        do throws(CryptoError) {
            return unsafe try SecretBytes(count: AgeStream.fileKeyByteCount) {
                (output) throws(CryptoError) in
                unsafe try wrapped.withUnsafeBufferPointer { (wrapped) throws(CryptoError) in
                    unsafe try key.open(
                        UnsafeRawBufferPointer(wrapped),
                        nonce: AgeStream.wrapNonce,
                        associated: [],
                        into: output
                    )
                }
            }
        } catch .authenticationFailed {
            return nil
        } catch {
            throw error
        }
    }

    /// Judges the header's MAC ("Header MAC"), in a time that does not tell where it differs.
    static func isAuthentic(
        _ header: AgeHeader,
        under fileKey: borrowing SecretBytes
    ) throws(CryptoError) -> Bool {
        let key = try HMACKey(try fileKey.derive(salt: [], info: AgeStream.headerKeyInfo))
        let expected = key.authenticate(header.authenticated).bytes
        return zip(expected, header.mac).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Opens a payload ("Payload").
    ///
    /// - Parameters:
    ///   - sealed: nonce and chunks: the file after its header.
    ///   - fileKey: what the header wrapped.
    /// - Returns: the payload, whole; no byte of it before all of it is authentic.
    /// - Throws: ``OpeningError/nonceMissing``, ``OpeningError/payloadByteCount(_:)``,
    ///   ``OpeningError/payloadNotAuthentic(chunk:)`` or ``OpeningError/crypto(_:)``.
    static func open(
        payload sealed: ArraySlice<UInt8>,
        under fileKey: borrowing SecretBytes
    ) throws(OpeningError) -> SecretBytes {
        guard sealed.count >= AgeStream.nonceByteCount else {
            throw .nonceMissing
        }
        let chunks = sealed.dropFirst(AgeStream.nonceByteCount)
        guard let count = AgeStream.payloadByteCount(sealedByteCount: chunks.count) else {
            throw .payloadByteCount(chunks.count)
        }
        var reached = 0
        do throws(CryptoError) {
            let nonce = Array(sealed.prefix(AgeStream.nonceByteCount))
            let payloadKey = try fileKey.derive(salt: nonce, info: AgeStream.payloadKeyInfo)
            let key = try AEADKey(.chaCha20Poly1305, key: payloadKey)
            return unsafe try SecretBytes(count: count) { (output) throws(CryptoError) in
                unsafe try chunks.withUnsafeBufferPointer { (chunks) throws(CryptoError) in
                    for chunk in AgeStream.chunks(payloadByteCount: count) {
                        reached = chunk.index
                        let sealed = unsafe UnsafeBufferPointer(rebasing: chunks[chunk.sealed])
                        unsafe try key.open(
                            UnsafeRawBufferPointer(sealed),
                            nonce: chunk.nonce,
                            associated: [],
                            into: UnsafeMutableRawBufferPointer(rebasing: output[chunk.plaintext])
                        )
                    }
                }
            }
        } catch .authenticationFailed {
            throw .payloadNotAuthentic(chunk: reached)
        } catch {
            throw .crypto(error)
        }
    }
}
