import Model
import ObjectStore
import S3Store
import TestSupport
import Testing
import Workers

/// Whether a SeaweedFS can be had; says so aloud where it cannot.
let hasSeaweed: Bool = {
    if let absence = SeaweedServer.absence {
        print("SKIPPED: stores in a SeaweedFS: \(absence)")
    }
    return SeaweedServer.absence == nil
}()

/// Whether a radosgw can be had; says so aloud where it cannot.
let hasRadosgw: Bool = {
    if let absence = RadosgwServer.absence {
        print("SKIPPED: stores in a Ceph: \(absence)")
    }
    return RadosgwServer.absence == nil
}()

extension S3Server {
    /// A store in this server, with what the conformance suites ask of one.
    ///
    /// - Parameters:
    ///   - bucket: must be there.
    ///   - prefix: what its keys begin with there, with a slash last.
    ///   - isLocking: whether what is stored is locked.
    ///   - user: who asks.
    ///   - timeout: for how long what is only busy is asked again.
    /// - Returns: the store.
    /// - Throws: `StoreError`, or that there are no credentials.
    func store(
        _ bucket: String,
        _ prefix: String,
        isLocking: Bool = false,
        by user: User = .usual,
        timeout: Duration = .seconds(60)
    ) throws -> S3Store {
        let location = self.location(bucket: bucket, prefix: prefix, by: user)
        return try S3Store(
            name: "s3",
            location: location,
            lockPolicy: isLocking ? LockConformance.policy : nil,
            credentials: try S3Credentials(location.credentials),
            clock: LockConformance.clock,
            patience: Patience(stop: StopFlag(), timeout: timeout, random: { .max / 2 }),
            // The least that S3 takes of a part that is not the last.
            partBytes: 5 << 20
        )
    }
}

/// Stores in real servers, which tests start. One server for all cases of a suite: it takes some
/// seconds to start.
@Suite(.serialized, .timeLimit(.minutes(20))) struct S3ServerTests {
    @Test(.enabled(if: hasSeaweed, "NOT TESTED: no SeaweedFS here"))
    func `a bucket of SeaweedFS keeps the contract`() throws {
        try SeaweedServer.run { server in
            try keepContract(server, "toride-plain", .plain)
            try keepContract(server, "toride-versioned", .versioned)
        }
    }

    @Test(.enabled(if: hasSeaweed, "NOT TESTED: no SeaweedFS here"))
    func `a bucket of SeaweedFS that locks does so`() throws {
        try SeaweedServer.run { server in
            try keepContract(server, "toride-locked", .locked)
            try keepLocks(server)
            try tellProtection(server)
        }
    }

    @Test(.enabled(if: hasRadosgw, "NOT TESTED: no radosgw here"))
    func `a bucket of a Ceph keeps the contract`() throws {
        try RadosgwServer.run { server in
            try keepContract(server, "toride-plain", .plain)
            try keepContract(server, "toride-versioned", .versioned, refuses: false)
        }
    }

    @Test(.enabled(if: hasRadosgw, "NOT TESTED: no radosgw here"))
    func `a bucket of a Ceph that locks does so`() throws {
        try RadosgwServer.run { server in
            try keepContract(server, "toride-locked", .locked, refuses: false)
            try keepLocks(server)
            try tellProtection(server)
        }
    }

    // MARK: - What is asked of each

    /// Tries all that every store must do.
    ///
    /// - Parameters:
    ///   - server: which.
    ///   - bucket: is made, of this kind.
    ///   - kind: of the bucket; what is stored in one that locks is locked.
    ///   - refuses: whether it refuses a second object of the same key.
    /// - Throws: what keeps the suite from being tried.
    private func keepContract(
        _ server: S3Server,
        _ bucket: String,
        _ kind: S3Server.BucketKind,
        refuses: Bool = true
    ) throws {
        try server.makeBucket(bucket, kind)
        for (number, one) in StoreConformance.cases.enumerated()
        where refuses || !one.needsRefusal {
            let store = try server.store(bucket, "\(number)/", isLocking: kind == .locked)
            told(one.testDescription, bucket) { try one.run(store) }
        }
    }

    private func keepLocks(_ server: S3Server) throws {
        let bucket = "toride-attacked"
        try server.makeBucket(bucket, .locked)
        for (number, one) in LockConformance.cases.enumerated() {
            let store = try server.store(bucket, "\(number)/", isLocking: true)
            told(one.testDescription, bucket) { try one.run(store) }
        }
    }

    private func tellProtection(_ server: S3Server) throws {
        for kind in S3Server.BucketKind.allCases {
            let bucket = "toride-kind-\(kind.rawValue)"
            try server.makeBucket(bucket, kind)
            let protection = StoreProtection(
                keepsVersions: kind == .versioned || kind == .locked,
                canLock: kind == .locked
            )
            #expect(try server.store(bucket, "").protection() == protection, "\(kind)")
        }
    }

    /// Runs a case; what it throws does not keep the others from running.
    private func told(_ name: String, _ bucket: String, _ body: () throws -> Void) {
        do {
            try body()
        } catch {
            Issue.record("\(bucket): \(name): \(error)")
        }
    }
}
