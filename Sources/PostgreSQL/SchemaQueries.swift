/// One query a kind of schema object, each giving kind, full name and definition.
///
/// A definition holds what a dump carries over and nothing that a restore decides anew: no oids, no
/// column numbers, no names that the server makes up for copies of a constraint on partitions.
enum SchemaQueries {
    /// All of them.
    static let all =
        [
            schemas, relations, columns, constraints, indexes, views, rules, triggers, policies,
            sequences, functions, aggregates, enums, domains, otherTypes, extensions,
            extensionVersions, eventTriggers, statistics, others, comments,
        ] + GrantQueries.all

    private static let own = WitnessQueries.isUserSchema
    private static let ofRelation = """
        pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        """
    private static let isOwnRelation = WitnessQueries.isOwn("pg_class", "c.oid")

    private static let schemas = """
        SELECT 'schema', format('%I', n.nspname), pg_get_userbyid(n.nspowner) FROM pg_namespace n
        WHERE \(own) AND \(WitnessQueries.isOwn("pg_namespace", "n.oid"))
        """

    private static let relations = """
        SELECT 'table', format('%I.%I', n.nspname, c.relname), concat_ws('|', c.relkind,
            c.relpersistence, pg_get_userbyid(c.relowner), c.reloptions::text, c.relrowsecurity,
            c.relforcerowsecurity, c.relreplident, m.amname, pg_get_partkeydef(c.oid),
            pg_get_expr(c.relpartbound, c.oid), (SELECT string_agg(i.inhparent::regclass::text, ','
                ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid),
            CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END)
        FROM \(ofRelation) LEFT JOIN pg_am m ON m.oid = c.relam
        WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND \(own)
            AND \(isOwnRelation)
        """

    // Of the options only those that a dump carries: 15.20 keeps a stamp of its own (pg_attver)
    // beside them, which differs in every database.
    private static let columns = """
        SELECT 'column', format('%I.%I.%I', n.nspname, c.relname, a.attname), concat_ws('|',
            format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
            CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
            a.attstorage, coalesce(a.attstattarget, -1), (SELECT string_agg(o, ',' ORDER BY o)
                FROM unnest(a.attoptions) AS o WHERE o LIKE 'n\\_distinct%'),
            pg_get_expr(x.adbin, x.adrelid))
        FROM \(ofRelation) JOIN pg_attribute a ON a.attrelid = c.oid
            JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef x ON x.adrelid = c.oid AND x.adnum = a.attnum
        WHERE c.relkind IN ('r', 'p', 'f', 'c') AND c.relpersistence <> 't' AND a.attnum > 0
            AND NOT a.attisdropped AND \(own) AND \(isOwnRelation)
        """

    // A foreign key on a partitioned table has copies with made-up names; not-null constraints are
    // rows here only from version 18 on, and are in the columns.
    private static let constraints = """
        SELECT 'constraint', format('%I.%I.%I', n.nspname, c.relname, k.conname),
            concat_ws('|', k.contype, k.convalidated, pg_get_constraintdef(k.oid))
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype NOT IN ('t', 'n') AND NOT (k.contype = 'f' AND k.conparentid <> 0)
            AND \(own) AND \(isOwnRelation)
        """

    private static let indexes = """
        SELECT 'index', format('%I.%I', n.nspname, c.relname), concat_ws('|',
            pg_get_indexdef(i.indexrelid), i.indisclustered, i.indisreplident)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE i.indisvalid AND c.relpersistence <> 't' AND \(own)
            AND \(WitnessQueries.isOwn("pg_class", "i.indrelid"))
        """

    private static let views = """
        SELECT CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END,
            format('%I.%I', n.nspname, c.relname), concat_ws('|', pg_get_userbyid(c.relowner),
            c.reloptions::text, pg_get_viewdef(c.oid))
        FROM \(ofRelation)
        WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND \(own) AND \(isOwnRelation)
        """

    private static let rules = """
        SELECT 'rule', format('%I.%I.%I', n.nspname, c.relname, r.rulename),
            concat_ws('|', r.ev_enabled, pg_get_ruledef(r.oid))
        FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
            JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE r.rulename <> '_RETURN' AND \(own) AND \(isOwnRelation)
        """

    private static let triggers = """
        SELECT 'trigger', format('%I.%I.%I', n.nspname, c.relname, g.tgname),
            concat_ws('|', g.tgenabled, pg_get_triggerdef(g.oid))
        FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT g.tgisinternal AND \(own) AND \(isOwnRelation)
        """

    private static let policies = """
        SELECT 'policy', format('%I.%I.%I', n.nspname, c.relname, p.polname), concat_ws('|',
            p.polcmd, p.polpermissive, (SELECT string_agg(CASE r.id WHEN 0 THEN 'public'
                ELSE pg_get_userbyid(r.id) END, ',' ORDER BY pg_get_userbyid(r.id))
                FROM unnest(p.polroles) AS r (id)), pg_get_expr(p.polqual, p.polrelid),
            pg_get_expr(p.polwithcheck, p.polrelid))
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE \(own) AND \(isOwnRelation)
        """

    private static let sequences = """
        SELECT 'sequence', format('%I.%I', n.nspname, c.relname), concat_ws('|',
            format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
            s.seqcache, s.seqcycle, pg_get_userbyid(c.relowner),
            (SELECT format('%s.%I', d.refobjid::regclass, a.attname) FROM pg_depend d
                JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
                ORDER BY 1 LIMIT 1))
        FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relpersistence <> 't' AND \(own) AND \(isOwnRelation)
        """

    private static let functionName = """
        format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
        """

    private static let functions = """
        SELECT 'function', \(functionName),
            concat_ws('|', pg_get_userbyid(p.proowner), pg_get_functiondef(p.oid))
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prokind <> 'a' AND \(own) AND \(WitnessQueries.isOwn("pg_proc", "p.oid"))
        """

    private static let aggregates = """
        SELECT 'aggregate', \(functionName), concat_ws('|', pg_get_userbyid(p.proowner),
            g.aggkind, g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggmtransfn, g.aggmfinalfn,
            format_type(g.aggtranstype, NULL), g.agginitval, g.aggfinalextra)
        FROM pg_aggregate g JOIN pg_proc p ON p.oid = g.aggfnoid
            JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE \(own) AND \(WitnessQueries.isOwn("pg_proc", "p.oid"))
        """

    private static let isOwnType = WitnessQueries.isOwn("pg_type", "t.oid")

    private static let enums = """
        SELECT 'enum', format('%I.%I', n.nspname, t.typname), concat_ws('|',
            pg_get_userbyid(t.typowner), (SELECT string_agg(quote_literal(e.enumlabel), ','
                ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.typtype = 'e' AND \(own) AND \(isOwnType)
        """

    private static let domains = """
        SELECT 'domain', format('%I.%I', n.nspname, t.typname), concat_ws('|',
            pg_get_userbyid(t.typowner), format_type(t.typbasetype, t.typtypmod), t.typnotnull,
            t.typdefault, (SELECT string_agg(concat(k.conname, ' ', pg_get_constraintdef(k.oid)),
                ',' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid))
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.typtype = 'd' AND \(own) AND \(isOwnType)
        """

    // Composite types of their own (their attributes are columns), ranges, and base types. An
    // array has no definition of its own.
    private static let otherTypes = """
        SELECT 'type', format('%I.%I', n.nspname, t.typname), concat_ws('|', t.typtype,
            pg_get_userbyid(t.typowner), (SELECT format_type(r.rngsubtype, NULL) FROM pg_range r
                WHERE r.rngtypid = t.oid))
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE (t.typtype IN ('r', 'b') OR t.typtype = 'c' AND c.relkind = 'c')
            AND NOT (t.typtype = 'b' AND t.typelem <> 0 AND t.typlen = -1) AND \(own)
            AND \(isOwnType)
        """

    private static let extensions = "SELECT 'extension', extname, '' FROM pg_extension"

    private static let extensionVersions =
        "SELECT 'extension version', extname, extversion FROM pg_extension"

    private static let eventTriggers = """
        SELECT 'event trigger', format('%I', e.evtname), concat_ws('|', e.evtevent,
            pg_get_userbyid(e.evtowner), e.evtfoid::regproc, e.evtenabled, e.evttags::text)
        FROM pg_event_trigger e WHERE \(WitnessQueries.isOwn("pg_event_trigger", "e.oid"))
        """

    private static let statistics = """
        SELECT 'statistics', format('%I.%I', n.nspname, s.stxname),
            pg_get_statisticsobjdef(s.oid)
        FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
        WHERE \(own) AND \(WitnessQueries.isOwn("pg_statistic_ext", "s.oid"))
        """

    /// Rarer kinds, by their presence only.
    private static let others = {
        let catalogs = [
            "pg_cast", "pg_collation", "pg_conversion", "pg_foreign_data_wrapper",
            "pg_foreign_server", "pg_language", "pg_opclass", "pg_operator", "pg_opfamily",
            "pg_publication", "pg_transform", "pg_ts_config", "pg_ts_dict", "pg_ts_parser",
            "pg_ts_template",
        ]
        // 16384 is the first oid that is not the server's own (access/transam.h).
        let parts = catalogs.map { catalog in
            """
            SELECT i.type, i.identity, '' FROM pg_catalog.\(catalog) o,
                pg_identify_object('pg_catalog.\(catalog)'::regclass, o.oid, 0) i
            WHERE o.oid >= 16384 AND \(WitnessQueries.isOwn(catalog, "o.oid"))
            """
        }
        return parts.joined(separator: " UNION ALL ")
    }()

    private static let comments = """
        SELECT 'comment', concat(i.type, ' ', i.identity), s.description
        FROM pg_description s, pg_identify_object(s.classoid, s.objoid, s.objsubid) i
        WHERE s.objoid >= 16384 AND i.identity IS NOT NULL
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = s.classoid
                AND d.objid = s.objoid AND d.deptype = 'e')
        """
}
