import HTTP
import Model
package import ObjectStore

extension S3Store: AttackableStore {
    /// What an attacker writes over an object.
    private static let otherBytes = Array("written over by an attack\n".utf8)
    /// How soon a lock is to end, from now.
    private static let soon = Duration.seconds(60)
    /// The right to pass over a lock in mode governance, for those who have it.
    private static let bypass = HTTPHeader("x-amz-bypass-governance-retention", "true")

    /// Tries to harm an object, or the whole bucket, by a request that S3 has for it.
    package func attempt(_ attack: Attack, on key: String) throws(StoreError) -> AttackAnswer {
        switch attack {
        case .delete: return try ask(S3Request("attacking", "DELETE", key))
        case .deleteVersion: return try deleteVersion(of: key)
        case .bypass: return try deleteVersion(of: key, headers: [S3Store.bypass])
        case .deleteInBatch: return try deleteInBatch(key)
        case .overwrite:
            let request = S3Request("attacking", "PUT", key, body: S3Store.otherBytes)
            return try ask(request.withMD5)
        case .shortenLock:
            let soon = clock().adding(S3Store.soon)
            return try changeLock(of: key) { lock in
                let shorter = ObjectLock(mode: lock.mode, until: soon)
                return shorter.until < lock.until ? shorter.document : nil
            }
        case .weakenLock:
            return try changeLock(of: key) { lock in
                let weaker = ObjectLock(mode: .governance, until: lock.until)
                return weaker.covers(lock) ? nil : weaker.document
            }
        case .removeLock: return try changeLock(of: key) { _ in S3Document.bytes("Retention") }
        case .liftHold: return try liftHold(of: key)
        case .suspendVersions: return try ask(versioningRequest("Suspended"))
        case .disableLocks: return try disableLocks()
        }
    }

    /// Lets the bucket keep versions again. A rule for locks was given back already.
    package func undo(_ attack: Attack) throws(StoreError) {
        if attack == .suspendVersions {
            _ = try client.answer(to: versioningRequest("Enabled"))
        }
    }

    /// Sends an attack. Only an answer in which the service has thought about it is a refusal: one
    /// that did not believe who asks would have refused anything.
    private func ask(_ request: S3Request) throws(StoreError) -> AttackAnswer {
        let answer = try client.exchange(request)
        guard !answer.isGood else {
            return .done
        }
        return try judge(S3Failure(answer), request)
    }

    private func judge(
        _ failure: S3Failure,
        _ request: S3Request
    ) throws(StoreError) -> AttackAnswer {
        if failure.status == 501 {
            return .notApplicable
        }
        guard failure.isRefusal else {
            throw client.error(failure, request)
        }
        return .refused("\(failure)")
    }

    /// The newest version that has bytes: an attack before may have hidden it.
    private func target(_ key: String) throws(StoreError) -> String {
        let found = try versions(prefix: key).first { $0.key == key && !$0.isDeleteMarker }
        guard let found else {
            throw .missing(key: key, place: place)
        }
        return found.version
    }

    // MARK: - On the object

    private func deleteVersion(
        of key: String,
        headers: [HTTPHeader] = []
    ) throws(StoreError) -> AttackAnswer {
        let query = query(try target(key))
        return try ask(S3Request("attacking", "DELETE", key, query: query, headers: headers))
    }

    private func deleteInBatch(_ key: String) throws(StoreError) -> AttackAnswer {
        let object = S3Document.element(
            "Object",
            holding: S3Document.element("Key", client.location.prefix + key),
            S3Document.element("VersionId", try target(key))
        )
        let request = S3Request(
            "attacking",
            "POST",
            nil,
            query: [("delete", "")],
            body: S3Document.bytes("Delete", object)
        ).withMD5
        let answer = try client.exchange(request)
        guard answer.isGood else {
            return try judge(S3Failure(answer), request)
        }
        let result = try client.document("DeleteResult", in: answer, to: request)
        if let error = result.first("Error") {
            // In a list, each object has its own answer; the whole is good.
            let failure = S3Failure(status: 403, code: error["Code"])
            return try judge(failure, request)
        }
        guard result.first("Deleted") != nil else {
            throw client.strange("it does not tell what became of the object", request)
        }
        return .done
    }

    /// Sets what `change` makes of the lock of the object; nil for nothing that would be worse.
    private func changeLock(
        of key: String,
        _ change: (ObjectLock) -> [UInt8]?
    ) throws(StoreError) -> AttackAnswer {
        let version = try target(key)
        guard let lock = try lock(of: key, version: version), let document = change(lock) else {
            return .notApplicable
        }
        return try ask(retentionRequest(of: key, version, document, headers: [S3Store.bypass]))
    }

    /// Says that no legal hold is on the object, which has none: whoever may say that may lift any.
    /// It is not held first: the right to hold can be had without this one, and what we left held
    /// would stay for ever.
    private func liftHold(of key: String) throws(StoreError) -> AttackAnswer {
        let request = holdRequest(false, on: key, try target(key))
        let answer = try client.exchange(request)
        guard answer.isGood else {
            let failure = S3Failure(answer)
            return try failure.isLackOfLock ? .notApplicable : judge(failure, request)
        }
        return .done
    }

    // MARK: - On the bucket

    private func versioningRequest(_ status: String) -> S3Request {
        S3Request(
            "attacking",
            "PUT",
            nil,
            query: [("versioning", "")],
            body: S3Document.bytes(
                "VersioningConfiguration",
                S3Document.element("Status", status)
            )
        ).withMD5
    }

    /// Writes the rule by which the bucket locks what is stored without a lock, as it is: the right
    /// that this asks for is the right to take it away, and nothing is lost if we die meanwhile.
    /// That a bucket can lock is nothing that S3 takes away.
    private func disableLocks() throws(StoreError) -> AttackAnswer {
        guard let before = try setting("object-lock", "ObjectLockConfiguration"),
            let rule = before.first("Rule")
        else {
            return .notApplicable
        }
        return try ask(lockingRequest(S3Document.element(rule)))
    }

    private func lockingRequest(_ rule: String) -> S3Request {
        S3Request(
            "attacking",
            "PUT",
            nil,
            query: [("object-lock", "")],
            body: S3Document.bytes(
                "ObjectLockConfiguration",
                S3Document.element("ObjectLockEnabled", "Enabled"),
                rule
            )
        ).withMD5
    }
}
