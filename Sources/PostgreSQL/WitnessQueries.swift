/// The SQL that a witness asks. All of it runs with an empty search_path.
enum WitnessQueries {
    /// Schemas that belong to the server and not to the hospital; as a condition on `n`.
    static let isUserSchema = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"

    /// A condition: the object is no part of an extension. pg_dump leaves those out.
    static func isOwn(_ catalog: String, _ id: String) -> String {
        """
        NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_catalog.\(catalog)'::regclass
            AND d.objid = \(id) AND d.deptype = 'e')
        """
    }

    /// Tables with rows of their own that a dump restores as they were: their names, and their
    /// columns by name. Unlogged tables are not: a server that crashed has emptied them.
    static let tables = """
        SELECT format('%I.%I', n.nspname, c.relname),
            (SELECT string_agg(format('%I', a.attname), ', ' ORDER BY a.attname COLLATE "C")
            FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND \(isUserSchema)
            AND \(isOwn("pg_class", "c.oid"))
        ORDER BY 1
        """

    /// The count and the hash of a table's own rows.
    ///
    /// The columns stand in the order of their names, for a child of an inherited table comes back
    /// with its columns in another order. The collation is pinned: under some, equal is not the
    /// same bytes.
    static func rows(of table: String, columns: String) -> String {
        """
        SELECT count(*)::text, coalesce(sum(hashtextextended(
            ROW(\(columns))::text COLLATE "C", 0)::numeric), 0)::text FROM ONLY \(table)
        """
    }

    /// The count, the length and the hash of all large objects. Zeros at a page's end do not count:
    /// a large object with holes comes back with them filled.
    static let largeObjects = """
        SELECT (SELECT count(*) FROM pg_largeobject_metadata)::text,
            (SELECT coalesce(sum(length), 0)::text FROM (SELECT DISTINCT ON (loid)
                pageno::bigint * 2048 + length(data) AS length
                FROM pg_largeobject ORDER BY loid, pageno DESC) AS ends),
            (SELECT coalesce(sum(hashtextextended(ROW(loid, pageno, page)::text COLLATE "C",
                0)::numeric), 0)::text FROM (SELECT loid, pageno,
                rtrim(encode(data, 'hex'), '0') AS page FROM pg_largeobject) AS pages
                WHERE page <> '')
        """

    /// The sequences, their steps, and whether they start again.
    static let sequences = """
        SELECT format('%I.%I', n.nspname, c.relname), s.seqincrement::text, s.seqcycle::text
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE \(isUserSchema) AND c.relpersistence <> 't' AND \(isOwn("pg_class", "c.oid"))
        ORDER BY 1
        """

    /// The sequences that a column owns, as of serial and identity columns, with its table and
    /// itself, and whether they fall. One that starts again at its end is behind by nature.
    static let ownedSequences = """
        SELECT format('%I.%I', n.nspname, c.relname), format('%I.%I', o.nspname, t.relname),
            format('%I', a.attname), (s.seqincrement < 0)::text
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0
                AND d.deptype IN ('a', 'i')
            JOIN pg_class t ON t.oid = d.refobjid AND t.relkind IN ('r', 'p')
            JOIN pg_namespace o ON o.oid = t.relnamespace
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
        WHERE \(isUserSchema) AND c.relpersistence = 'p' AND NOT s.seqcycle
            AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
            AND \(isOwn("pg_class", "c.oid"))
        ORDER BY 1
        """

    /// Whether the next number of a sequence is one that a row has, or lies before it.
    static func isBehind(
        _ sequence: String,
        column: String,
        of table: String,
        falls: Bool
    ) -> String {
        let (edge, beyond) = falls ? ("min", "<") : ("max", ">")
        return """
            SELECT (edge \(beyond) last_value OR edge = last_value AND NOT is_called)::text
            FROM (SELECT \(edge)(\(column))::bigint AS edge FROM \(table)) AS taken, \(sequence)
            """
    }

    /// The types of a column that has a moment or a day.
    private static let times = "('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)"
    /// The types of a column that has a day as text, and of one that has the time beside it.
    private static let texts = "('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype)"

    /// A column by table $1, column $2, perhaps schema $3, and perhaps a column $4 with the time to
    /// the day in $2: the names in SQL, and the type of $2. Where no schema is named `public` comes
    /// first.
    static let findColumn = """
        SELECT format('%I.%I', n.nspname, c.relname), format('%I', a.attname),
            concat(n.nspname, '.', c.relname, '.', a.attname, '+' || b.attname::text),
            format_type(a.atttypid, NULL), quote_ident(b.attname::text)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid
            LEFT JOIN pg_attribute b ON b.attrelid = c.oid AND b.attname = $4::text
                AND b.attnum > 0 AND NOT b.attisdropped AND b.atttypid IN \(texts)
        WHERE c.relname = $1 AND a.attname = $2 AND ($3::text IS NULL OR n.nspname = $3)
            AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
            AND \(isUserSchema) AND (a.atttypid IN \(texts)
                AND ($4::text IS NULL OR b.attname IS NOT NULL)
                OR a.atttypid IN \(times) AND $4::text IS NULL)
        ORDER BY n.nspname <> 'public', n.nspname LIMIT 1
        """

    /// The newest value up to moment $1, and how many are later. A type without a zone may be local
    /// time: no clock on earth is more than 14 hours ahead of UTC.
    ///
    /// - Parameters:
    ///   - column: its name in SQL.
    ///   - table: that of its table.
    ///   - type: of the column, as PostgreSQL calls it.
    ///   - clock: a column of text with the time to the day in `column`; nil for none.
    /// - Returns: a query of one row, the value and the number.
    static func newest(
        of column: String,
        in table: String,
        type: String,
        clock: String? = nil
    ) -> String {
        guard !["text", "character varying", "character"].contains(type) else {
            return newestText(of: [column, clock].compactMap(\.self), in: table)
        }
        let end =
            type == "timestamp with time zone"
            ? "$1::timestamptz" : "(($1::timestamptz AT TIME ZONE 'UTC') + interval '14 hours')"
        return """
            SELECT (max(\(column)) FILTER (WHERE \(column) <= \(end)))::text,
                (count(*) FILTER (WHERE \(column) > \(end)))::text
            FROM \(table) WHERE isfinite(\(column))
            """
    }

    /// The same of a day in eight digits, and of its time in six more where there are any: what
    /// names no day of a calendar, as `99999999` for ever, or no time of day has no say.
    private static func newestText(of columns: [String], in table: String) -> String {
        let text = columns.map { "\($0)::text" }.joined(separator: ", ")
        return """
            SELECT max(v) FILTER (WHERE v <= e), (count(*) FILTER (WHERE v > e))::text
            FROM (SELECT concat(\(text)) COLLATE "C" AS v,
                to_char(($1::timestamptz AT TIME ZONE 'UTC') + interval '14 hours',
                    'YYYYMMDDHH24MISS') COLLATE "C" AS e FROM \(table)) AS taken
            WHERE v ~ '^[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])\
            (([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9])?$'
            """
    }
}
