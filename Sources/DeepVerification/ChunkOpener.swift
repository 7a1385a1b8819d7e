import Format
import Model
import ObjectStore
import Primitives
import Sealing

/// Opens chunks of one set and epoch where an index says that they lie. Used by one thread.
final class ChunkOpener {
    /// What opens, shared by threads.
    struct Source: Sendable {
        let store: any ObjectStore
        let scope: SealingScope
        let runs: [KeyID: OpenedKeys.Run]
        let secret: OpenedKeys.Secret
    }

    /// Why a chunk did not open.
    enum Fault: Error {
        /// It is not what its entry says.
        case damaged
        /// Its pack could not be read; why.
        case missing(String)

        var state: ChunkPlaces.State {
            switch self {
            case .damaged: .damaged
            case .missing: .missing
            }
        }
    }

    private final class PackKey {
        let origin: ChunkOrigin
        let key: AEADKey

        init(_ origin: ChunkOrigin, _ key: consuming AEADKey) {
            self.origin = origin
            self.key = key
        }
    }

    let source: Source
    private let namer: ChunkNamer
    private let codec = ChunkCodec()
    private var last: PackKey?

    init(_ source: Source) throws {
        self.source = source
        namer = try source.secret.secret.namer()
    }

    /// Opens a chunk and checks it against its id.
    ///
    /// - Returns: its plaintext, with the digests of what is in it.
    /// - Throws: ``Fault``; ``StoreError/unavailable(place:reason:hint:)``; a fault of ours.
    func open(_ entry: ChunkEntry, of pack: ObjectName) throws -> OpenedChunk {
        let sealed = try read(entry.range, of: pack)
        guard let run = source.runs[entry.origin.run] else {
            throw Fault.damaged
        }
        if last?.origin != entry.origin {
            last = PackKey(entry.origin, try run.key.packKey(salt: entry.origin.salt))
        }
        guard let key = last else {
            preconditionFailure("a key was just derived")
        }
        do {
            return unsafe try sealed.withUnsafeBytes { sealed in
                unsafe try codec.open(
                    sealed,
                    entry,
                    key: key.key,
                    scope: source.scope,
                    namer: namer
                )
            }
        } catch let error as SealingError where error.exitCode != .internalFault {
            throw Fault.damaged
        }
    }

    /// Bytes of a pack.
    ///
    /// - Throws: ``Fault/missing(_:)`` if they cannot be read;
    ///   ``StoreError/unavailable(place:reason:hint:)``.
    func read(_ range: Range<Int>, of pack: ObjectName) throws -> [UInt8] {
        do throws(StoreError) {
            return try source.store.get(StoreKey.pack(pack), range: range)
        } catch {
            if case .unavailable = error {
                throw error
            }
            throw Fault.missing(error.description)
        }
    }
}
