/// Something in a dump that could do more than restore a database.
package struct DumpHazard: Hashable, Sendable, CustomStringConvertible {
    /// What it could do.
    package let kind: Kind
    /// The entry of the dump that holds it, as `FUNCTION public.f`.
    package let entry: String

    /// Kinds of hazards, by stable names.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// `COPY … PROGRAM` or a foreign table's `program` option: runs a command.
        case runsProgram = "runs-program"
        /// Reads or writes files of the server.
        case touchesFiles = "touches-files"
        /// A function in C or in a language that is not confined to the database.
        case untrustedLanguage = "untrusted-language"
        /// `ALTER SYSTEM`, `LOAD`, roles with powers over the server.
        case changesServer = "changes-server"
        /// A trigger that runs at whatever DDL anyone runs, the administrator included.
        case eventTrigger = "event-trigger"
        /// Connects to another server: a subscription.
        case connectsOut = "connects-out"
        /// A statement that pg_dump does not write, or data that would be run as statements.
        case unexpectedStatement = "unexpected-statement"
        /// A backslash command of psql.
        case metaCommand = "meta-command"
        /// Text in a spelling that hides what it says: escapes, encodings.
        case hiddenText = "hidden-text"
    }

    /// `FUNCTION public.f: runs-program`.
    package var description: String { "\(entry): \(kind.rawValue)" }
}
