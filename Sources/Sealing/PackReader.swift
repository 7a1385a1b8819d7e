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
        let header = try wrappingErrors {
            try SealedHeader(decoding: bytes[...], as: .pack)
        }
        let origin = ChunkOrigin(run: run.id, salt: header.salt)
        let key = try wrappingErrors { try run.packKey(salt: header.salt) }
        return try contents(bytes, name: name, scope: scope, origin: origin, key: key)
    }

    private static func contents(
        _ bytes: [UInt8],
        name: ObjectName,
        scope: SealingScope,
        origin: ChunkOrigin,
        key: borrowing AEADKey
    ) throws(SealingError) -> PackContents {
        let trailerStart = bytes.count - 32
        let trailer = try open(
            bytes,
            trailerStart..<bytes.count,
            scope.context(.trailer, origin: origin),
            key
        )
        let places = try places(trailer, before: trailerStart)
        let filler = try open(
            bytes,
            places.filler,
            scope.context(.filler, origin: origin),
            key
        )
        guard filler.allSatisfy({ $0 == 0 }) else {
            throw .format(.invalid("a pack's filler is not zero"))
        }
        let table = try open(
            bytes,
            places.table,
            scope.context(.packTable, origin: origin),
            key
        )
        let packs = try wrappingErrors { try ChunkTable(decoding: table[...]).packs }
        guard packs.count == 1, packs[0].name == ObjectName(.zero),
            packs[0].size == places.table.lowerBound
        else {
            throw .format(.invalid("a pack's table is not of this pack"))
        }
        return PackContents(name: name, size: UInt64(bytes.count), entries: packs[0].entries)
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
        _ bytes: [UInt8],
        _ range: Range<Int>,
        _ context: FrameContext,
        _ key: borrowing AEADKey
    ) throws(SealingError) -> [UInt8] {
        guard range.lowerBound >= SealedHeader.byteCount, range.count >= AEADKey.overhead else {
            throw .format(.truncated("a pack"))
        }
        return try wrappingErrors {
            unsafe try bytes.withUnsafeBytes { bytes in
                unsafe try key.open(
                    UnsafeRawBufferPointer(rebasing: bytes[range]),
                    nonce: context.nonce,
                    associated: context.associatedData
                )
            }
        }
    }
}
