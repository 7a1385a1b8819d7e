import Model
import Primitives

/// Makes 64-bit hashes of keys: the first eight bytes of SHA-256 over the parts, each with its
/// length before it.
package enum KeyHash {
    /// The hash of some parts, in this order.
    package static func of(_ parts: ArraySlice<UInt8>...) -> UInt64 {
        var bytes: [UInt8] = []
        for part in parts {
            append(part.count, to: &bytes)
            bytes += part
        }
        return SHA256.hash(bytes).prefix
    }

    /// The hash of some texts, in this order.
    package static func of(_ parts: String...) -> UInt64 {
        var bytes: [UInt8] = []
        for part in parts {
            append(part.utf8.count, to: &bytes)
            bytes += part.utf8
        }
        return SHA256.hash(bytes).prefix
    }

    /// Four bytes, little-endian; written out, for it is done millions of times.
    private static func append(_ count: Int, to bytes: inout [UInt8]) {
        for shift in [0, 8, 16, 24] {
            bytes.append(UInt8(truncatingIfNeeded: count >> shift))
        }
    }
}
