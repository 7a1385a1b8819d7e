import ObjectStore
import TestSupport
import Testing

@testable import S3Store

/// Legal holds, as a service speaks of them.
@Suite(.timeLimit(.minutes(15))) struct S3StoreHoldTests {
    private static let bare = ScriptedServer.Answer.head(200, ["Content-Length: 9"])

    private static func head(_ status: String) -> ScriptedServer.Answer {
        .head(200, ["Content-Length: 9", "x-amz-object-lock-legal-hold: \(status)"])
    }

    private static func hold(_ status: String) -> ScriptedServer.Answer {
        .s3(200, [], "<LegalHold><Status>\(status)</Status></LegalHold>")
    }

    @Test func `a hold is read from the head, or asked for`() throws {
        try withStore([
            Self.head("ON"), Self.head("OFF"), Self.bare, Self.hold("ON"),
            Self.bare, Self.hold("OFF"), Self.bare, .s3(200, [], "<LegalHold/>"),
        ]) { (store, server) throws in
            #expect(try store.isHeld("a", version: "v"))
            #expect(try !store.isHeld("a", version: nil))
            #expect(try store.isHeld("a", version: "v"))
            #expect(try !store.isHeld("a", version: nil))
            #expect(try !store.isHeld("a", version: nil))
            #expect(
                server.reached.lines.prefix(4) == [
                    "HEAD /bucket/p/a?versionId=v", "HEAD /bucket/p/a",
                    "HEAD /bucket/p/a?versionId=v", "GET /bucket/p/a?legal-hold=&versionId=v",
                ]
            )
        }
    }

    /// Amazon's, SeaweedFS's, and Ceph's; of a bucket without locks; of a service without them.
    @Test(arguments: [
        (404, "NoSuchObjectLockConfiguration"), (404, "NoSuchObjectLegalHold"),
        (404, "ObjectLockConfigurationNotFoundError"), (400, "InvalidRequest"),
        (501, "NotImplemented"),
    ])
    func `what is not held is said in many ways`(status: Int, code: String) throws {
        try withStore([Self.bare, .error(status, code)]) { (store, _) throws in
            #expect(try !store.isHeld("a", version: nil))
        }
    }

    @Test func `what does not tell of a hold is no proof that there is none`() throws {
        try withStore([
            Self.bare, .error(403, "AccessDenied"), Self.bare, .s3(200, [], "nothing"),
            Self.bare, Self.hold("PERHAPS"), Self.head("on and off"), .head(404, []),
        ]) { (store, _) throws in
            for _ in 0..<5 {
                #expect(throws: StoreError.self) { try store.isHeld("a", version: nil) }
            }
        }
    }

    @Test func `a hold is set and lifted for one version that is there`() throws {
        try withStore([
            Self.bare, .s3(200), Self.bare, .s3(200), Self.bare, .error(403, "AccessDenied"),
            .head(404, []),
        ]) { (store, server) throws in
            try store.setHold(true, on: "a", version: "v")
            try store.setHold(false, on: "a", version: "v")
            #expect(throws: StoreError.self) { try store.setHold(true, on: "a", version: "v") }
            #expect(throws: StoreError.missing(key: "a", place: store.place)) {
                try store.setHold(true, on: "a", version: nil)
            }
            let requests = server.reached.requests
            try #require(requests.count == 7)
            for (number, status) in [(1, "ON"), (3, "OFF")] {
                let request = requests[number]
                #expect(request.hasPrefix("PUT /bucket/p/a?legal-hold=&versionId=v "))
                #expect(request.contains("\r\ncontent-md5: "))
                #expect(request.hasSuffix("<Status>\(status)</Status></LegalHold>"))
            }
        }
    }

    // MARK: - The attack

    private static let versions = ScriptedServer.Answer.s3(
        200,
        [],
        """
        <ListVersionsResult>
        <Version><Key>p/a</Key><VersionId>1</VersionId><IsLatest>true</IsLatest>
        <LastModified>2013-05-24T00:00:00Z</LastModified><Size>9</Size></Version>
        </ListVersionsResult>
        """
    )

    @Test func `an attack on a hold says that there is none, and sets none`() throws {
        let denied = ScriptedServer.Answer.error(403, "AccessDenied")
        try withStore([Self.versions, denied, Self.versions, .s3(200)]) { (store, server) throws in
            #expect(try store.attempt(.liftHold, on: "a") == .refused("403 AccessDenied"))
            #expect(try store.attempt(.liftHold, on: "a") == .done)
            let requests = server.reached.requests
            try #require(requests.count == 4)
            for request in [requests[1], requests[3]] {
                #expect(request.hasPrefix("PUT /bucket/p/a?legal-hold=&versionId=1 "))
                #expect(request.contains("<Status>OFF</Status>"))
            }
            #expect(!requests.contains { $0.contains("<Status>ON</Status>") })
        }
    }

    @Test(arguments: [
        (400, "InvalidRequest"), (404, "ObjectLockConfigurationNotFoundError"),
        (405, "MethodNotAllowed"), (501, "NotImplemented"),
    ])
    func `where nothing can be held there is no hold to lift`(status: Int, code: String) throws {
        try withStore([Self.versions, .error(status, code)]) { (store, _) throws in
            #expect(try store.attempt(.liftHold, on: "a") == .notApplicable)
        }
    }

    @Test func `a service that does not know who asks refuses no hold`() throws {
        try withStore([Self.versions, .error(403, "SignatureDoesNotMatch")]) { (store, _) throws in
            _ = #expect(throws: StoreError.self) { try store.attempt(.liftHold, on: "a") }
        }
    }
}
