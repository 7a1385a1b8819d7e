import Copying
import FileSystem
import Format
import Glibc
import Model
import ObjectStore
import S3Store
import TestSupport
import Testing
import Workers

/// Areas in real servers with two users: what keeps one out of the other's bucket, and what lets
/// him in. Both servers tell the owner and the rights of a bucket (`GetBucketAcl`), and whether its
/// policy is public (`GetBucketPolicyStatus`).
@Suite(.serialized, .timeLimit(.minutes(20))) struct S3TrespassTests {
    private static let prefix = "site/"
    private static let area = "toride-area"
    private static let denied = "403 AccessDenied"

    @Test(.enabled(if: hasSeaweed, "NOT TESTED: no SeaweedFS here"))
    func `a bucket of a SeaweedFS is separate from that of another user`() throws {
        try SeaweedServer.run { server in
            try keepApart(server)
            try tellOneUser(server)
            try tellOpenBucket(server)
            try tellPublicBucket(server)
            try tellAdministrator(server)
        }
    }

    @Test(.enabled(if: hasRadosgw, "NOT TESTED: no radosgw here"))
    func `a bucket of a Ceph is separate from that of another user`() throws {
        try RadosgwServer.run { server in
            try keepApart(server)
            try tellOneUser(server)
            try tellOpenBucket(server)
            try tellPublicBucket(server)
        }
    }

    // MARK: - What is asked of each

    /// Two users with a bucket each, which the cases after this one use too.
    private func keepApart(_ server: S3Server) throws {
        try server.makeBucket(Self.area, .locked)
        try server.makeBucket(S3Server.otherBucket, .plain, of: .other)
        let area = try server.store(Self.area, Self.prefix, isLocking: true)
        let other = try server.store(S3Server.otherBucket, Self.prefix, by: .other)
        let report = try trespass(area, by: other)
        #expect(
            told(report) == [
                "trespass anyone: \(Self.denied)", "trespass store other: \(Self.denied)",
                "owners anyone: apart", "owners store other: apart",
            ]
        )
        #expect(report.findings == [] && report.verdict == .proven)
        let owner = S3Server.User.usual.rawValue
        #expect(report.access == AccessList(owner: owner))
        #expect(try foreign(in: area) == [])
        try tellWornOut(server, area)
    }

    /// A key that the service does not know, and one whose secret is another by now.
    private func tellWornOut(_ server: S3Server, _ area: S3Store) throws {
        try withTemporaryFolder { folder in
            for key in ["toride-nobody", "toride-other"] {
                let path = "\(folder)/\(key)"
                let text = "[a]\naws_access_key_id = \(key)\naws_secret_access_key = worn-out\n"
                try FileHandle.open(path, O_WRONLY | O_CREAT | O_EXCL).write(Array(text.utf8))
                let worn = try S3Store(
                    name: "other",
                    location: server.location(bucket: S3Server.otherBucket, prefix: Self.prefix),
                    lockPolicy: nil,
                    credentials: try S3Credentials(.file(path, profile: "a")),
                    clock: LockConformance.clock,
                    patience: Patience(stop: StopFlag(), random: { .max / 2 })
                )
                let report = try trespass(area, by: worn)
                let expected = ["trespass store other: none", "owners store other: none"]
                #expect(lines(.unanswered, report) == expected, "\(key)")
                #expect(report.verdict == .notProven, "\(key)")
            }
        }
    }

    /// Two buckets of one user.
    private func tellOneUser(_ server: S3Server) throws {
        try server.makeBucket("toride-second", .plain)
        let area = try server.store(Self.area, Self.prefix)
        let report = try trespass(area, by: try server.store("toride-second", Self.prefix))
        #expect(
            harmed(report) == ["trespass store other: done", "owners store other: the same owner"]
        )
        #expect(Set(report.findings.map(\.code)) == [.areaNotSeparate])
        #expect(report.verdict == .failed)
    }

    /// A bucket whose access list has everybody: he may list it, and no more.
    private func tellOpenBucket(_ server: S3Server) throws {
        try server.makeOpenBucket("toride-open")
        let area = try server.store("toride-open", Self.prefix)
        let other = try server.store(S3Server.otherBucket, Self.prefix, by: .other)
        let report = try trespass(area, by: other)
        let harmed = harmed(report)
        #expect(harmed.contains("trespass anyone: done"))
        #expect(harmed.contains("owners anyone: open to everybody"))
        #expect(!harmed.contains { $0.hasPrefix("owners store") })
        #expect(report.access?.isOpen == true)
        #expect(Set(report.findings.map(\.code)) == [.areaNotSeparate])
    }

    /// A bucket whose access list has its owner alone, and whose policy has everybody.
    private func tellPublicBucket(_ server: S3Server) throws {
        try server.makePublicBucket("toride-public")
        let area = try server.store("toride-public", Self.prefix)
        let other = try server.store(S3Server.otherBucket, Self.prefix, by: .other)
        let report = try trespass(area, by: other)
        #expect(harmed(report).contains("owners anyone: open to everybody"))
        #expect(report.access == AccessList(owner: S3Server.User.usual.rawValue))
        #expect(Set(report.findings.map(\.code)) == [.areaNotSeparate])
    }

    /// Whoever may do everything with everybody's buckets is in, and no owner shows it.
    private func tellAdministrator(_ server: S3Server) throws {
        let area = try server.store(S3Server.otherBucket, Self.prefix, by: .other)
        let report = try trespass(area, by: try server.store(Self.area, Self.prefix))
        #expect(harmed(report) == ["trespass store other: done"])
        #expect(told(report).last == "owners store other: apart")
        #expect(try foreign(in: area) == [])
    }

    // MARK: - Helpers

    private func trespass(_ area: S3Store, by other: S3Store) throws -> AttackReport {
        var report = AttackReport()
        try TrespassRun(area, strangers: [("other", other)]).run(&report)
        return report
    }

    /// Each attempt in a line.
    private func told(_ report: AttackReport) -> [String] {
        report.attempts.map { "\($0.trial.name) \($0.trial.by ?? ""): \($0.word)" }
    }

    private func harmed(_ report: AttackReport) -> [String] {
        lines(.harmed, report)
    }

    private func lines(_ outcome: AttackReport.Outcome, _ report: AttackReport) -> [String] {
        zip(report.attempts, told(report)).filter { $0.0.outcome == outcome }.map { $0.1 }
    }

    /// What a verification would not know.
    private func foreign(in area: S3Store) throws -> [String] {
        try area.list(prefix: "").map(\.key).filter { StoredKind(key: $0) == .foreign }
    }
}
