/// What a database is in a snapshot: the backup gives these names, restores and drills ask for
/// them.
package enum DatabaseFile {
    /// The dump, in pg_dump's custom format.
    package static let dump = "database.dump"
    /// The script of the roles that the dump names.
    package static let roles = "roles.sql"
    /// The attachment that holds the witness; no file.
    package static let witness = "witness.json"
}
