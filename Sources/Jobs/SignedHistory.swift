package import Catalog
package import Format
import HostState
package import Model
import Primitives
package import Repository

/// What this host signs of its own work beside snapshots, and how a catalog that is made anew
/// learns it again: verifications, checks of recovery keys, drills.
///
/// Each kind has a key and a chain of its own. Records carry no path and no name of a patient.
package struct SignedHistory: Sendable {
    private let site: Site
    private let tool: String

    /// Signs as this site does.
    package init(of site: Site, tool: String = Version.tool) {
        self.site = site
        self.tool = tool
    }

    // MARK: - Signing

    /// Signs a verification and stores the record beside what was verified.
    ///
    /// - Returns: the record's place.
    func append(_ row: VerificationRow, in repository: Repository) throws -> String {
        try append(.verification, .verifier, in: repository) { sequence, previous in
            Statement(
                row.heads.sorted { $0.key < $1.key }.map { set, head in
                    Statement.Subject(SnapshotRef(set: set, sequence: head.sequence), head.name)
                },
                predicateType: RecordKind.verification.predicateType,
                predicate: .object([
                    "bytes": .integer(Int64(clamping: row.bytes)),
                    "claim": try JSONValue(canonical: Array(row.claim.utf8), of: "a claim"),
                    "findings": try JSONValue(canonical: Array(row.findings.utf8), of: "findings"),
                    "finished": .string(row.finished.rfc3339),
                    "objects": .integer(Int64(clamping: row.objects)),
                    "previous": previous,
                    "sequence": sequence,
                    "sets": .array(row.sets.sorted().map { .string($0.hex) }),
                    "started": .string(row.started.rfc3339),
                    "store": .string(row.store),
                    "tool": .string(tool),
                    "verdict": .string(row.verdict.rawValue),
                ])
            )
        }
    }

    /// Signs a check of a recovery key and stores the record.
    ///
    /// - Returns: the record's place.
    package func append(_ row: KeyCheckRow, in repository: Repository) throws -> String {
        try append(.keyCheck, .host, in: repository) { sequence, previous in
            Statement(
                [
                    Statement.Subject(
                        name: row.recipient,
                        digest: SHA256.hash(Array(row.recipient.utf8))
                    )
                ],
                predicateType: RecordKind.keyCheck.predicateType,
                predicate: .object([
                    "previous": previous,
                    "sequence": sequence,
                    "time": .string(row.time.rfc3339),
                    "tool": .string(tool),
                    "verdict": .string(row.verdict.rawValue),
                ])
            )
        }
    }

    /// Signs what was sealed anew and stores the record; what it names is durable.
    ///
    /// - Parameters:
    ///   - rewrap: what it names.
    ///   - newest: the newest snapshot of the set.
    ///   - time: the host's clock.
    ///   - repository: where the set lies.
    /// - Returns: the record's place.
    /// - Throws: ``RepositoryError`` if it cannot be stored; ``HostStateError``, ``CryptoError`` if
    ///   it cannot be signed.
    package func append(
        _ rewrap: Rewrap,
        about newest: StoredManifest,
        at time: Timestamp,
        in repository: Repository
    ) throws -> String {
        try append(.rewrap, .admin, in: repository) { sequence, previous in
            let own: [String: JSONValue] = [
                "previous": previous, "sequence": sequence, "time": .string(time.rfc3339),
                "tool": .string(tool),
            ]
            return Statement(
                [Statement.Subject(newest.manifest.ref, newest.name)],
                predicateType: RecordKind.rewrap.predicateType,
                predicate: .object(rewrap.members.merging(own) { $1 })
            )
        }
    }

    private func append(
        _ kind: RecordKind,
        _ signer: HostState.Signer,
        in repository: Repository,
        _ statement: (_ sequence: JSONValue, _ previous: JSONValue) throws -> Statement
    ) throws -> String {
        try site.state.holdRecords {
            try site.state.makeSigningKey(signer)
            let key = try site.state.signingKey(signer)
            let chain = RecordChain(kind, of: key.verifyingKey.signer, in: repository)
            return try chain.append(signedBy: key) { sequence, previous in
                try statement(
                    .integer(Int64(clamping: sequence)),
                    previous.map { .string($0.hex) } ?? .null
                ).json
            }.key
        }
    }

    // MARK: - Learning it again

    /// What a drill is called: the first 12 hex digits of its record's name.
    package static func drillID(_ record: RecordChain.Stored) -> String {
        String(record.name.hex.prefix(12))
    }

    /// Records in a catalog what a record of a believed signer says.
    ///
    /// - Returns: false if it is of a later version, or no record at all.
    package static func read(
        _ kind: RecordKind,
        _ record: RecordChain.Stored,
        into catalog: Catalog
    ) throws -> Bool {
        do {
            let statement = try Statement(decoding: record.envelope.payload)
            guard statement.predicateType == kind.predicateType else {
                return false
            }
            var members = try JSONValue.Members(statement.predicate, of: "a record")
            switch kind {
            case .verification:
                try catalog.record(verification: verification(statement, &members, record.key))
            case .drill:
                try catalog.record(drill: drill(statement, &members, record))
            case .keyCheck:
                try catalog.record(keyCheck: keyCheck(statement, &members, record.key))
            case .rewrap:
                // Nothing that a host keeps: backup and restore read it where it lies.
                break
            }
            return true
        } catch is FormatError {
            return false
        }
    }

    private static func verification(
        _ statement: Statement,
        _ members: inout JSONValue.Members,
        _ key: String
    ) throws -> VerificationRow {
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

    private static func drill(
        _ statement: Statement,
        _ members: inout JSONValue.Members,
        _ record: RecordChain.Stored
    ) throws -> DrillRow {
        let level = try members.natural("level")
        let claim = JSONValue.object([
            "level": .integer(Int64(clamping: level)),
            "levelAsked": .integer(Int64(clamping: try members.natural("levelAsked"))),
            "scenario": .string(try members.string("scenario")),
        ])
        return DrillRow(
            id: drillID(record),
            plan: try members.string("plan"),
            subject: try members.string("unit"),
            snapshots: statement.subjects.compactMap(\.snapshot),
            started: try members.time("started"),
            finished: try members.time("finished"),
            level: Int(clamping: level),
            verdict: try members.verdict(),
            claim: String(decoding: claim.canonical, as: UTF8.self),
            steps: try members.json("stepsMilliseconds"),
            recordKey: record.key
        )
    }

    private static func keyCheck(
        _ statement: Statement,
        _ members: inout JSONValue.Members,
        _ key: String
    ) throws -> KeyCheckRow {
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
