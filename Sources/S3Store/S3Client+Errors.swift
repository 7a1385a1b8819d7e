import HTTP
import ObjectStore

extension S3Client {
    /// Takes an answer that says yes, and no other.
    func check(_ answer: HTTPResponse, to request: S3Request) throws(StoreError) {
        guard answer.isGood else {
            throw error(S3Failure(answer), request)
        }
    }

    /// What an answer that says no means.
    func error(_ failure: S3Failure, _ request: S3Request) -> StoreError {
        let key = request.subject
        return switch failure.kind {
        case .busy: busy("\(failure)", request)
        case .missing: .missing(key: key, place: place)
        case .exists: .exists(key: key, place: place)
        case .tooShort: .truncated(key: key, place: place)
        case .noBucket:
            .unavailable(
                place: place,
                reason: "\(failure)",
                hint: "make the bucket, or correct its name in the configuration"
            )
        case .clock:
            failed("\(failure)", hint: "set this host's clock; the store's is another", request)
        case .credentials:
            failed("\(failure)", hint: "check this store's credentials and its region", request)
        case .forbidden:
            failed(
                "\(failure)",
                hint: "check which rights on the bucket this store's credentials have",
                request
            )
        case .other:
            failed("\(failure)", hint: "look up what the service means by that", request)
        }
    }

    /// What it means that no answer came. A service that nobody has reached yet is not configured
    /// right; one that was there a moment ago may be there again in another.
    func error(_ error: HTTPError, _ request: S3Request, wasReached: Bool) -> StoreError {
        switch error {
        case .timedOut(_, let failure), .brokenOff(_, let failure): busy("\(failure)", request)
        case .notReached(_, let failure) where wasReached: busy("\(failure)", request)
        case .notReached(_, let failure), .notTrusted(_, let failure),
            .invalidRequest(_, let failure), .notStarted(let failure):
            .unavailable(place: place, reason: "\(failure)", hint: error.hint)
        case .answerTooLong, .stopped: failed(error.description, hint: error.hint, request)
        }
    }

    /// That an answer is not what S3's documentation says.
    func strange(_ reason: String, _ request: S3Request) -> StoreError {
        failed(reason, hint: "check that an S3 service answers there, and no proxy", request)
    }

    /// That the same may go well a little later.
    func busy(_ reason: String, _ request: S3Request) -> StoreError {
        .busy(operation: request.operation, key: request.subject, place: place, reason: reason)
    }

    /// That something failed, and what to do about it.
    func failed(_ reason: String, hint: String, _ request: S3Request) -> StoreError {
        .failed(
            operation: request.operation,
            key: request.subject,
            place: place,
            reason: reason,
            hint: hint
        )
    }
}
