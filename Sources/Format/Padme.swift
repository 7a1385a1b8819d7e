/// PADMÉ: padded sizes that tell little about what is inside.
///
/// At most 12 % more, and for an object of L bytes only O(log log L) bits of its size remain to be
/// seen. Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with
/// PURBs" (PoPETs 2019), algorithm 1.
package enum Padme {
    /// The padded size for `size` bytes: the smallest allowed one that is not below it.
    package static func paddedSize(_ size: Int) -> Int {
        guard size > 1 else {
            return size
        }
        let exponent = Int.bitWidth - 1 - size.leadingZeroBitCount
        let exponentBits = Int.bitWidth - exponent.leadingZeroBitCount
        let zeroBits = exponent - exponentBits
        guard zeroBits > 0 else {
            return size
        }
        let mask = (1 << zeroBits) - 1
        return (size + mask) & ~mask
    }
}
