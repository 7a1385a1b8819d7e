package import Model

/// What every signed record says: an in-toto statement.
/// - SeeAlso: in-toto Attestation Framework v1, "Statement".
package struct Statement: Hashable, Sendable {
    /// What the statement is about.
    package struct Subject: Hashable, Sendable {
        /// Its name; of a snapshot `<set id>@<sequence>`.
        package let name: String
        /// SHA-256 of it.
        package let digest: Digest

        /// Names a thing.
        package init(name: String, digest: Digest) {
            self.name = name
            self.digest = digest
        }

        /// Names a snapshot by the hash of its manifest.
        package init(_ ref: SnapshotRef, _ name: ObjectName) {
            self.init(name: "\(ref.set.hex)@\(ref.sequence)", digest: name.digest)
        }

        /// The snapshot that it names; nil for anything else.
        package var snapshot: SnapshotRef? {
            let parts = name.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, let id = RandomID(hex: parts[0]),
                let sequence = UInt64(parts[1]), sequence > 0
            else {
                return nil
            }
            return SnapshotRef(set: SetID(id), sequence: sequence)
        }
    }

    private static let type = "https://in-toto.io/Statement/v1"
    private static let subjectsMax = 65_536

    /// What it is about.
    package let subjects: [Subject]
    /// By which a reader knows the members of the predicate, such as `urn:toride:drill:v1`.
    package let predicateType: String
    /// What is said.
    package let predicate: JSONValue

    /// Says something.
    package init(_ subjects: [Subject], predicateType: String, predicate: JSONValue) {
        self.subjects = subjects
        self.predicateType = predicateType
        self.predicate = predicate
    }

    /// The document.
    package var json: JSONValue {
        .object([
            "_type": .string(Self.type),
            "predicate": predicate,
            "predicateType": .string(predicateType),
            "subject": .array(
                subjects.map { subject in
                    .object([
                        "digest": .object(["sha256": .string(subject.digest.hex)]),
                        "name": .string(subject.name),
                    ])
                }
            ),
        ])
    }

    /// Reads a document.
    package init(decoding bytes: [UInt8]) throws(FormatError) {
        let what = "a record"
        var members = try JSONValue.Members(JSONValue(canonical: bytes, of: what), of: what)
        guard try members.string("_type") == Self.type else {
            throw .unknownVersion(what)
        }
        predicateType = try members.string("predicateType")
        predicate = try members.take("predicate")
        var subjects: [Subject] = []
        for value in try members.array("subject", max: Self.subjectsMax) {
            var subject = try JSONValue.Members(value, of: what)
            var digests = try JSONValue.Members(try subject.take("digest"), of: what)
            guard let digest = Digest(hex: try digests.string("sha256")) else {
                throw .invalid("\(what): a subject without a digest")
            }
            subjects.append(Subject(name: try subject.string("name"), digest: digest))
            try digests.finish()
            try subject.finish()
        }
        self.subjects = subjects
        try members.finish()
    }
}
