import Configuration
import FileSystem
import Format
import Glibc
import HostState
import Model

/// A note that a drill has begun. It goes once the drill's record is stored; one that is there when
/// the next drill begins, while none of its plan runs, is of a drill that was killed, or whose
/// record could not be stored.
///
/// Lies beside the drills' tokens and not among the plaintext: a scratch folder in memory is gone
/// when the machine starts again.
struct BegunDrill: Equatable {
    /// What was drilled.
    struct Snapshot: Equatable {
        /// Which snapshot.
        let ref: SnapshotRef
        /// The name of its manifest.
        let name: ObjectName
    }

    private static let format = "toride/drill-begun/v1"
    private static let bytesMax = 1 << 20
    private static let ending = ".begun"

    /// The plan's name in the configuration.
    let plan: String
    /// The set's or the group's name.
    let unit: String
    /// What the plan supposed to have happened, as the configuration spells it.
    let scenario: String
    /// How deep the plan asked to prove.
    let levelAsked: Int
    /// How many complete snapshots before the newest were passed over.
    let generation: Int
    /// When the program was started, by the host's clock: a claim.
    let started: Timestamp
    /// What chose the sabotaged copies.
    let seed: Digest
    /// What was drilled, in the plan's order.
    let snapshots: [Snapshot]

    /// States what has begun.
    ///
    /// - Parameters:
    ///   - plan: as it stands now; a later edit of it does not change what was begun.
    ///   - started: when the program was started.
    ///   - seed: what chooses the sabotaged copies.
    ///   - snapshots: what is drilled.
    init(
        _ plan: Configuration.DrillPlan,
        started: Timestamp,
        seed: Digest,
        _ snapshots: [Snapshot]
    ) {
        self.plan = plan.name
        unit = plan.subject.name
        scenario = plan.scenario.rawValue
        levelAsked = plan.level.rawValue
        generation = plan.generation
        self.started = Timestamp(seconds: started.seconds)
        self.seed = seed
        self.snapshots = snapshots
    }

    /// Where the note of a plan lies.
    static func path(of plan: String, in state: HostState) -> String {
        "\(state.path)/drills/\(plan)\(ending)"
    }

    /// Of which plans there are notes.
    ///
    /// - Parameter state: where they lie.
    /// - Returns: the plans' names, rising.
    /// - Throws: ``FileSystemError``.
    static func plans(in state: HostState) throws(FileSystemError) -> [String] {
        do throws(FileSystemError) {
            return try FileHandle.open("\(state.path)/drills", O_RDONLY | O_DIRECTORY).names()
                .map { String(decoding: $0, as: UTF8.self) }
                .filter { $0.hasSuffix(ending) && !$0.hasPrefix(".") }
                .map { String($0.dropLast(ending.count)) }
        } catch {
            guard error.isMissing else {
                throw error
            }
            return []
        }
    }

    /// The note at `path`; nil if there is none.
    ///
    /// - Throws: ``HostStateError/damaged(_:)``; ``FileSystemError``.
    static func left(at path: String) throws -> BegunDrill? {
        guard let bytes = try SmallFile.read(path, bytesMax: bytesMax) else {
            return nil
        }
        do throws(FormatError) {
            return try BegunDrill(decoding: bytes)
        } catch {
            throw HostStateError.damaged(path)
        }
    }

    /// Keeps the note at `path`, durably.
    func keep(at path: String) throws(FileSystemError) {
        if let slash = path.lastIndex(of: "/") {
            try FolderTree.make(String(path[..<slash]), mode: 0o700)
        }
        try SmallFile.write(json.canonical, to: path)
    }

    // MARK: - Encoding

    private var json: JSONValue {
        .object([
            "format": .string(Self.format), "generation": .integer(Int64(generation)),
            "levelAsked": .integer(Int64(levelAsked)), "plan": .string(plan),
            "scenario": .string(scenario), "seed": .string(seed.hex),
            "snapshots": .array(
                snapshots.map { snapshot in
                    .object([
                        "name": .string(snapshot.name.hex),
                        "sequence": .integer(Int64(clamping: snapshot.ref.sequence)),
                        "set": .string(snapshot.ref.set.hex),
                    ])
                }
            ),
            "started": .string(started.rfc3339), "unit": .string(unit),
        ])
    }

    private init(decoding bytes: [UInt8]) throws(FormatError) {
        let what = "a note of a drill"
        var members = try JSONValue.Members(try JSONValue(canonical: bytes, of: what), of: what)
        guard try members.string("format") == Self.format else {
            throw .unknownVersion(what)
        }
        plan = try members.string("plan")
        unit = try members.string("unit")
        scenario = try members.string("scenario")
        levelAsked = Int(clamping: try members.natural("levelAsked"))
        generation = Int(clamping: try members.natural("generation"))
        guard let started = Timestamp(rfc3339: try members.string("started")),
            let seed = Digest(hex: try members.string("seed"))
        else {
            throw .invalid("\(what): its start or its seed is none")
        }
        self.started = started
        self.seed = seed
        var snapshots: [Snapshot] = []
        for value in try members.array("snapshots", max: Limits.keysMax) {
            var snapshot = try JSONValue.Members(value, of: what)
            guard let set = RandomID(hex: try snapshot.string("set")),
                let name = Digest(hex: try snapshot.string("name"))
            else {
                throw .invalid("\(what): a snapshot without its ids")
            }
            let ref = SnapshotRef(set: SetID(set), sequence: try snapshot.natural("sequence"))
            snapshots.append(Snapshot(ref: ref, name: ObjectName(name)))
            try snapshot.finish()
        }
        self.snapshots = snapshots
        try members.finish()
    }
}
