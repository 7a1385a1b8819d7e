package import Catalog
package import Format
package import Model

/// What a signed record says, as a catalog keeps it. Whoever signed it chose every word.
package enum RecordFacts: Sendable {
    /// What a verification read and found.
    case verification(VerificationRow)
    /// How a drill went.
    case drill(DrillRow)
    /// That a custodian opened a challenge.
    case keyCheck(KeyCheckRow)
    /// What a host tried against one of its stores.
    case attack(AttackRow)
    /// That a snapshot was put under a legal hold.
    case hold(HoldRow)
    /// That one was released.
    case release(SnapshotRef, store: String, at: Timestamp)
    /// Nothing that a host keeps: backup and restore read it where it lies.
    case rewrap
    /// A step that a person took after a drill: kept beside the drill, where it was noted.
    case drillStep

    /// Reads a record's statement.
    ///
    /// - Parameters:
    ///   - kind: of the chain that it stands in.
    ///   - payload: of its envelope.
    ///   - id: what a drill is called (``SignedHistory/drillID(_:)``).
    ///   - key: where it lies in the store.
    /// - Throws: ``FormatError`` if it is of a later version, or no record at all.
    package init(
        _ kind: RecordKind,
        decoding payload: [UInt8],
        id: String,
        key: String
    ) throws(FormatError) {
        let statement = try Statement(decoding: payload)
        if kind == .drill, statement.predicateType == RecordKind.drillStepType {
            self = .drillStep
            return
        }
        guard statement.predicateType == kind.predicateType else {
            throw .unknownVersion("a record")
        }
        var members = try JSONValue.Members(statement.predicate, of: "a record")
        switch kind {
        case .verification:
            self = .verification(try Self.verification(statement, &members, key))
        case .drill:
            self = .drill(try Self.drill(statement, &members, id: id, key))
        case .keyCheck:
            self = .keyCheck(try Self.keyCheck(statement, &members, key))
        case .attack:
            self = .attack(try Self.attack(&members, key))
        case .hold:
            self = try Self.hold(statement, &members, key)
        case .rewrap:
            self = .rewrap
        }
    }

    private static func verification(
        _ statement: Statement,
        _ members: inout JSONValue.Members,
        _ key: String
    ) throws(FormatError) -> VerificationRow {
        var heads: [SetID: Head] = [:]
        for subject in statement.subjects {
            if let ref = subject.snapshot {
                heads[ref.set] = Head(
                    sequence: ref.sequence,
                    name: ObjectName(subject.digest)
                )
            }
        }
        let sets = try members.strings("sets", max: Limits.keysMax).compactMap { hex in
            RandomID(hex: hex).map { SetID($0) }
        }
        return VerificationRow(
            store: try members.string("store"),
            started: try members.time("started"),
            finished: try members.time("finished"),
            verdict: try members.verdict(),
            claim: try members.json("claim"),
            objects: try members.natural("objects"),
            bytes: try members.natural("bytes"),
            findings: try members.json("findings"),
            sets: Set(sets),
            heads: heads,
            recordKey: key
        )
    }

    /// What a drill says of a recovery, and a host repeats.
    private static let recovery = [
        "claims", "forecastFromBytes", "forecastSeconds", "generation", "notedSteps",
        "recoveryPointSeconds", "samples", "stepSources", "store",
    ]

    private static func drill(
        _ statement: Statement,
        _ members: inout JSONValue.Members,
        id: String,
        _ key: String
    ) throws(FormatError) -> DrillRow {
        let level = try members.natural("level")
        var claim: [String: JSONValue] = [
            "level": .integer(Int64(clamping: level)),
            "levelAsked": .integer(Int64(clamping: try members.natural("levelAsked"))),
            "scenario": .string(try members.string("scenario")),
        ]
        for name in recovery {
            // Drafts had not all of them.
            claim[name] = try? members.take(name)
        }
        return DrillRow(
            id: id,
            plan: try members.string("plan"),
            subject: try members.string("unit"),
            snapshots: statement.subjects.compactMap(\.snapshot),
            started: try members.time("started"),
            finished: try members.time("finished"),
            level: Int(clamping: level),
            verdict: try members.verdict(),
            claim: String(decoding: JSONValue.object(claim).canonical, as: UTF8.self),
            steps: try members.json("stepsMilliseconds"),
            recordKey: key
        )
    }

    private static func keyCheck(
        _ statement: Statement,
        _ members: inout JSONValue.Members,
        _ key: String
    ) throws(FormatError) -> KeyCheckRow {
        guard let subject = statement.subjects.first else {
            throw FormatError.invalid("a record: a key check of nothing")
        }
        return KeyCheckRow(
            recipient: subject.name,
            time: try members.time("time"),
            verdict: try members.verdict(),
            recordKey: key
        )
    }

    private static func attack(
        _ members: inout JSONValue.Members,
        _ key: String
    ) throws(FormatError) -> AttackRow {
        AttackRow(
            store: try members.string("store"),
            started: try members.time("started"),
            finished: try members.time("finished"),
            verdict: try members.verdict(),
            attempts: try members.json("attempts"),
            recordKey: key
        )
    }

    private static func hold(
        _ statement: Statement,
        _ members: inout JSONValue.Members,
        _ key: String
    ) throws(FormatError) -> RecordFacts {
        guard let subject = statement.subjects.first, let snapshot = subject.snapshot,
            snapshot.sequence <= UInt64(Limits.sequenceMax)
        else {
            throw .invalid("a record: a hold of no snapshot")
        }
        let store = try members.string("store")
        let finished = try members.time("finished")
        let reason = try members.string("reason")
        guard HoldRow.isReason(reason) else {
            throw .invalid("a record: a hold without a reason")
        }
        switch HoldJob.Action(rawValue: try members.string("action")) {
        case .place:
            return .hold(
                HoldRow(
                    set: snapshot.set,
                    head: Head(sequence: snapshot.sequence, name: ObjectName(subject.digest)),
                    store: store,
                    reason: reason,
                    placed: finished,
                    recordKey: key
                )
            )
        case .release:
            return .release(snapshot, store: store, at: finished)
        case nil:
            throw .invalid("a record: action is none")
        }
    }
}

extension JSONValue.Members {
    fileprivate mutating func time(_ key: String) throws(FormatError) -> Timestamp {
        guard let time = Timestamp(rfc3339: try string(key)) else {
            throw .invalid("a record: \(key) is not a time")
        }
        return time
    }

    fileprivate mutating func verdict() throws(FormatError) -> Verdict {
        guard let verdict = Verdict(rawValue: try string("verdict")) else {
            throw .invalid("a record: verdict is none")
        }
        return verdict
    }

    fileprivate mutating func json(_ key: String) throws(FormatError) -> String {
        String(decoding: try take(key).canonical, as: UTF8.self)
    }
}
