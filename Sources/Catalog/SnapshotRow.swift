package import Format
package import Model

/// A snapshot as the catalog keeps it. Times are whole seconds.
package struct SnapshotRow: Hashable, Sendable {
    /// What only the run itself, or an identity, can tell: it is sealed in the snapshot.
    package struct Contents: Hashable, Sendable {
        /// How many files, folders and other entries there are.
        package let files: UInt64
        /// The bytes of all content before compression.
        package let contentBytes: UInt64
        /// The moment whose state the snapshot shows.
        package let cut: Timestamp

        /// States what a run took.
        package init(files: UInt64, contentBytes: UInt64, cut: Timestamp) {
            self.files = files
            self.contentBytes = contentBytes
            self.cut = Timestamp(seconds: cut.seconds)
        }
    }

    /// Which set and which number in it.
    package let ref: SnapshotRef
    /// SHA-256 of the manifest's stored bytes.
    package let name: ObjectName
    /// The manifest before it; nil for the first.
    package let previous: ObjectName?
    /// When the run began, by the host's clock: a claim.
    package let started: Timestamp
    /// When it ended.
    package let finished: Timestamp
    /// Whether every file of the source was taken whole.
    package let complete: Bool
    /// The run, named by its key.
    package let run: KeyID
    /// The set secret, named by its id.
    package let secret: KeyID
    /// The epoch of the set secret, from 1.
    package let epoch: UInt64
    /// All needed objects.
    package let needed: Manifest.Totals
    /// Those of them that the run stored.
    package let new: Manifest.Totals
    /// Nil after a rebuild without an identity.
    package let contents: Contents?

    /// States what `manifest`, stored as `name`, tells of a snapshot.
    package init(_ manifest: Manifest, name: ObjectName, contents: Contents?) {
        self.init(
            ref: manifest.ref,
            name: name,
            previous: manifest.previous,
            started: manifest.started,
            finished: manifest.finished,
            complete: manifest.complete,
            run: manifest.run,
            secret: manifest.secret,
            epoch: manifest.epoch,
            needed: manifest.needed,
            new: manifest.new,
            contents: contents
        )
    }

    /// Takes what a row holds; fractions of seconds are dropped.
    init(
        ref: SnapshotRef,
        name: ObjectName,
        previous: ObjectName?,
        started: Timestamp,
        finished: Timestamp,
        complete: Bool,
        run: KeyID,
        secret: KeyID,
        epoch: UInt64,
        needed: Manifest.Totals,
        new: Manifest.Totals,
        contents: Contents?
    ) {
        self.ref = ref
        self.name = name
        self.previous = previous
        self.started = Timestamp(seconds: started.seconds)
        self.finished = Timestamp(seconds: finished.seconds)
        self.complete = complete
        self.run = run
        self.secret = secret
        self.epoch = epoch
        self.needed = needed
        self.new = new
        self.contents = contents
    }
}
