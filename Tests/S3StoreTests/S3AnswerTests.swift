import Glibc
import HTTP
import Model
import ObjectStore
import TestSupport
import Testing

@testable import S3Store

/// What an answer that says no means, and what a missing one does.
@Suite(.timeLimit(.minutes(15))) struct S3AnswerTests {
    @Test(arguments: [
        (500, "InternalError"), (503, "SlowDown"), (503, "ServiceUnavailable"), (502, ""),
        (504, ""), (429, ""), (400, "RequestTimeout"), (409, "OperationAborted"),
        (409, "ConditionalRequestConflict"),
    ])
    func `a service that is busy may be asked again`(status: Int, code: String) throws {
        try withStore([.error(status, code)]) { (store, _) throws in
            let error = #expect(throws: StoreError.self) { try store.get("a", bytesMax: 1) }
            guard case .busy("reading", "a", store.place, let reason) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason == (code.isEmpty ? "\(status)" : "\(status) \(code)"))
        }
    }

    @Test(arguments: [
        (403, "AccessDenied", "rights"), (403, "RequestTimeTooSkewed", "clock"),
        (403, "SignatureDoesNotMatch", "credentials"), (403, "InvalidAccessKeyId", "credentials"),
        (401, "", "rights"), (400, "InvalidRequest", "look up"), (501, "NotImplemented", "look up"),
        (301, "PermanentRedirect", "look up"),
    ])
    func `what fails says what to do, without the service's words`(
        status: Int,
        code: String,
        hint: String
    ) throws {
        try withStore([.error(status, code)]) { (store, _) throws in
            let error = #expect(throws: StoreError.self) { try store.get("a", bytesMax: 1) }
            guard case .failed("reading", "a", store.place, let reason, let told) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason == (code.isEmpty ? "\(status)" : "\(status) \(code)"))
            #expect(told.contains(hint))
        }
    }

    @Test func `what is missing is told apart from a bucket that is`() throws {
        try withStore([
            .error(404, "NoSuchKey"), .error(404, "NoSuchVersion"), .s3(404),
            .error(404, "NoSuchBucket"),
        ]) { (store, _) throws in
            for _ in 0..<3 {
                #expect(throws: StoreError.missing(key: "a", place: store.place)) {
                    try store.get("a", bytesMax: 1)
                }
            }
            let error = #expect(throws: StoreError.self) { try store.get("a", bytesMax: 1) }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `a connection that is lost is busy, and one that never came is not`() throws {
        try withStore([.end("")]) { (store, _) throws in
            let error = #expect(throws: StoreError.self) { try store.get("a", bytesMax: 1) }
            guard case .busy = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        let (number, port) = try Sockets.loopbackListener()
        close(number)
        let location = S3Location(isSecure: false, host: "127.0.0.1", port: port, bucket: "bucket")
        let error = #expect(throws: StoreError.self) {
            try self.store(location).get("a", bytesMax: 1)
        }
        guard case .unavailable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `what cannot be a server is told before anything is asked`() throws {
        let location = S3Location(isSecure: true, host: "a/b", port: 443, bucket: "bucket")
        let error = #expect(throws: StoreError.self) { try self.store(location) }
        guard case .unavailable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `only a word of the service's stands in a message`() {
        #expect(S3Failure(status: 403, code: "AccessDenied").description == "403 AccessDenied")
        for code in ["", "a b", "a\nb", String(repeating: "a", count: 65), "日"] {
            #expect(S3Failure(status: 403, code: code).description == "403")
        }
    }

    private func store(_ location: S3Location) throws -> S3Store {
        try S3Store(
            name: "cloud",
            location: location,
            lockPolicy: nil,
            credentials: try exampleCredentials(),
            clock: { exampleTime },
            patience: exampleImpatience
        )
    }
}
