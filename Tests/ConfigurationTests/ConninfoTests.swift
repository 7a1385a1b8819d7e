import Configuration
import Testing

@Suite struct ConninfoTests {
    private func text(_ connection: String) -> String {
        let escaped = connection.replacing("'", with: "''")
        return headAndSource("postgresql: {connection: '\(escaped)', database: health}")
    }

    private let key = "sets.a.source.postgresql.connection"

    @Test(arguments: [
        "service=ehr", "host=/run/postgresql user=toride", "host = db.local  port= 5432",
        "user='pass word' passfile=/etc/toride/pgpass", "application_name='password=x'",
        #"user=a\ password=x"#, #"user='it\'s password=x'"#, "host=a://b", "user=",
    ])
    func `takes keywords without a secret`(connection: String) throws {
        let set = try #require(try parse(text(connection)).sets.first)
        guard case .postgresql(let source) = set.source else {
            Issue.record("got \(set.source)")
            return
        }
        #expect(source.connection == connection)
    }

    @Test(arguments: [
        "password=hunter2", "host=a password=hunter2", "host=a password = 'hunter2'",
        "PASSWORD=hunter2", "user='a' password=hunter2", "user='a'password=hunter2",
        #"user='a\\' password=hunter2"#, "password hunter2", "password='hunter2",
    ])
    func `refuses a password and does not repeat it`(connection: String) throws {
        let rule = "has ‘password=’: no secret may stand in this file"
        expectRuleBroken(text(connection), line: 5, key: key, rule)
        let error = try refusal(of: text(connection))
        #expect(!"\(error) \(error.hint)".contains("hunter2"))
        #expect(error.hint.contains("~/.pgpass") && error.hint.contains("service="))
    }

    @Test(arguments: ["sslpassword=x", "oauth_client_secret=x"])
    func `refuses other secrets`(connection: String) {
        let keyword = connection.dropLast(2)
        expectRuleBroken(
            text(connection),
            line: 5,
            key: key,
            "has ‘\(keyword)=’: no secret may stand in this file"
        )
    }

    @Test(arguments: ["postgresql://u:hunter2@h/d", "postgres://h"])
    func `refuses a URI`(connection: String) throws {
        expectRuleBroken(text(connection), line: 5, key: key, "is a URI")
        let error = try refusal(of: text(connection))
        #expect(!"\(error) \(error.hint)".contains("hunter2"))
    }

    @Test func `refuses a second name of the database`() {
        expectRuleBroken(text("host=a dbname=b"), line: 5, key: key, "has ‘dbname=’")
    }

    @Test(arguments: ["ehr", "host=a b", "=a", "host='a", "user='", #"host='a\'"#])
    func `refuses what libpq could not read`(connection: String) {
        expectRuleBroken(text(connection), line: 5, key: key, "is not keyword=value …")
    }

    @Test func `refuses a name that PostgreSQL would cut`() {
        let name = String(repeating: "d", count: 64)
        expectRuleBroken(
            text("service=ehr").replacing("health", with: name),
            line: 5,
            key: "sets.a.source.postgresql.database",
            "is longer than 63 bytes"
        )
    }
}

@Suite struct ClinicalColumnTests {
    private func text(_ column: String) -> String {
        let escaped = column.replacing("'", with: "''")
        return head + """
            sets:
              a:
                source: {postgresql: {connection: service=a, database: d}}
                clinical: {time: ['\(escaped)']}

            """
    }

    @Test(arguments: [
        ("visit.at", #""visit"."at""#), ("Visit.AT", #""visit"."at""#),
        ("public.visit.at", #""public"."visit"."at""#), ("_a$1.b2", #""_a$1"."b2""#),
        ("受診.日時", #""受診"."日時""#), (#""Visit"."a.b""#, #""Visit"."a.b""#),
        (#""a""b".c"#, #""a""b"."c""#), ("tbl.upymd+UPHMS", #""tbl"."upymd"+"uphms""#),
        (#"s.t."d+"+"c""#, #""s"."t"."d+"+"c""#),
    ])
    func `reads a column as SQL would`(column: String, quoted: String) throws {
        let set = try #require(try parse(text(column)).sets.first)
        #expect(set.clinical?.time.map(\.description) == [quoted])
    }

    @Test(arguments: [
        "a.b+", "a.b+c.d", "a.b+c+d", "a+b",
        "at", "a.b.c.d", "a.", ".b", "a..b", "a b.c", "1a.b", "$a.b", #""a.b"#, #""".b"#,
        #""a"b.c"#, "a.b;", "a.b--", "a-b.c", "a.b.",
    ])
    func `refuses what is not a column`(column: String) {
        expectRuleBroken(text(column), line: 8, key: "sets.a.clinical.time[0]", "is not a column")
    }

    @Test func `refuses a column that stands twice`() {
        let text = text("a.b").replacing("['a.b']", with: "[a.b, A.B]")
        expectRefused(text, line: 8, key: "sets.a.clinical.time[1]", .repeated(#""a"."b""#))
    }
}
