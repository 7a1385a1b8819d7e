/// Facts about a database at one moment, by which a restored copy is recognized.
///
/// Gathered in the very view that the dump is taken from. Holds names of tables and columns, counts
/// and hashes; of the rows themselves only the newest clinical times.
package struct Witness: Codable, Hashable, Sendable {
    /// The form of these facts.
    package static let version = 1
    /// Most tables, and most of any other list.
    package static let entriesMax = 2_000_000

    /// The form of these facts: ``version``.
    package var version = Witness.version
    /// The server's version, as 150020 for 15.20.
    package var serverVersion: Int
    /// The database itself.
    package var database: DatabaseFacts
    /// When the view was taken by the server's clock: `2026-11-22 17:38:08.123456+00`.
    package var takenAt: String
    /// The tables that have rows of their own, partitions among them, by name.
    package var tables: [TableFacts]
    /// The large objects; nil if they could not be read.
    package var largeObjects: LargeObjectFacts?
    /// The sequences, by name.
    package var sequences: [SequenceFacts]
    /// Everything of the schema, by kind and name.
    package var objects: [SchemaObject]
    /// The newest clinical times, in the order in which the columns were named.
    package var clinicalTimes: [ClinicalTime]
    /// What these facts say nothing about.
    package var notCompared: [NotCompared]
    /// The canary that was looked for; nil if none was.
    package var canary: CanaryFacts?
    /// The sequences that stand behind the column that owns them, by name: the next number that
    /// they give is one that a row has. Nil in a witness of before that was looked for.
    package var sequencesBehind: [String]?

    /// The server's major version, as 15.
    package var serverMajor: Int { serverVersion / 10_000 }
}

/// What a database is made with.
package struct DatabaseFacts: Codable, Hashable, Sendable {
    /// Its name.
    package var name: String
    /// As `UTF8`, `EUC_JP`.
    package var encoding: String
    /// LC_COLLATE.
    package var collation: String
    /// LC_CTYPE.
    package var characterType: String
    /// `c` for the C library's, `i` for ICU's, `b` for the built-in.
    package var localeProvider: String
    /// The locale of ICU or of the built-in provider.
    package var locale: String?
}

/// A table's rows.
package struct TableFacts: Codable, Hashable, Sendable {
    /// Schema and name, quoted where SQL needs it: `public.patient`.
    package var name: String
    /// How many rows; nil if they could not be counted.
    package var rows: Int64?
    /// The sum over all rows of hashtextextended(row, 0), in decimal, with the columns in the order
    /// of their names: independent of the order of rows and columns. Comparable between servers of
    /// one major version.
    package var hash: String?
}

/// All large objects together.
package struct LargeObjectFacts: Codable, Hashable, Sendable {
    /// How many.
    package var count: Int64
    /// Their lengths together.
    package var bytes: Int64
    /// As ``TableFacts/hash``, over the pages that are not all zero.
    package var hash: String
}

/// Where a sequence stands. Sequences are not part of any view: a restored one may be ahead.
package struct SequenceFacts: Codable, Hashable, Sendable {
    /// Schema and name, quoted where SQL needs it.
    package var name: String
    /// The value.
    package var lastValue: Int64
    /// Whether that value was given out.
    package var isCalled: Bool
    /// The step; negative for one that falls.
    package var increment: Int64
    /// Whether it starts again at its end; then its values say nothing.
    package var cycles: Bool
}

/// A thing of the schema.
package struct SchemaObject: Codable, Hashable, Sendable {
    /// `table`, `column`, `index`, `function`, `grants`, …
    package var kind: String
    /// Its full name.
    package var name: String
    /// 128 bits of the SHA-256 of its definition, in hexadecimal.
    package var hash: String
}

/// The newest time of one column that the configuration named.
package struct ClinicalTime: Codable, Hashable, Sendable {
    /// `schema.table.column`; `schema.table.day+time` for two columns of text.
    package var column: String
    /// The column's type: `timestamp with time zone` names a moment, text the hospital's own time.
    package var type: String
    /// The newest value that is not after ``Witness/takenAt``; in UTC where the type has a zone.
    package var newest: String?
    /// How many values are later than that: appointments, or a clock that ran wrong.
    package var later: Int64
}

/// Something that the witness says nothing about.
package struct NotCompared: Codable, Hashable, Sendable {
    /// What, as `materialized view public.m`.
    package var subject: String
    /// Why, as a short stable word or a SQLSTATE.
    package var reason: String
    /// Whether it is so by nature; else something went wrong, and the comparison has a hole.
    package var isExpected: Bool
}

/// A canary, as it was looked for in the view.
package struct CanaryFacts: Codable, Hashable, Sendable {
    /// Its id.
    package var id: String
    /// SHA-256 of its body in hexadecimal; nil if the view does not hold it.
    package var digest: String?
}
