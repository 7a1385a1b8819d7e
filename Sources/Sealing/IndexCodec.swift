package import Format
package import Model
package import Primitives

/// Seals and opens index objects: where each chunk of a set lies.
///
/// header ‖ sealed (table length (4) ‖ table ‖ zeros to a PADMÉ size).
package enum IndexCodec {
    /// Seals `table`.
    ///
    /// - Returns: the stored bytes and their name.
    package static func seal(
        _ table: ChunkTable,
        scope: SealingScope,
        secret: borrowing SetSecret
    ) throws(CryptoError) -> (bytes: [UInt8], name: ObjectName) {
        guard let salt = Digest(try Randomness.bytes(count: 32)) else {
            preconditionFailure("32 bytes make a salt")
        }
        let table = table.encoded
        var plaintext: [UInt8] = []
        plaintext.append(fixed: UInt32(table.count))
        plaintext += table
        let unpadded = SealedHeader.byteCount + plaintext.count + AEADKey.overhead
        let padding = Padme.paddedSize(unpadded) - unpadded
        plaintext += [UInt8](repeating: 0, count: padding)
        var bytes = SealedHeader(kind: .index, salt: salt).encoded
        let context = scope.context(.index, origin: ChunkOrigin(run: secret.id, salt: salt))
        let key = try secret.indexKey(salt: salt)
        var failure: CryptoError?
        unsafe plaintext.withUnsafeBytes { plaintext in
            do throws(CryptoError) {
                unsafe try key.seal(
                    plaintext,
                    nonce: context.nonce,
                    associated: context.associatedData,
                    into: &bytes
                )
            } catch {
                failure = error
            }
        }
        if let failure {
            throw failure
        }
        return (bytes, ObjectName(SHA256.hash(bytes)))
    }

    /// Opens an index object.
    package static func open(
        _ bytes: [UInt8],
        scope: SealingScope,
        secret: borrowing SetSecret
    ) throws(SealingError) -> ChunkTable {
        let header = try wrappingErrors { try SealedHeader(decoding: bytes[...], as: .index) }
        let origin = ChunkOrigin(run: secret.id, salt: header.salt)
        let context = scope.context(.index, origin: origin)
        let key = try wrappingErrors { try secret.indexKey(salt: header.salt) }
        let plaintext = try wrappingErrors {
            unsafe try bytes.withUnsafeBytes { bytes in
                unsafe try key.open(
                    UnsafeRawBufferPointer(rebasing: bytes[SealedHeader.byteCount...]),
                    nonce: context.nonce,
                    associated: context.associatedData
                )
            }
        }
        return try wrappingErrors {
            var reader = ByteReader(plaintext, of: "an index")
            let length: UInt32 = try reader.fixed()
            let table = try reader.slice(Int(length))
            guard try reader.slice(reader.remaining).allSatisfy({ $0 == 0 }) else {
                throw FormatError.invalid("an index: the filler is not zero")
            }
            return try ChunkTable(decoding: table)
        }
    }
}
