import HTTP
import Model
package import ObjectStore

extension S3Store: SeparateStore {
    /// What a trespasser writes.
    private static let trespassBytes = Array("written by a trespasser\n".utf8)
    private static let trespassing = "trespassing on"
    /// Amazon's regions are one service: an account has one canonical user ID in all of them (AWS
    /// Account Management Reference Guide, "View AWS account identifiers").
    private static let amazon = "amazonaws.com"

    /// Host and port.
    package var service: String {
        let location = client.location
        return location.host.hasSuffix(".\(S3Store.amazon)") ? S3Store.amazon : location.server
    }

    /// Lists one object.
    package func checkCredentials() throws(StoreError) {
        _ = try client.document("ListBucketResult", from: glance("looking into"))
    }

    /// Lists one object, reads one, deletes none and writes one, as somebody else.
    package func trespass(
        by stranger: (any SeparateStore)?,
        on key: String,
        writing other: String
    ) throws(StoreError) -> AttackAnswer {
        let trespasser = try self.trespasser(stranger)
        let operation = S3Store.trespassing
        let write = writing(other, nil)
        let locked = lockPolicy.map { writing(other, $0.lock(from: clock())) }
        // What is asked, and what instead where the lock may be all that is refused.
        let requests: [(request: S3Request, plain: S3Request?)] = [
            (glance(operation), nil), (S3Request(operation, "GET", key), nil),
            // Done too where there is nothing to delete (204).
            (S3Request(operation, "DELETE", other), nil),
            (locked ?? write, locked.map { _ in write }),
        ]
        var word = ""
        var doubt: StoreError?
        for (request, plain) in requests {
            do throws(StoreError) {
                guard let refusal = try trespasser.refusal(of: request, or: plain) else {
                    return .done
                }
                word = refusal
            } catch {
                // One that is done says more than one that was not answered.
                doubt = doubt ?? error
            }
        }
        if let doubt {
            throw doubt
        }
        return .refused(word)
    }

    /// What stores an object as ``put(_:at:)`` does: a bucket may take none without a lock.
    private func writing(_ key: String, _ lock: ObjectLock?) -> S3Request {
        S3Request(
            S3Store.trespassing,
            "PUT",
            key,
            headers: [HTTPHeader("if-none-match", "*")] + (lock?.headers ?? []),
            body: S3Store.trespassBytes
        ).withMD5
    }

    /// Asks for the bucket's access list (`GetBucketAcl`).
    package func accessList() throws(StoreError) -> AccessList {
        let request = S3Request("looking at the owner of", "GET", nil, query: [("acl", "")])
        let policy = try client.document("AccessControlPolicy", from: request)
        guard let list = AccessList(policy) else {
            throw client.failed(
                "its access list names no owner, or not all who have rights",
                hint: "ask whoever runs the service whose bucket it is, and who may enter",
                request
            )
        }
        return list
    }

    /// Asks what the bucket's policy comes to (`GetBucketPolicyStatus`); a bucket without a policy,
    /// or of a service without them, lets nobody in by one.
    package func isPublic() throws(StoreError) -> Bool {
        guard let status = try setting("policyStatus", "PolicyStatus") else {
            return false
        }
        switch status["IsPublic"]?.lowercased() {
        case "true": return true
        case "false": return false
        default:
            let request = S3Request("looking at the policy of", "GET", nil)
            throw client.strange("it does not tell whether everybody may enter", request)
        }
    }

    /// A client of this bucket with the credentials of another store. To a service that is not
    /// his own they are shown only where nobody reads them on the way.
    private func trespasser(_ stranger: (any SeparateStore)?) throws(StoreError) -> S3Client {
        var credentials: S3Credentials?
        if let stranger {
            guard let bucket = stranger as? S3Store else {
                throw .unavailable(
                    place: place,
                    reason: "\(stranger.place) has no credentials for a bucket",
                    hint: "have somebody look who else may enter"
                )
            }
            let isPrivate = client.location.isSecure || client.location.isOnThisHost
            guard isPrivate || bucket.service == service else {
                throw .unavailable(
                    place: place,
                    reason: "the credentials of \(stranger.place) would travel in clear",
                    hint: "have the area reached over https"
                )
            }
            credentials = bucket.credentials
        }
        return try S3Client(
            client.location,
            place: place,
            credentials: credentials,
            clock: clock,
            patience: client.patience
        )
    }

    /// Asks for the least of a list.
    private func glance(_ operation: String) -> S3Request {
        let query = [
            ("list-type", "2"), ("max-keys", "1"), ("prefix", client.location.prefix),
        ]
        return S3Request(operation, "GET", nil, query: query)
    }
}

extension S3Client {
    /// Sends what whoever asks is to be kept from.
    ///
    /// - Parameters:
    ///   - request: of an object, or for a list.
    ///   - plain: the same without a lock, for when that may be all that is refused; nil if the
    ///     request has none.
    /// - Returns: the word with which it was refused to him; nil if it was done.
    /// - Throws: ``StoreError`` if it was answered in any other way.
    fileprivate func refusal(
        of request: S3Request,
        or plain: S3Request?
    ) throws(StoreError) -> String? {
        let answer = try exchange(request)
        if let plain, S3Failure.refusesLock(answer) {
            return try refusal(of: plain, or: nil)
        }
        if answer.isGood {
            if request.key == nil {
                _ = try document("ListBucketResult", in: answer, to: request)
            }
            return nil
        }
        let failure = S3Failure(answer)
        guard failure.keepsOut else {
            throw error(failure, request)
        }
        return "\(failure)"
    }
}
