/// Who may do what: one object of kind `grants` a thing that can be granted.
///
/// A privilege is written as grantee, privilege and whether it may be passed on. Missing lists are
/// spelled out as the defaults that they mean, and the grantor is left out: a dump keeps neither.
enum GrantQueries {
    /// All of them.
    static let all = [relations, columns, functions, schemas, types, defaults]

    private static func list(_ privileges: String) -> String {
        """
        (SELECT string_agg(concat(CASE x.grantee WHEN 0 THEN 'public'
            ELSE pg_get_userbyid(x.grantee) END, '=', x.privilege_type, x.is_grantable), ','
            ORDER BY x.grantee = 0, pg_get_userbyid(x.grantee), x.privilege_type)
            FROM aclexplode(\(privileges)) x)
        """
    }

    private static let own = WitnessQueries.isUserSchema

    private static let relations = """
        SELECT 'grants', format('%I.%I', n.nspname, c.relname),
            \(list("""
                coalesce(c.relacl, acldefault(
                    CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner))
                """))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't' AND \(own)
            AND \(WitnessQueries.isOwn("pg_class", "c.oid"))
        """

    private static let columns = """
        SELECT 'grants', format('%I.%I.%I', n.nspname, c.relname, a.attname), \(list("a.attacl"))
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE a.attacl IS NOT NULL AND cardinality(a.attacl) > 0 AND NOT a.attisdropped AND \(own)
            AND \(WitnessQueries.isOwn("pg_class", "c.oid"))
        """

    private static let functions = """
        SELECT 'grants', format('%I.%I(%s)', n.nspname, p.proname,
            pg_get_function_identity_arguments(p.oid)),
            \(list("coalesce(p.proacl, acldefault('f', p.proowner))"))
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE \(own) AND \(WitnessQueries.isOwn("pg_proc", "p.oid"))
        """

    private static let schemas = """
        SELECT 'grants', format('schema %I', n.nspname),
            \(list("coalesce(n.nspacl, acldefault('n', n.nspowner))"))
        FROM pg_namespace n
        WHERE \(own) AND \(WitnessQueries.isOwn("pg_namespace", "n.oid"))
        """

    private static let types = """
        SELECT 'grants', format('type %I.%I', n.nspname, t.typname),
            \(list("coalesce(t.typacl, acldefault('T', t.typowner))"))
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.typtype IN ('e', 'd', 'r') AND \(own)
            AND \(WitnessQueries.isOwn("pg_type", "t.oid"))
        """

    private static let defaults = """
        SELECT 'default privileges', concat(pg_get_userbyid(a.defaclrole), ' ',
            coalesce(a.defaclnamespace::regnamespace::text, '*'), ' ', a.defaclobjtype),
            \(list("a.defaclacl"))
        FROM pg_default_acl a
        WHERE NOT EXISTS (SELECT FROM pg_namespace n WHERE n.oid = a.defaclnamespace
            AND NOT (\(own)))
        """
}
