import HTTP

/// An answer that says no.
struct S3Failure: CustomStringConvertible, Sendable {
    /// What it means for whoever asked.
    enum Kind {
        /// The same may go well a little later.
        case busy
        /// There is no such object, or version.
        case missing
        /// There is no such bucket.
        case noBucket
        /// Something is there already.
        case exists
        /// The object ends before the part that was asked for.
        case tooShort
        /// The clocks of service and host differ.
        case clock
        /// The service does not know who asks, or does not believe it.
        case credentials
        /// Whoever asks may not do this.
        case forbidden
        /// Anything else.
        case other
    }

    /// As 403.
    let status: Int
    /// As `AccessDenied`; nil where the answer has none, as that to HEAD.
    let code: String?

    /// Reads an answer.
    init(_ answer: HTTPResponse) {
        self.init(status: answer.status, code: S3Document.root(of: answer.body)?["Code"])
    }

    /// States a failure.
    ///
    /// - Parameters:
    ///   - status: of the answer.
    ///   - code: as `AccessDenied`; nil where there is none.
    init(status: Int, code: String?) {
        self.status = status
        let code = code ?? ""
        // A word of the service's, and nothing else, may stand in a message.
        let isWord = code.utf8.allSatisfy { byte in
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        self.code = isWord && (1...64).contains(code.utf8.count) ? code : nil
    }

    /// `403 AccessDenied`. The service's sentence is left out: it may hold anything.
    var description: String { code.map { "\(status) \($0)" } ?? "\(status)" }

    /// What it means. The codes are those of "Error Responses" in Amazon's S3 API Reference.
    var kind: Kind {
        switch code ?? "" {
        case "SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "Throttling",
            "OperationAborted", "ConditionalRequestConflict":
            .busy
        case "NoSuchKey", "NoSuchVersion": .missing
        case "NoSuchBucket": .noBucket
        case "PreconditionFailed": .exists
        case "InvalidRange": .tooShort
        case "RequestTimeTooSkewed": .clock
        case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken",
            "AuthorizationHeaderMalformed":
            .credentials
        default: kindOfStatus
        }
    }

    /// Whether the service has thought about it and does not do it: not because it was busy, nor
    /// because it did not believe who asks.
    var isRefusal: Bool {
        (400..<500).contains(status) && code != nil && (kind == .forbidden || kind == .other)
    }

    /// Whether the service keeps out whoever asks: it does not know him, does not believe him, or
    /// gives him no right. A token that is over, or one of another region, is no sign of that.
    var keepsOut: Bool {
        guard (400..<500).contains(status), let code else {
            return false
        }
        return switch kind {
        case .forbidden: true
        case .credentials: !["ExpiredToken", "AuthorizationHeaderMalformed"].contains(code)
        default: false
        }
    }

    /// Whether what was asked for is not set, or unknown to the service. Those that lack locks say
    /// so in different ways (404 with different codes, 405, 501, 400 with a code of the two).
    var isLack: Bool {
        kind == .missing || status == 405 || status == 501
            || code == "NotImplemented" || code == "MethodNotAllowed"
    }

    /// Whether a version has no lock, or no hold, and that is all: 404 with one code or another; of
    /// a bucket without locks, 400 `InvalidRequest` of Amazon, SeaweedFS and radosgw.
    var isLackOfLock: Bool { isLack || code == "InvalidRequest" }

    /// Whether an answer to a request with a lock may mean that the bucket takes none, or whoever
    /// asks may set none: 400 `InvalidRequest` of Amazon, SeaweedFS and radosgw, 403 where the
    /// right is missing, 501 of services without locks.
    static func refusesLock(_ answer: HTTPResponse) -> Bool {
        guard !answer.isGood else {
            return false
        }
        let failure = S3Failure(answer)
        return failure.code == "InvalidRequest" || failure.kind == .forbidden
            || failure.status == 501
    }

    private var kindOfStatus: Kind {
        switch status {
        case 404: .missing
        case 412: .exists
        case 416: .tooShort
        case 401, 403: .forbidden
        case 408, 429, 500, 502, 503, 504: .busy
        default: .other
        }
    }
}
