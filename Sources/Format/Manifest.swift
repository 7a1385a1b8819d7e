package import Model

/// The signed document that makes a snapshot: what anyone may know of it, and nothing more.
///
/// Carries neither the set's name nor a path. Stored as the payload of an ``Envelope``.
package struct Manifest: Hashable, Sendable {
    /// The payload type of its envelope.
    package static let payloadType = "application/vnd.toride.manifest.v1+json"

    /// A number of objects and of their bytes.
    package struct Totals: Hashable, Sendable {
        /// How many objects.
        package var objects: UInt64
        /// The sum of their stored bytes.
        package var bytes: UInt64

        /// States a sum.
        package init(objects: UInt64 = 0, bytes: UInt64 = 0) {
            self.objects = objects
            self.bytes = bytes
        }
    }

    /// The set's public id.
    package var set: SetID
    /// The snapshot's number in its set, from 1; never used twice.
    package var sequence: UInt64
    /// The name of the manifest before this one in its set; nil for the first.
    package var previous: ObjectName?
    /// The repository that it lies in.
    package var repository: RepositoryID
    /// SHA-256 of the repository's `toride.json`, line feed included.
    package var descriptor: Digest
    /// The run that made it, named by its key.
    package var run: KeyID
    /// The set secret, named by its id.
    package var secret: KeyID
    /// The epoch of the set secret, from 1.
    package var epoch: UInt64
    /// The runs whose keys the snapshot needs, rising.
    package var keys: [KeyID]
    /// To whom this run's key was sealed, rising: ``AgeRecipient``s as they are spelled.
    package var recipients: [String]
    /// The chunk that holds the sealed root.
    package var root: ChunkID
    /// The list pages, by page number; at least one.
    package var pages: [ObjectName]
    /// All objects on the pages; pages and manifest are not counted.
    package var needed: Totals
    /// Those of them that this run stored.
    package var new: Totals
    /// Whether every file of the source was taken whole.
    package var complete: Bool
    /// When the run began, by the host's clock: a claim.
    package var started: Timestamp
    /// When the manifest was made, by the host's clock: a claim.
    package var finished: Timestamp
    /// What made it, as `toride 0.1.0`.
    package var tool: String

    /// States everything; nothing has a default, so that nothing is forgotten.
    package init(
        set: SetID,
        sequence: UInt64,
        previous: ObjectName?,
        repository: RepositoryID,
        descriptor: Digest,
        run: KeyID,
        secret: KeyID,
        epoch: UInt64,
        keys: [KeyID],
        recipients: [String],
        root: ChunkID,
        pages: [ObjectName],
        needed: Totals,
        new: Totals,
        complete: Bool,
        started: Timestamp,
        finished: Timestamp,
        tool: String
    ) {
        self.set = set
        self.sequence = sequence
        self.previous = previous
        self.repository = repository
        self.descriptor = descriptor
        self.run = run
        self.secret = secret
        self.epoch = epoch
        self.keys = keys
        self.recipients = recipients
        self.root = root
        self.pages = pages
        self.needed = needed
        self.new = new
        self.complete = complete
        self.started = started
        self.finished = finished
        self.tool = tool
    }

    /// How anyone names it.
    package var ref: SnapshotRef { SnapshotRef(set: set, sequence: sequence) }
}

// MARK: - Encoding

extension Manifest {
    private static let format = "toride/manifest/v1"

    /// The payload: canonical JSON.
    package var encoded: [UInt8] {
        JSONValue.object([
            "complete": .bool(complete),
            "descriptor": .string(descriptor.hex),
            "epoch": .integer(Int64(epoch)),
            "finished": .string(finished.rfc3339),
            "format": .string(Manifest.format),
            "keys": .array(keys.map { .string($0.digest.hex) }),
            "needed": Manifest.json(needed),
            "new": Manifest.json(new),
            "pages": .array(pages.map { .string($0.hex) }),
            "previous": previous.map { .string($0.hex) } ?? .null,
            "recipients": .array(recipients.map { .string($0) }),
            "repository": .string(repository.hex),
            "root": .string(root.digest.hex),
            "run": .string(run.digest.hex),
            "secret": .string(secret.digest.hex),
            "sequence": .integer(Int64(sequence)),
            "set": .string(set.hex),
            "started": .string(started.rfc3339),
            "tool": .string(tool),
        ]).canonical
    }

    /// Reads a payload.
    package init(decoding bytes: [UInt8]) throws(FormatError) {
        let what = "a manifest"
        var members = try JSONValue.Members(
            try JSONValue(canonical: bytes, of: what),
            of: what
        )
        let format = try members.string("format")
        guard format == Manifest.format else {
            throw .unknownVersion("a manifest (\(format))")
        }
        set = SetID(try Manifest.id(try members.string("set")))
        sequence = try members.natural("sequence")
        repository = RepositoryID(try Manifest.id(try members.string("repository")))
        descriptor = try Manifest.digest(try members.string("descriptor"))
        run = KeyID(try Manifest.digest(try members.string("run")))
        secret = KeyID(try Manifest.digest(try members.string("secret")))
        root = ChunkID(try Manifest.digest(try members.string("root")))
        epoch = try members.natural("epoch")
        keys = try Manifest.digests(try members.strings("keys", max: Limits.keysMax))
            .map { KeyID($0) }
        pages = try Manifest.digests(try members.strings("pages", max: Limits.pagesMax))
            .map { ObjectName($0) }
        recipients = try members.strings("recipients", max: Limits.recipientsMax)
        needed = try Manifest.totals(try members.take("needed"))
        new = try Manifest.totals(try members.take("new"))
        complete = try members.bool("complete")
        started = try Manifest.moment(try members.string("started"))
        finished = try Manifest.moment(try members.string("finished"))
        tool = try members.string("tool")
        switch try members.take("previous") {
        case .null: previous = nil
        case .string(let hex): previous = ObjectName(try Manifest.digest(hex))
        default: throw .invalid("a manifest: previous is neither a name nor null")
        }
        try members.finish()
        try checkShape()
    }

    private func checkShape() throws(FormatError) {
        guard sequence >= 1, epoch >= 1, (previous == nil) == (sequence == 1) else {
            throw .invalid("a manifest: the first has number 1 and no previous, others have one")
        }
        guard sequence <= UInt64(Limits.sequenceMax), epoch <= UInt64(Limits.sequenceMax) else {
            throw .overLimit("a manifest: its number or epoch")
        }
        guard Manifest.rises(keys), keys.contains(run) else {
            throw .invalid("a manifest: keys do not rise, or lack the run's own")
        }
        guard AgeRecipient.areListed(recipients) else {
            throw .invalid("a manifest: recipients do not rise, are none, or are not age's texts")
        }
        guard !pages.isEmpty else {
            throw .invalid("a manifest: it has no page")
        }
    }

    private static func rises<T: Comparable>(_ values: [T]) -> Bool {
        zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
    }

    private static func json(_ totals: Totals) -> JSONValue {
        .object([
            "bytes": .integer(Int64(totals.bytes)), "objects": .integer(Int64(totals.objects)),
        ])
    }

    private static func totals(_ value: JSONValue) throws(FormatError) -> Totals {
        var members = try JSONValue.Members(value, of: "a manifest's totals")
        let totals = Totals(
            objects: try members.natural("objects"),
            bytes: try members.natural("bytes")
        )
        try members.finish()
        return totals
    }

    private static func id(_ hex: String) throws(FormatError) -> RandomID {
        guard let id = RandomID(hex: hex) else {
            throw .invalid("a manifest: an id is not 32 hexadecimal digits")
        }
        return id
    }

    private static func digest(_ hex: String) throws(FormatError) -> Digest {
        guard let digest = Digest(hex: hex) else {
            throw .invalid("a manifest: a digest is not 64 hexadecimal digits")
        }
        return digest
    }

    private static func digests(_ texts: [String]) throws(FormatError) -> [Digest] {
        var digests: [Digest] = []
        for text in texts {
            digests.append(try digest(text))
        }
        return digests
    }

    private static func moment(_ text: String) throws(FormatError) -> Timestamp {
        guard let moment = Timestamp(rfc3339: text) else {
            throw .invalid("a manifest: a time is not RFC 3339 in UTC")
        }
        return moment
    }
}
