/// The numbers and labels of an age file's payload, and how a payload is cut into chunks.
///
/// - SeeAlso: <https://c2sp.org/age>, "File key", "Header MAC" and "Payload".
package enum AgeStream {
    /// Bytes of a file key.
    package static let fileKeyByteCount = 16
    /// Bytes of a wrapped file key: the key and a tag.
    package static let wrappedFileKeyByteCount = 32
    /// Bytes of the nonce before the first chunk.
    package static let nonceByteCount = 16
    /// Bytes of plaintext in every chunk but the last.
    package static let chunkByteCount = 64 << 10
    /// Bytes of the tag after every chunk.
    package static let tagByteCount = 16
    /// HKDF's info for the key of the header's MAC; the salt is empty.
    package static let headerKeyInfo = "header"
    /// HKDF's info for the payload key; the salt is the nonce.
    package static let payloadKeyInfo = "payload"
    /// The nonce under which a file key is wrapped: each wrap key wraps once.
    package static let wrapNonce = [UInt8](repeating: 0, count: 12)

    /// The chunks of a payload of `payloadByteCount` bytes: all but the last whole, the last empty
    /// only if the payload is.
    package static func chunks(payloadByteCount: Int) -> [AgeChunk] {
        let count = max(1, (payloadByteCount + chunkByteCount - 1) / chunkByteCount)
        return (0..<count).map { index in
            let start = index * chunkByteCount
            return AgeChunk(
                index: index,
                plaintext: start..<min(start + chunkByteCount, payloadByteCount),
                isFinal: index == count - 1
            )
        }
    }

    /// Bytes of a sealed payload, the nonce not counted.
    package static func sealedByteCount(payloadByteCount: Int) -> Int {
        let chunks = max(1, (payloadByteCount + chunkByteCount - 1) / chunkByteCount)
        return payloadByteCount + chunks * tagByteCount
    }

    /// Bytes of the payload that `sealedByteCount` bytes seal, the nonce not counted.
    ///
    /// - Returns: nil if no payload has that many: the last chunk would lack its tag, or be empty
    ///   after another.
    package static func payloadByteCount(sealedByteCount: Int) -> Int? {
        let sealedChunk = chunkByteCount + tagByteCount
        let chunks = (sealedByteCount + sealedChunk - 1) / sealedChunk
        let payload = sealedByteCount - chunks * tagByteCount
        guard payload >= 0, self.sealedByteCount(payloadByteCount: payload) == sealedByteCount
        else {
            return nil
        }
        return payload
    }
}

/// One chunk of an age payload.
package struct AgeChunk: Hashable, Sendable {
    /// The number of the chunk, from 0.
    package let index: Int
    /// Where its plaintext lies in the payload.
    package let plaintext: Range<Int>
    /// Whether it is the last.
    package let isFinal: Bool

    /// Where it lies in the sealed payload, tag included, counted from after the nonce.
    package var sealed: Range<Int> {
        let start = index * (AgeStream.chunkByteCount + AgeStream.tagByteCount)
        return start..<start + plaintext.count + AgeStream.tagByteCount
    }

    /// Eleven bytes of the chunk's number, big-endian, and 1 for the last chunk, else 0.
    package var nonce: [UInt8] {
        var nonce = [UInt8](repeating: 0, count: 3)
        for shift in stride(from: 56, through: 0, by: -8) {
            nonce.append(UInt8(truncatingIfNeeded: index >> shift))
        }
        return nonce + [isFinal ? 1 : 0]
    }
}
