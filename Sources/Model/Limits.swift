/// Every limit on what Toride reads, queues or loops over, in one place.
///
/// A parser that meets more than a limit throws; it never allocates first. The numbers are part of
/// the format where FORMAT.md says so.
package enum Limits {
    // MARK: Format (FORMAT.md §2 "Limits")
    /// Largest plaintext of one chunk: 4 MiB of content and a bundle's table.
    package static let chunkBytesMax = 8 << 20
    /// A pack is closed before it would grow past this.
    package static let packBytesMax = 32 << 20
    /// Chunks of one pack: its table stays below 4 MiB.
    package static let packEntriesMax = 65_536
    /// Largest index object's plaintext.
    package static let indexBytesMax = 16 << 20
    /// Chunks that one index tells of, so that it stays below that: 57 bytes each.
    package static let indexEntriesMax = 196_608
    /// Entries of one list page.
    package static let pageEntriesMax = 4_096
    /// Pages of one manifest: 4,096 × 65,536 objects of 32 MiB are 8 PiB.
    package static let pagesMax = 65_536
    /// Largest stored object that a list page names.
    package static let objectBytesMax = 64 << 20
    /// Highest number of a snapshot, and of an epoch: what JSON readers everywhere take.
    package static let sequenceMax = 1 << 53
    /// Largest signed document (manifest or record), envelope included.
    package static let documentBytesMax = 32 << 20
    /// Runs that one snapshot may need keys of.
    package static let keysMax = 65_536
    /// Recipients of one set.
    package static let recipientsMax = 64
    /// Nesting of a JSON document of ours.
    package static let jsonDepthMax = 16
    /// Commas and opening brackets of a JSON document of ours, those in texts counted.
    package static let jsonMarksMax = 1_048_576
    /// Largest record of a file list: a path, its xattrs and its references.
    package static let fileRecordBytesMax = 4 << 20
    /// Runs of data of one sparse file; beyond that small holes are taken as zeros.
    package static let extentsMax = 16_384
    /// Bytes of the notes that a snapshot's root carries.
    package static let notesBytesMax = 1 << 20
    /// Linux PATH_MAX is 4,096; trees deeper than that exist and are walked by descriptor.
    package static let pathBytesMax = 64 << 10
    /// Largest name of one file, as on every file system of Linux.
    package static let nameBytesMax = 255
    /// Largest age file that we open: keys are small.
    package static let keyObjectBytesMax = 64 << 10

    // MARK: Running
    /// Pieces of files in bundles that a deep verification holds before it judges them.
    package static let claimedPiecesMax = 65_536
    /// Bytes of their files' paths, likewise.
    package static let claimedPathBytesMax = 16 << 20
    /// Chunks that are between the reader and the packer at any moment.
    package static let chunksInFlightMax = 32
    /// Jobs of a restore that wait for a thread.
    package static let restoreJobsMax = 8
    /// Files that a restore has under way: each may hold its folder open.
    package static let restoreFilesMax = 192
    /// Files of one bundle that are made by one thread, one after another.
    package static let restoreBatchMax = 64
    /// Bytes of the records of all of them.
    package static let restoreRecordBytesMax = 32 << 20
    /// Pieces of a large file that are written by one thread, one after another.
    package static let restorePartPieces = 16
    /// Payload after which an index object is flushed, so that a killed run is not lost.
    package static let indexFlushBytes = 256 << 20
    /// Time after which an index object is flushed.
    package static let indexFlushSeconds = 60

    /// How long before its cut a run may have made its canary. Of files it is made where the run
    /// is begun, whose start is the cut, and a database's at the cut itself: seconds. The rest is
    /// for a machine that stands still in between; the backup before is longer ago than that.
    package static let canaryLeadSeconds: Int64 = 600
    /// How long after its cut it may seem to be made: a clock may be set back in between.
    package static let canarySkewSeconds: Int64 = 5

    // MARK: Clinical stores
    /// How far the clocks of record systems may be ahead of the backup host's.
    package static let clinicalSkewSeconds: Int64 = 3_600
    /// Stores of one set.
    package static let clinicalStoresMax = 64
    /// Keys that are held at once to judge what must hold between files: 24 bytes each.
    package static let clinicalEntriesMax = 6_000_000
    /// Bytes of the keys that a query gives for a join.
    package static let joinBytesMax = 256 << 20
    /// Violations of one rule that are told apart; of more their number is compared.
    package static let clinicalTokensMax = 250_000
    /// New violations of one rule that are kept with their files.
    package static let clinicalOffencesMax = 1_000
    /// New violations of one rule that become a finding each; of more one tells the number.
    package static let clinicalShownMax = 20

    // MARK: Samples
    /// Files of the newest day that a drill of a sample always takes, the newest of them.
    package static let sampleNewestMax = 2_000
    /// Files of the oldest year, the oldest of them.
    package static let sampleOldestMax = 20
    /// Files that were changed last.
    package static let sampleChangedMax = 20
    /// Files of each clinical store, so that its judge is asked and can be sabotaged.
    package static let sampleStoreMax = 20
}
