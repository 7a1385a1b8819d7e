import HTTP
package import Model
package import ObjectStore

extension S3Store {
    /// Asks for a version's lock: what its head tells, or else what is asked for by itself.
    package func lock(of key: String, version: String?) throws(StoreError) -> ObjectLock? {
        let request = S3Request("looking at the lock of", "HEAD", key, query: query(version))
        let head = try client.answer(to: request)
        if let mode = head.header(ObjectLock.modeHeader),
            let until = head.header(ObjectLock.untilHeader)
        {
            return try lock(mode, until, request)
        }
        // Whoever may not ask for locks sees none in a head.
        return try retention(of: key, version)
    }

    private func retention(
        of key: String,
        _ version: String?
    ) throws(StoreError) -> ObjectLock? {
        let query = [("retention", "")] + query(version)
        let request = S3Request("looking at the lock of", "GET", key, query: query)
        guard let retention = try lockDocument("Retention", from: request),
            let mode = retention["Mode"], !mode.isEmpty
        else {
            return nil
        }
        return try lock(mode, retention["RetainUntilDate"] ?? "", request)
    }

    /// What keeps a version, asked for by itself; nil if nothing of the kind does.
    ///
    /// - Parameters:
    ///   - name: of the document's outermost element.
    ///   - request: asks for it.
    /// - Returns: that element.
    /// - Throws: ``StoreError``.
    func lockDocument(
        _ name: String,
        from request: S3Request
    ) throws(StoreError) -> S3Element? {
        let answer = try client.exchange(request)
        guard answer.isGood || !S3Failure(answer).isLackOfLock else {
            return nil
        }
        try client.check(answer, to: request)
        return try client.document(name, in: answer, to: request)
    }

    private func lock(
        _ mode: String,
        _ until: String,
        _ request: S3Request
    ) throws(StoreError) -> ObjectLock {
        guard let lock = ObjectLock(mode: mode, until: until) else {
            throw client.strange("it tells of a lock that is none", request)
        }
        return lock
    }

    /// Sets a version's lock. A service refuses what takes from a lock in mode compliance.
    package func extendLock(
        of key: String,
        version: String?,
        to lock: ObjectLock
    ) throws(StoreError) {
        _ = try client.answer(to: retentionRequest(of: key, version, lock.document))
    }

    /// What sets a version's lock.
    ///
    /// - Parameters:
    ///   - key: of the object.
    ///   - version: which version; nil for the newest.
    ///   - document: the lock.
    ///   - headers: what else the service is to know.
    /// - Returns: the request.
    func retentionRequest(
        of key: String,
        _ version: String?,
        _ document: [UInt8],
        headers: [HTTPHeader] = []
    ) -> S3Request {
        S3Request(
            "locking",
            "PUT",
            key,
            query: [("retention", "")] + query(version),
            headers: headers,
            body: document
        ).withMD5
    }

    /// Asks the bucket whether it keeps versions and can lock.
    package func protection() throws(StoreError) -> StoreProtection {
        let versioning = try setting("versioning", "VersioningConfiguration")
        let locking = try setting("object-lock", "ObjectLockConfiguration")
        return StoreProtection(
            keepsVersions: versioning?["Status"] == "Enabled",
            canLock: locking?["ObjectLockEnabled"] == "Enabled"
        )
    }

    /// A setting of the bucket; nil if it is not set, or the service knows none of the kind.
    ///
    /// - Parameters:
    ///   - name: how it is asked for.
    ///   - document: the name of its document.
    /// - Returns: the document's outermost element.
    /// - Throws: ``StoreError``.
    func setting(_ name: String, _ document: String) throws(StoreError) -> S3Element? {
        let request = S3Request("looking at \(name) of", "GET", nil, query: [(name, "")])
        let answer = try client.exchange(request)
        guard answer.isGood || !S3Failure(answer).isLack else {
            return nil
        }
        try client.check(answer, to: request)
        return try client.document(document, in: answer, to: request)
    }

    /// What names a version in a query.
    func query(_ version: String?) -> [(String, String)] {
        version.map { [("versionId", $0)] } ?? []
    }
}
