import Format
import Model

/// Which chunks a store holds already, and in which packs.
///
/// A chunk is known only if an index that is trusted names it and its pack is in the store at full
/// size; the caller brings in only such packs.
struct KnownChunks: Sendable {
    struct Pack: Sendable {
        let object: ObjectRef
        /// The index objects that tell of it.
        var indexes: [ObjectRef]
        /// The runs whose keys its chunks need.
        let runs: Set<KeyID>
    }

    /// What a claim on a chunk comes to.
    enum Claim {
        /// The store has it.
        case known
        /// The claimant must store it.
        case yours
    }

    private(set) var packs: [Pack] = []
    private var numbers: [ObjectName: Int] = [:]
    private var chunks: [ChunkID: Int32] = [:]
    private var used: Set<Int32> = []

    /// Stands for a chunk that this run stores.
    private static let own: Int32 = -1

    /// Brings in a pack that is in the store at full size.
    mutating func add(_ contents: PackContents, index: ObjectRef) {
        if let number = numbers[contents.name] {
            packs[number].indexes.append(index)
            return
        }
        let number = packs.count
        numbers[contents.name] = number
        packs.append(
            Pack(
                object: ObjectRef(kind: .pack, name: contents.name, size: contents.size),
                indexes: [index],
                runs: Set(contents.entries.map(\.origin.run))
            )
        )
        for entry in contents.entries {
            chunks[entry.chunk] = Int32(number)
        }
    }

    /// Asks for a chunk: from then on it counts as held.
    mutating func claim(_ chunk: ChunkID) -> Claim {
        guard let pack = chunks[chunk] else {
            chunks[chunk] = KnownChunks.own
            return .yours
        }
        if pack != KnownChunks.own {
            used.insert(pack)
        }
        return .known
    }

    /// Whether all of `pieces` are held; if so, their packs are used.
    mutating func use(_ pieces: [FileRecord.Piece]) -> Bool {
        guard pieces.allSatisfy({ chunks[$0.chunk] != nil }) else {
            return false
        }
        for piece in pieces {
            if let pack = chunks[piece.chunk], pack != KnownChunks.own {
                used.insert(pack)
            }
        }
        return true
    }

    /// The packs from before this run that the snapshot uses.
    var usedPacks: [Pack] { used.sorted().map { packs[Int($0)] } }
}
