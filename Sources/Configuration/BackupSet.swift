package import Model
package import Scheduling

extension Configuration {
    /// A named dataset and its policy.
    package struct BackupSet: Hashable, Sendable {
        /// Its name: `[a-z0-9][a-z0-9-]{0,62}`.
        package let name: String
        /// Where the data comes from.
        package let source: Source
        /// When it is backed up; nil if only by hand.
        package let schedule: CronSchedule?
        /// When and how fast it is verified: the set's own word, else the file's for all; nil if
        /// neither says.
        package let verification: Verification?
        /// Names of its stores, at least one; the first takes the snapshot, the others copies.
        package let stores: [String]
        /// Names of those to whom its run keys are sealed; all of the file's if the set is silent.
        package let recipients: [String]
        /// Where its clinical content shows; nil if the file does not say.
        package let clinical: Clinical?
        /// What is run on its restored data; nil if nothing is.
        package let application: Application?
        /// Whether a canary is committed to the source before each backup: a write into the
        /// hospital's own system, so only where it asks for one.
        package let canary: Bool
        /// The patient in whose name a message is written too; nil if none is asked for.
        package let testPatient: TestPatient?
        /// Program and arguments to run before the source is read; empty for none. The program is
        /// an absolute path.
        package let before: [String]
        /// Program and arguments to run after it was read, whether or not that went well.
        package let after: [String]
        /// How hard its chunks are compressed: the set's own word, else the file's for all.
        package let compression: CompressionPolicy
        /// Age of the newest backup beyond which status calls it late; nil for no promise.
        package let rpo: Duration?
    }

    /// When every byte of a set is read and checked.
    package struct Verification: Hashable, Sendable {
        /// When.
        package let schedule: CronSchedule
        /// How much may be read in a second; nil for no bound.
        package let limitRate: ByteRate?
    }

    /// Where a set's data comes from.
    package enum Source: Hashable, Sendable {
        /// Files and folders.
        case files(FilesSource)
        /// A database of PostgreSQL.
        case postgresql(PostgreSQLSource)
        /// What a program writes to its standard output.
        case command(CommandSource)
    }

    /// Files and folders of this machine.
    package struct FilesSource: Hashable, Sendable {
        /// Absolute paths, at least one.
        package let paths: [String]
        /// Patterns of what is left out, as written; may be empty.
        package let exclude: [String]
        /// Whether what is mounted beneath a path is left out. False if the file is silent: too
        /// much is better than too little.
        package let oneFileSystem: Bool
    }

    /// A database of PostgreSQL.
    package struct PostgreSQLSource: Hashable, Sendable {
        /// libpq's `keyword=value …`; without a password and without `dbname`.
        package let connection: String
        /// The database.
        package let database: String
    }

    /// A program whose standard output is the data.
    package struct CommandSource: Hashable, Sendable {
        /// The program's absolute path and its arguments.
        package let run: [String]
        /// The file name under which the output stands in the snapshot: one part of a path.
        package let name: String
    }

    /// What tells that restored data hold the hospital's work, and how new it is.
    package struct Clinical: Hashable, Sendable {
        /// Columns of clinical times: the newest of all is the recovery point. May be empty.
        package let time: [ClinicalColumn]
        /// A query whose first row is a patient's record; nil if the file does not say.
        package let firstRecord: String?
        /// Folders of files that are judged by the rules of clinical formats. May be empty.
        package let stores: [ClinicalStore]
        /// The Orthanc whose folders the set holds; nil if there is none.
        package let orthanc: Orthanc?
    }

    /// What a vendor or the hospital runs on restored data: docs/decisions/0013.
    package struct Application: Hashable, Sendable {
        /// Program and arguments that bring a server up; empty for none.
        package let start: [String]
        /// Program and arguments that ask.
        package let probe: [String]
        /// What of this machine both need: absolute paths, may be empty.
        package let readable: [String]
        /// Who runs them on files.
        package let user: String
        /// How long the probe may take.
        package let timeout: Duration
    }

    /// The folders of an Orthanc, which a drill starts on what it restored.
    package struct Orthanc: Hashable, Sendable {
        /// Its `StorageDirectory`: an absolute path in the set.
        package let storage: String
        /// Its `IndexDirectory`, likewise; the same if the file is silent, as with Orthanc.
        package let index: String
    }
}
