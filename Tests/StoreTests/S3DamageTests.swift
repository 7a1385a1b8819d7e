import Copying
import Format
import LocalStore
import Model
import ObjectStore
import Repository
import S3Store
import TestSupport
import Testing
import Verification

/// A lock keeps an object from whoever has credentials of S3, and not from the people and the disks
/// of the service: what they did is found, and healed from another copy.
@Suite(.serialized, .timeLimit(.minutes(20))) struct S3DamageTests {
    private static let bucket = "toride-damaged"
    private static let prefix = "site/"

    /// A pack in a bucket that locks.
    private struct Target {
        /// Its only version.
        let pack: StoredVersion
        let bytes: [UInt8]

        /// How the service itself calls it.
        var key: String { S3DamageTests.prefix + pack.key }
    }

    @Test(.enabled(if: hasRadosgw, "NOT TESTED: no radosgw here"))
    func `other bytes that a Ceph gives under the same ETag are found and healed`() throws {
        try RadosgwServer.run { server in
            try heal(server, .objectDamaged, versions: 2) { target in
                var bytes = target.bytes
                bytes[bytes.count / 2] ^= 1
                try RadosgwServer.replaceBytes(
                    of: target.key,
                    version: target.pack.version,
                    with: bytes,
                    in: server
                )
            }
        }
    }

    @Test(.enabled(if: hasRadosgw, "NOT TESTED: no radosgw here"))
    func `a locked version that the people of a Ceph removed is missed and healed`() throws {
        try RadosgwServer.run { server in
            try heal(server, .objectMissing, versions: 1) { target in
                try RadosgwServer.removeVersion(
                    target.pack.version,
                    of: target.key,
                    in: Self.bucket,
                    of: server
                )
            }
        }
    }

    @Test(.enabled(if: hasSeaweed, "NOT TESTED: no SeaweedFS here"))
    func `a locked version that the people of a SeaweedFS removed is missed and healed`() throws {
        try SeaweedServer.run { server in
            try heal(server, .objectMissing, versions: 1) { target in
                try SeaweedServer.removeVersions(
                    of: target.key,
                    in: Self.bucket,
                    of: server
                )
            }
        }
    }

    /// SeaweedFS has a checksum of its own: it does not give the object any more, and tries for
    /// some seconds before it says so.
    @Test(.enabled(if: hasSeaweed, "NOT TESTED: no SeaweedFS here"))
    func `a bit that a disk of a SeaweedFS flipped is found and healed`() throws {
        try SeaweedServer.run { server in
            try heal(server, .objectUnreadable, versions: 2) { target in
                try SeaweedServer.flipBit(
                    in: Array(target.bytes[(target.bytes.count / 2)...].prefix(64)),
                    of: Self.bucket,
                    on: server
                )
            }
        }
    }

    /// Damages a pack of a copy that is whole and locked, finds it, and heals it.
    ///
    /// - Parameters:
    ///   - server: where the copy is brought.
    ///   - code: what the damage is found as.
    ///   - versions: how many there are after it was healed.
    ///   - damage: does it, past S3.
    /// - Throws: what keeps it from being tried.
    private func heal(
        _ server: S3Server,
        _ code: FindingCode,
        versions: Int,
        _ damage: (Target) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let heads = try hospital.backUpTwice()
            try server.makeBucket(Self.bucket, .locked)
            let bucket = try server.store(Self.bucket, Self.prefix, isLocking: true)
            let copied = try hospital.copy(heads, to: ManyVersions(bucket))
            #expect(copied.findings == [] && copied.snapshots == 2)
            let before = try hospital.verify(ManyVersions(bucket), heads: heads)
            #expect(before.findings == [] && before.verdict == .proven)
            let pack = try largestPack(in: bucket)
            let bytes = try hospital.bytes(of: pack.key)

            try damage(Target(pack: pack, bytes: bytes))
            // What SeaweedFS cannot read is not read by asking again.
            let store = ManyVersions(
                try server.store(
                    Self.bucket,
                    Self.prefix,
                    isLocking: true,
                    timeout: .seconds(2)
                )
            )
            let found = try hospital.verify(store, heads: heads)
            #expect(found.verdict != .proven)
            let finding = try #require(found.findings.first)
            #expect(found.findings.count == 1)
            #expect(finding.code == code && finding.subject == .object(pack.key), "\(finding)")

            let wanted = LockConformance.policy.lock(from: LockConformance.clock())
            try repair(pack.key, finding, in: store, from: hospital.store)
            let after = try hospital.verify(ManyVersions(bucket), heads: heads)
            #expect(after.findings == [] && after.verdict == .proven)
            #expect(try bucket.versions(prefix: pack.key).count == versions)
            let lock = try #require(try bucket.lock(of: pack.key, version: nil))
            #expect(lock.covers(wanted), "\(lock)")
        }
    }

    /// Puts an object right, which must go well.
    private func repair(
        _ key: String,
        _ finding: Finding,
        in store: any ObjectStore,
        from source: any ObjectStore
    ) throws {
        let name = try #require(StoredKind(key: key).name)
        let run = RepairRun(store, from: [source])
        let plan = try run.plan([RepairPlan.Item(key: key, name: name, finding: finding)])
        #expect(plan.steps.map(\.source) == [source.place])
        let healed = try run.heal(plan)
        #expect(healed.failure == nil)
        #expect(healed.findings.map(\.code) == [.objectHealed])
        #expect(healed.findings.map(\.subject) == [.object(key)])
        #expect(healed.findings.first?.evidence["was"] == finding.code.rawValue)
    }

    /// Services may keep what is small beside its name.
    private func largestPack(in bucket: S3Store) throws -> StoredVersion {
        let packs = try bucket.versions(prefix: "packs/")
        return try #require(packs.max { $0.size < $1.size })
    }
}
