package import Catalog
import Configuration
package import Format
import HostState
package import Model
import ObjectStore
import Primitives
package import Repository

/// What this host signs of its own work beside snapshots, and how a catalog that is made anew
/// learns it again: verifications, checks of recovery keys, drills, attacks, legal holds.
///
/// Each kind has a key and a chain of its own. Records carry no path and no name of a patient.
package struct SignedHistory: Sendable {
    private let site: Site
    /// The program and its version.
    let tool: String

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

    /// Signs that a person took a step after a drill, and stores the record where the drill's is.
    ///
    /// - Parameters:
    ///   - note: what was noted.
    ///   - record: where the drill's record lies.
    /// - Returns: the record's place.
    /// - Throws: ``HostStateError/missing(_:hint:)`` if no store has the drill's record; else as
    ///   for a rewrap.
    package func append(_ note: DrillStepNote, about record: String) throws -> String {
        guard case .record(_, _, _, let name) = StoredKind(key: record) else {
            throw FormatError.invalid("\(record) is not the place of a record")
        }
        guard let repository = try holder(of: record) else {
            throw HostStateError.missing(
                "the drill's record \(record)",
                hint: "mount the store that has it, or see with `toride verify` where it went"
            )
        }
        return try append(.drill, .drill, in: repository) { sequence, previous in
            statement(note, about: name, sequence, previous)
        }
    }

    /// The repository that has a record; nil if none has it. One that cannot be looked into is told
    /// only if no other has it.
    private func holder(of record: String) throws -> Repository? {
        var refusal: (any Error)?
        for store in site.configuration.stores {
            do {
                let repository = try site.repository(in: store)
                if try repository.store.size(of: record) != nil {
                    return repository
                }
            } catch {
                refusal = error
            }
        }
        if let refusal {
            throw refusal
        }
        return nil
    }

    private func statement(
        _ note: DrillStepNote,
        about record: ObjectName,
        _ sequence: JSONValue,
        _ previous: JSONValue
    ) -> Statement {
        Statement(
            [Statement.Subject(name: note.drill.id, digest: record.digest)],
            predicateType: RecordKind.drillStepType,
            predicate: .object([
                "at": .string(note.at.rfc3339),
                "by": note.by.map { .string($0) } ?? .null,
                "plan": .string(note.drill.plan),
                "previous": previous,
                "sequence": sequence,
                "sets": .array(
                    Set(note.drill.snapshots.map(\.set)).sorted().map { .string($0.hex) }
                ),
                "step": .string(note.step),
                "time": .string(note.noted.rfc3339),
                "tool": .string(tool),
            ])
        )
    }

    /// Signs a record and stores it as the newest of its chain.
    ///
    /// - Parameters:
    ///   - kind: what it tells of.
    ///   - signer: which of the host's keys signs.
    ///   - repository: where it is stored.
    ///   - statement: makes it from its number and the name of the one before it.
    /// - Returns: the record's place.
    /// - Throws: ``RepositoryError`` if it cannot be stored; ``HostStateError``, ``CryptoError`` if
    ///   it cannot be signed; what `statement` throws.
    func append(
        _ kind: RecordKind,
        _ signer: HostState.Signer,
        in repository: Repository,
        _ statement: (_ sequence: JSONValue, _ previous: JSONValue) throws -> Statement
    ) throws -> String {
        try site.state.holdRecords(in: repository.store.place) {
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

    /// That a record could not be stored: a medium may be read-only, and what it tells of was done.
    static func notStored(_ kind: RecordKind, _ error: RepositoryError) -> Finding {
        Finding(
            .recordNotStored,
            .named(kind.rawValue),
            evidence: ["reason": error.description]
        )
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
        let facts: RecordFacts
        do throws(FormatError) {
            facts = try RecordFacts(
                kind,
                decoding: record.envelope.payload,
                id: drillID(record),
                key: record.key
            )
        } catch {
            return false
        }
        switch facts {
        case .verification(let row): try catalog.record(verification: row)
        case .drill(let row): try catalog.record(drill: row)
        case .keyCheck(let row): try catalog.record(keyCheck: row)
        case .attack(let row): try catalog.record(attack: row)
        case .hold(let row): try catalog.record(hold: row)
        case .release(let snapshot, let store, let time):
            try catalog.release(snapshot, in: store, at: time)
        case .rewrap, .drillStep: break
        }
        return true
    }
}
