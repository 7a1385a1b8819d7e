import HTTP
package import Model
package import ObjectStore
import Primitives

/// A store in a bucket of an S3 service.
///
/// What is stored does not overwrite (`If-None-Match: *`), and is locked by the very request that
/// stores it. A bucket that takes no locks gets it without one: a copy without a lock is worth more
/// than none, and whoever reads locks back tells.
///
/// A service that judges neither in a bucket with versions (Ceph's radosgw 16) may get a second
/// version of an object from two writers at once; the first stays, and ``versions(prefix:)`` shows
/// both.
package final class S3Store: LockableStore {
    /// The configured name and the place in the service.
    package let place: String
    /// How what is stored is locked; nil for not at all.
    package let lockPolicy: LockPolicy?
    let client: S3Client
    /// Who asks here; of another area, to see whether it keeps him out.
    let credentials: S3Credentials
    let clock: @Sendable () -> Timestamp
    /// What is longer is sent in parts of so many bytes.
    let partBytes: Int

    /// Uses a bucket, which is not asked for anything yet.
    ///
    /// - Parameters:
    ///   - name: the store's name in the configuration.
    ///   - location: where the bucket is.
    ///   - lockPolicy: how to lock what is stored; nil for not at all.
    ///   - credentials: who asks.
    ///   - clock: what locks are reckoned from and signatures are dated by.
    ///   - patience: for how long what is only busy is asked again.
    ///   - partBytes: what is longer is sent in parts of so many bytes; S3 takes none below 5 MiB.
    /// - Throws: ``StoreError/unavailable(place:reason:hint:)`` if there can be no connection to
    ///   what is configured.
    package init(
        name: String,
        location: S3Location,
        lockPolicy: LockPolicy?,
        credentials: S3Credentials,
        clock: @escaping @Sendable () -> Timestamp,
        patience: Patience,
        partBytes: Int = 64 << 20
    ) throws(StoreError) {
        precondition(partBytes > 0, "parts of \(partBytes) bytes")
        let place = S3Store.place(named: name, location: location)
        client = try S3Client(
            location,
            place: place,
            credentials: credentials,
            clock: clock,
            patience: patience
        )
        self.place = place
        self.lockPolicy = lockPolicy
        self.credentials = credentials
        self.clock = clock
        self.partBytes = partBytes
    }

    /// How such a store is called in findings, and in the catalog.
    package static func place(named name: String, location: S3Location) -> String {
        "\(name) (\(location))"
    }

    // MARK: - Writing

    /// Sends an object whole, or in parts if it is long, with its lock.
    package func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        let lock = lockPolicy?.lock(from: clock())
        do throws(StoreError) {
            if bytes.count > partBytes {
                try putInParts(bytes, at: key, lock)
            } else {
                try putWhole(bytes, at: key, lock)
            }
        } catch {
            guard case .exists = error else {
                throw error
            }
            try accept(bytes.count, at: key)
        }
    }

    private func putWhole(
        _ bytes: [UInt8],
        at key: String,
        _ lock: ObjectLock?
    ) throws(StoreError) {
        let md5 = MD5.hash(bytes)
        let request = S3Request(
            "writing",
            "PUT",
            key,
            headers: [HTTPHeader("if-none-match", "*")] + (lock?.headers ?? []),
            body: bytes
        )
        let answer = try client.exchange(request.with(md5: md5))
        guard lock == nil || !S3Failure.refusesLock(answer) else {
            return try putWhole(bytes, at: key, nil)
        }
        try client.check(answer, to: request)
        try checkStored(answer, md5, request)
    }

    /// Takes what is there already for what was to be stored, if it is as long.
    private func accept(_ count: Int, at key: String) throws(StoreError) {
        guard let present = try size(of: key) else {
            // It was there a moment ago.
            let request = S3Request("writing", "PUT", key)
            throw client.busy("something is there, and is not", request)
        }
        guard present == UInt64(count) else {
            throw .exists(key: key, place: place)
        }
    }

    /// Compares the MD5 that the service tells with that of what was sent.
    func checkStored(
        _ answer: HTTPResponse,
        _ md5: [UInt8],
        _ request: S3Request
    ) throws(StoreError) {
        if let stored = answer.storedMD5, stored != md5 {
            throw client.failed(
                "the service has stored other bytes than were sent",
                hint: "have the service and the network looked at, then run this again",
                request
            )
        }
    }
}
