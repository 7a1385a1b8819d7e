package import Model

/// The sealed heart of a snapshot: where its file list lies, and what is known of its source.
///
/// Canonical JSON in one chunk of kind `root`.
package struct SnapshotRoot: Hashable, Sendable {
    /// A piece of the file list and the first path in it, so that one path is found without
    /// reading all.
    package struct ListChunk: Hashable, Sendable {
        /// The chunk of kind `fileList` that holds it.
        package var chunk: ChunkID
        /// The path of its first record.
        package var first: [UInt8]
        /// How many records are in it; at least one.
        package var records: UInt64

        /// States a piece.
        package init(chunk: ChunkID, first: [UInt8], records: UInt64) {
            self.chunk = chunk
            self.first = first
            self.records = records
        }
    }

    /// A sealed document that goes with the snapshot, such as the witness.
    package struct Attachment: Hashable, Sendable {
        /// As `witness.json`.
        package var name: String
        /// Chunks of kind `witness`, joined in order.
        package var chunks: [ChunkID]

        /// States a document.
        package init(name: String, chunks: [ChunkID]) {
            self.name = name
            self.chunks = chunks
        }
    }

    /// The set's name in the configuration; it stands nowhere outside of sealed bytes.
    package var setName: String
    /// `files`, `postgresql` or `command`.
    package var sourceKind: String
    /// The host that took it.
    package var host: String
    /// The moment of the source's consistent view; without one, the run's start.
    package var cut: Timestamp
    /// The file list's pieces, in order.
    package var list: [ListChunk]
    /// The number of records of the file list: of all pieces together.
    package var files: UInt64
    /// The sum of the sizes of all regular files.
    package var contentBytes: UInt64
    /// Documents, by name.
    package var attachments: [Attachment]
    /// What was not taken, and other things worth knowing: finding codes and paths (sealed).
    package var notes: [Note]

    /// A finding of the backup, kept with it.
    package struct Note: Hashable, Sendable {
        /// A ``FindingCode``'s spelling; text, for a later version may have others.
        package var code: String
        /// The file that it is about; empty if it is about none.
        package var path: [UInt8]

        /// States a finding.
        package init(code: String, path: [UInt8]) {
            self.code = code
            self.path = path
        }
    }

    /// States everything; the limits of FORMAT.md §2 are the reader's to check.
    package init(
        setName: String,
        sourceKind: String,
        host: String,
        cut: Timestamp,
        list: [ListChunk],
        files: UInt64,
        contentBytes: UInt64,
        attachments: [Attachment],
        notes: [Note]
    ) {
        self.setName = setName
        self.sourceKind = sourceKind
        self.host = host
        self.cut = cut
        self.list = list
        self.files = files
        self.contentBytes = contentBytes
        self.attachments = attachments
        self.notes = notes
    }

    private static let format = "toride/root/v1"
    private static let sourceKinds: Set = ["files", "postgresql", "command"]

    /// The plaintext: canonical JSON.
    package var encoded: [UInt8] {
        let list = list.map { piece in
            JSONValue.object([
                "chunk": .string(piece.chunk.digest.hex),
                "first": .string(Base64.encode(piece.first)),
                "records": .integer(Int64(piece.records)),
            ])
        }
        let attachments = attachments.map { attachment in
            JSONValue.object([
                "chunks": .array(attachment.chunks.map { .string($0.digest.hex) }),
                "name": .string(attachment.name),
            ])
        }
        let notes = notes.map { note in
            JSONValue.object([
                "code": .string(note.code), "path": .string(Base64.encode(note.path)),
            ])
        }
        return JSONValue.object([
            "attachments": .array(attachments),
            "bytes": .integer(Int64(contentBytes)),
            "cut": .string(cut.rfc3339),
            "files": .integer(Int64(files)),
            "format": .string(SnapshotRoot.format),
            "host": .string(host),
            "list": .array(list),
            "notes": .array(notes),
            "set": .string(setName),
            "source": .string(sourceKind),
        ]).canonical
    }

    /// Reads the plaintext.
    package init(decoding bytes: [UInt8]) throws(FormatError) {
        let what = "a snapshot's root"
        var members = try JSONValue.Members(try JSONValue(canonical: bytes, of: what), of: what)
        let format = try members.string("format")
        guard format == SnapshotRoot.format else {
            throw .unknownVersion("\(what) (\(format))")
        }
        setName = try members.string("set")
        sourceKind = try members.string("source")
        guard SnapshotRoot.sourceKinds.contains(sourceKind) else {
            throw .invalid("\(what): there is no source \(sourceKind)")
        }
        host = try members.string("host")
        guard let cut = Timestamp(rfc3339: try members.string("cut")) else {
            throw .invalid("\(what): cut is not a time")
        }
        self.cut = cut
        files = try members.natural("files")
        contentBytes = try members.natural("bytes")
        var list: [ListChunk] = []
        var left = files
        for value in try members.array("list", max: Limits.chunkBytesMax / 100) {
            var members = try JSONValue.Members(value, of: what)
            let first = try SnapshotRoot.path(try members.string("first"))
            let chunk = try SnapshotRoot.chunk(try members.string("chunk"))
            let records = try members.natural("records")
            try members.finish()
            guard records > 0, records <= left else {
                throw .invalid("\(what): the list's records do not add up")
            }
            left -= records
            list.append(ListChunk(chunk: chunk, first: first, records: records))
        }
        guard left == 0 else {
            throw .invalid("\(what): the list's records do not add up")
        }
        self.list = list
        attachments = try SnapshotRoot.attachments(&members)
        notes = try SnapshotRoot.notes(&members)
        try members.finish()
    }

    private static func attachments(
        _ members: inout JSONValue.Members
    ) throws(FormatError) -> [Attachment] {
        var attachments: [Attachment] = []
        for value in try members.array("attachments", max: 64) {
            var members = try JSONValue.Members(value, of: "an attachment")
            var chunks: [ChunkID] = []
            for hex in try members.strings("chunks", max: 4_096) {
                chunks.append(try chunk(hex))
            }
            attachments.append(Attachment(name: try members.string("name"), chunks: chunks))
            try members.finish()
        }
        return attachments
    }

    private static func notes(_ members: inout JSONValue.Members) throws(FormatError) -> [Note] {
        var notes: [Note] = []
        for value in try members.array("notes", max: 65_536) {
            var members = try JSONValue.Members(value, of: "a note")
            let path = try path(try members.string("path"))
            notes.append(Note(code: try members.string("code"), path: path))
            try members.finish()
        }
        return notes
    }

    private static func path(_ text: String) throws(FormatError) -> [UInt8] {
        guard let path = Base64.decode(text) else {
            throw .invalid("a snapshot's root: a path is not Base64")
        }
        return path
    }

    private static func chunk(_ hex: String) throws(FormatError) -> ChunkID {
        guard let digest = Digest(hex: hex) else {
            throw .invalid("a snapshot's root: a chunk id is not 64 hexadecimal digits")
        }
        return ChunkID(digest)
    }
}
