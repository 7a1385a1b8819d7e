import HTTP
package import ObjectStore

extension S3Store {
    /// The name of the header that tells of a legal hold.
    private static let holdHeader = "x-amz-object-lock-legal-hold"

    /// Asks whether a version is held: what its head tells, or else what is asked for by itself.
    package func isHeld(_ key: String, version: String?) throws(StoreError) -> Bool {
        let request = headRequest(of: key, version)
        if let status = try client.answer(to: request).header(S3Store.holdHeader) {
            return try isOn(status, request)
        }
        // Whoever may not ask for holds sees none in a head.
        return try isHeldByDocument(key, version)
    }

    private func headRequest(of key: String, _ version: String?) -> S3Request {
        S3Request("looking at the legal hold of", "HEAD", key, query: query(version))
    }

    private func isHeldByDocument(
        _ key: String,
        _ version: String?
    ) throws(StoreError) -> Bool {
        let query = [("legal-hold", "")] + query(version)
        let request = S3Request("looking at the legal hold of", "GET", key, query: query)
        guard let hold = try lockDocument("LegalHold", from: request),
            let status = hold["Status"], !status.isEmpty
        else {
            return false
        }
        return try isOn(status, request)
    }

    private func isOn(_ status: String, _ request: S3Request) throws(StoreError) -> Bool {
        switch status {
        case "ON": return true
        case "OFF": return false
        default: throw client.strange("it tells of a legal hold that is none", request)
        }
    }

    /// Holds a version, or lifts its hold. It is looked for before: of what is not there SeaweedFS
    /// 4.48 says that it is only busy (500), and a delete marker it holds as if it had bytes.
    package func setHold(_ isHeld: Bool, on key: String, version: String?) throws(StoreError) {
        _ = try client.answer(to: headRequest(of: key, version))
        _ = try client.answer(to: holdRequest(isHeld, on: key, version))
    }

    /// What puts a version under a legal hold, or lifts it.
    ///
    /// - Parameters:
    ///   - isHeld: whether it is to be held.
    ///   - key: of the object.
    ///   - version: which version; nil for the newest.
    /// - Returns: the request.
    func holdRequest(_ isHeld: Bool, on key: String, _ version: String?) -> S3Request {
        S3Request(
            isHeld ? "holding" : "lifting the hold of",
            "PUT",
            key,
            query: [("legal-hold", "")] + query(version),
            body: S3Document.bytes(
                "LegalHold",
                S3Document.element("Status", isHeld ? "ON" : "OFF")
            )
        ).withMD5
    }
}
