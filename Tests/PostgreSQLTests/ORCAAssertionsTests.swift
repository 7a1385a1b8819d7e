import Model
import TestSupport
import Testing

@testable import PostgreSQL

/// The assertions for ORCA on tables of its columns that they name; no ORCA was to be had.
@Suite(.enabled(if: hasServer, "no PostgreSQL server is installed"), .timeLimit(.minutes(15)))
struct ORCAAssertionsTests {
    private static let schema = """
        CREATE TABLE tbl_syskanri (hospnum int, kanricd text);
        CREATE TABLE tbl_ptinf (hospnum int, ptid bigint);
        CREATE TABLE tbl_ptnum (hospnum int, ptid bigint, ptnum text);
        CREATE TABLE tbl_pthkninf (hospnum int, ptid bigint);
        CREATE TABLE tbl_hkncombi (hospnum int, ptid bigint);
        CREATE TABLE tbl_sryacct_main (hospnum int, ptid bigint);
        CREATE TABLE tbl_syunou (hospnum int, ptid bigint);
        INSERT INTO tbl_syskanri VALUES (1, '1001');
        INSERT INTO tbl_ptinf SELECT 1, i FROM generate_series(1, 5) i;
        INSERT INTO tbl_ptnum SELECT 1, i, 'P' || i FROM generate_series(1, 5) i;
        INSERT INTO tbl_pthkninf SELECT 1, i FROM generate_series(1, 5) i;
        INSERT INTO tbl_hkncombi SELECT 1, i FROM generate_series(1, 5) i;
        INSERT INTO tbl_sryacct_main SELECT 1, i FROM generate_series(1, 5) i;
        INSERT INTO tbl_syunou SELECT 1, i FROM generate_series(1, 5) i;
        """

    /// What is done to sound tables, and the assertions that then do not hold.
    private static let faults: [(sql: String, broken: [String])] = [
        ("SELECT 1", []),
        (
            "INSERT INTO tbl_ptinf VALUES (1, 3)",
            ["a patient's number within an institution is given once (O2)"]
        ),
        (
            "DELETE FROM tbl_ptnum WHERE ptid = 2",
            ["every patient has a number for people, and every such number a patient (O2)"]
        ),
        (
            "UPDATE tbl_ptnum SET ptnum = 'P1' WHERE ptid = 2",
            ["a number for people stands for one patient (O2)"]
        ),
        (
            "INSERT INTO tbl_pthkninf VALUES (1, 9)", ["every insurance is a patient's (O2)"]
        ),
        (
            "INSERT INTO tbl_hkncombi VALUES (2, 1)",
            ["every combination of insurances is a patient's (O2)"]
        ),
        (
            "INSERT INTO tbl_sryacct_main VALUES (1, 9)",
            ["every account of treatment is a patient's (O2)"]
        ),
        ("INSERT INTO tbl_syunou VALUES (1, 9)", ["every payment is a patient's (O2)"]),
        (
            "DELETE FROM tbl_syskanri",
            ["every patient is of an institution that is set up (O5)"]
        ),
        (
            "TRUNCATE tbl_ptinf, tbl_ptnum, tbl_pthkninf, tbl_hkncombi, tbl_sryacct_main, "
                + "tbl_syunou",
            ["there are patients, each of an institution (O5)"]
        ),
    ]

    @Test func `sound tables hold, and each fault breaks its own assertion`() throws {
        try TestServer.run { server in
            let file = Tool.script("packaging/assertions/orca.sql")
            for (number, fault) in Self.faults.enumerated() {
                let name = "orca\(number)"
                try server.make(name, Self.schema + fault.sql)
                let report = try Assertions.run(file: file, on: try server.connect(name))
                #expect(report.held.count + report.findings.count == 9)
                let broken = report.findings.map(\.subject)
                #expect(broken == fault.broken.map { .named("assertion \($0)") }, "\(fault.sql)")
                #expect(report.findings.allSatisfy { $0.code == .assertionFailed })
            }
        }
    }
}
