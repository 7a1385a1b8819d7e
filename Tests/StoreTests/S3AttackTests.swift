import Copying
import Format
import HTTP
import Model
import ObjectStore
import Repository
import TestSupport
import Testing
import Verification

@testable import S3Store

/// Backups and copies in real servers: those that lock resist whoever has this host's credentials,
/// and of those that do not it is told.
@Suite(.serialized, .timeLimit(.minutes(20))) struct S3AttackTests {
    private static let prefix = "site/"

    @Test(.enabled(if: hasSeaweed, "NOT TESTED: no SeaweedFS here"))
    func `what is backed up into a SeaweedFS that locks resists every attack`() throws {
        try SeaweedServer.run { try resist($0) }
    }

    @Test(.enabled(if: hasRadosgw, "NOT TESTED: no radosgw here"))
    func `what is backed up into a Ceph that locks resists every attack`() throws {
        try RadosgwServer.run { try resist($0) }
    }

    @Test(.enabled(if: hasSeaweed, "NOT TESTED: no SeaweedFS here"))
    func `a copy in a bucket of SeaweedFS that does not lock is whole, and that is told`() throws {
        try SeaweedServer.run { try tellMissingProtection($0) }
    }

    @Test(.enabled(if: hasRadosgw, "NOT TESTED: no radosgw here"))
    func `a copy in a bucket of a Ceph that does not lock is whole, and that is told`() throws {
        try RadosgwServer.run { try tellMissingProtection($0) }
    }

    @Test(.enabled(if: hasRadosgw, "NOT TESTED: no radosgw here"))
    func `an upload in parts whose lock a Ceph forgot is locked by the next copy`() throws {
        try RadosgwServer.run { server in
            try withTemporaryFolder { folder in
                let hospital = try TestHospital(in: folder)
                let heads = try hospital.backUpTwice()
                try server.makeBucket("toride-parts", .locked)
                let bucket = try server.store("toride-parts", Self.prefix, isLocking: true)
                let key = try #require(try hospital.keys(prefix: "packs/").first)
                try putInParts(try hospital.bytes(of: key), at: key, in: bucket)
                #expect(try bucket.lock(of: key, version: nil) == nil)
                let before = lockNow
                let report = try hospital.copy(heads, to: ManyVersions(bucket))
                #expect(report.findings.map(\.code) == [.objectLockedAnew])
                #expect(report.findings.map(\.subject) == [.object(key)])
                #expect(report.verdict == .proven && report.snapshots == 2)
                try expectLocks(of: try hospital.neededKeys(), in: bucket, since: before)
                let again = try hospital.copy(heads, to: ManyVersions(bucket))
                #expect(again.findings == [] && again.objects == 0)
            }
        }
    }

    // MARK: - What is asked of each

    /// Backs up straight into a bucket that locks, and attacks it.
    private func resist(_ server: S3Server) throws {
        try withTemporaryFolder { folder in
            try server.makeBucket("toride-backup", .locked)
            let bucket = try server.store("toride-backup", Self.prefix, isLocking: true)
            let store = ManyVersions(bucket)
            let hospital = try TestHospital(in: folder)
            let before = lockNow
            try store.put(
                try hospital.bytes(of: StoreKey.descriptor),
                at: StoreKey.descriptor
            )
            let heads = try hospital.backUpTwice(to: store)
            let verified = try hospital.verify(store, heads: heads)
            #expect(verified.verdict == .proven && verified.snapshots == 2)
            #expect(verified.findings == [])
            let keys = try bucket.list(prefix: "").map(\.key)
            #expect(keys.count > 5)
            try expectLocks(of: keys, in: bucket, since: before)

            var report = AttackReport()
            try AttackRun(bucket, clock: LockConformance.clock).run(&report)
            #expect(report.attempts.map(\.trial) == Attack.allCases.map(Trial.attack))
            for attempt in report.attempts {
                let outcome = attempt.outcome
                #expect(outcome != .harmed && outcome != .unanswered, "\(attempt)")
            }
            #expect(report.findings == [] && report.verdict == .proven)

            let after = try hospital.verify(ManyVersions(bucket), heads: heads)
            #expect(after.verdict == .proven && after.findings == [])
            #expect(after.objectsRead == verified.objectsRead)
            try expectLocks(of: keys, in: bucket, since: before)
        }
    }

    /// Copies to buckets that cannot keep what is asked of them.
    private func tellMissingProtection(_ server: S3Server) throws {
        for kind in S3Server.BucketKind.allCases where kind != .locked {
            try withTemporaryFolder { folder in
                let hospital = try TestHospital(in: folder)
                let heads = try hospital.backUpTwice()
                let name = "toride-\(kind.rawValue)"
                try server.makeBucket(name, kind)
                let target = ManyVersions(
                    try server.store(name, Self.prefix, isLocking: true)
                )
                let report = try hospital.copy(heads, to: target)
                #expect(report.verdict == .failed, "\(kind)")
                let whole = report.findings.filter { $0.subject == .named(target.place) }
                #expect(whole.map(\.code) == [.storeNotProtected], "\(kind)")
                let evidence = ["locks": "false", "versions": "\(kind == .versioned)"]
                #expect(whole.first?.evidence == evidence, "\(kind)")
                let objects = report.findings.filter { $0.subject != .named(target.place) }
                #expect(Set(objects.map(\.code)) == [.objectNotLocked], "\(kind)")
                let keys = try hospital.neededKeys()
                let subjects = Set(keys.map { Subject.object($0) })
                #expect(Set(objects.map(\.subject)) == subjects, "\(kind)")

                #expect(report.incomplete.isEmpty && report.snapshots == 2, "\(kind)")
                #expect(Set(try target.list(prefix: "").map(\.key)) == Set(keys), "\(kind)")
                for key in keys {
                    let isSame =
                        try target.get(key, bytesMax: 1 << 30) == hospital.bytes(of: key)
                    #expect(isSame, "\(kind): \(key)")
                }
                let verified = try hospital.verify(target, heads: heads)
                #expect(verified.verdict == .proven, "\(kind)")
            }
        }
    }

    // MARK: - Helpers

    /// What is stored now is locked with.
    private var lockNow: ObjectLock {
        LockConformance.policy.lock(from: LockConformance.clock())
    }

    /// Reads the lock of each object back.
    private func expectLocks(
        of keys: [String],
        in bucket: S3Store,
        since before: ObjectLock
    ) throws {
        let after = lockNow
        for key in keys {
            let lock = try #require(try bucket.lock(of: key, version: nil), "\(key)")
            #expect(lock.covers(before) && after.covers(lock), "\(key): \(lock)")
        }
    }

    /// Uploads an object in one part, with the lock where Amazon wants it. Ceph 16 takes no notice
    /// of that; the product sets it once more, and this does not.
    private func putInParts(_ bytes: [UInt8], at key: String, in bucket: S3Store) throws {
        let client = bucket.client
        let begun = try client.document(
            "InitiateMultipartUploadResult",
            from: S3Request(
                "writing",
                "POST",
                key,
                query: [("uploads", "")],
                headers: lockNow.headers
            )
        )
        let upload = ("uploadId", try #require(begun["UploadId"]))
        let part = S3Request(
            "writing",
            "PUT",
            key,
            query: [("partNumber", "1"), upload],
            body: bytes
        )
        let tag = try #require(try client.answer(to: part.withMD5).header("etag"))
        let list = S3Document.element(
            "Part",
            holding: S3Document.element("PartNumber", "1"),
            S3Document.element("ETag", tag)
        )
        let end = S3Request(
            "writing",
            "POST",
            key,
            query: [upload],
            body: S3Document.bytes("CompleteMultipartUpload", list)
        )
        _ = try client.document("CompleteMultipartUploadResult", from: end)
    }
}
