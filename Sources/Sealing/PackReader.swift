package import Format
package import Model
import Primitives

/// Reads a whole pack with its run's key alone, without any index.
package enum PackReader {
    /// The pack's own table, after checking its filler.
    ///
    /// - Parameters:
    ///   - bytes: the whole stored pack.
    ///   - name: what the bytes hash to; checked by the caller.
    ///   - scope: which repository and set it belongs to.
    ///   - run: the key of the run that stored the pack.
    /// - Returns: what lies where, in the order of sealing.
    /// - Throws: ``SealingError`` if a byte of trailer, filler or table changed, or the key is not
    ///   the one.
    package static func contents(
        _ bytes: [UInt8],
        name: ObjectName,
        scope: SealingScope,
        run: borrowing RunKey
    ) throws(SealingError) -> PackContents {
        try wrappingErrors {
            try contents(ofSize: bytes.count, name: name, scope: scope, run: run) { range in
                Array(bytes[range])
            }
        }
    }

    /// The same of a pack of which only header, table, filler and trailer are read.
    ///
    /// - Parameters:
    ///   - size: the number of its stored bytes.
    ///   - name: what they are called.
    ///   - scope: which repository and set it belongs to.
    ///   - run: the key of the run that stored the pack.
    ///   - read: gives the bytes of a range within that size.
    /// - Returns: what lies where, in the order of sealing.
    /// - Throws: ``SealingError`` as of the whole pack; what `read` throws.
    package static func contents(
        ofSize size: Int,
        name: ObjectName,
        scope: SealingScope,
        run: borrowing RunKey,
        read: (Range<Int>) throws -> [UInt8]
    ) throws -> PackContents {
        let trailerStart = size - 32
        guard trailerStart >= SealedHeader.byteCount else {
            throw SealingError.format(.truncated("a pack"))
        }
        let head = try read(0..<SealedHeader.byteCount)
        let header = try wrappingErrors { try SealedHeader(decoding: head[...], as: .pack) }
        let origin = ChunkOrigin(run: run.id, salt: header.salt)
        let key = try wrappingErrors { try run.packKey(salt: header.salt) }
        let trailer = try open(
            trailerStart..<size,
            scope.context(.trailer, origin: origin),
            key,
            read
        )
        let places = try places(trailer, before: trailerStart)
        let filler = try open(places.filler, scope.context(.filler, origin: origin), key, read)
        guard filler.allSatisfy({ $0 == 0 }) else {
            throw SealingError.format(.invalid("a pack's filler is not zero"))
        }
        let table = try open(places.table, scope.context(.packTable, origin: origin), key, read)
        let packs = try wrappingErrors { try ChunkTable(decoding: table[...]).packs }
        guard packs.count == 1, packs[0].name == ObjectName(.zero),
            packs[0].size == places.table.lowerBound
        else {
            throw SealingError.format(.invalid("a pack's table is not of this pack"))
        }
        return PackContents(name: name, size: UInt64(size), entries: packs[0].entries)
    }

    /// Where table and filler lie, as the trailer says: one after the other, up to the trailer.
    private static func places(
        _ trailer: [UInt8],
        before end: Int
    ) throws(SealingError) -> (table: Range<Int>, filler: Range<Int>) {
        var reader = ByteReader(trailer, of: "a pack's trailer")
        let lengths = try wrappingErrors {
            (table: try reader.fixed(UInt64.self), filler: try reader.fixed(UInt64.self))
        }
        guard lengths.table <= end, lengths.filler <= end,
            lengths.table + lengths.filler <= end - SealedHeader.byteCount
        else {
            throw .format(.invalid("a pack's trailer points outside the pack"))
        }
        let fillerStart = end - Int(lengths.filler)
        return (fillerStart - Int(lengths.table)..<fillerStart, fillerStart..<end)
    }

    private static func open(
        _ range: Range<Int>,
        _ context: FrameContext,
        _ key: borrowing AEADKey,
        _ read: (Range<Int>) throws -> [UInt8]
    ) throws -> [UInt8] {
        guard range.lowerBound >= SealedHeader.byteCount, range.count >= AEADKey.overhead else {
            throw SealingError.format(.truncated("a pack"))
        }
        let sealed = try read(range)
        return try wrappingErrors {
            unsafe try sealed.withUnsafeBytes { sealed in
                unsafe try key.open(
                    sealed,
                    nonce: context.nonce,
                    associated: context.associatedData
                )
            }
        }
    }
}
