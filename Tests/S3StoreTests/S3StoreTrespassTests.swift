import Model
import ObjectStore
import Primitives
import TestSupport
import Testing

@testable import S3Store

/// What a trespasser asks, and what an answer to him means; and whose a bucket is told to be.
@Suite(.timeLimit(.minutes(15))) struct S3StoreTrespassTests {
    private static let denied = ScriptedServer.Answer.error(403, "AccessDenied")
    private static let denials = Array(repeating: denied, count: 4)
    private static let list = ScriptedServer.Answer.s3(
        200,
        [],
        "<ListBucketResult><Name>bucket</Name></ListBucketResult>"
    )

    /// A store of another bucket, with another key.
    private func stranger() throws -> S3Store {
        let secret = Array("another".utf8)
        return try S3Store(
            name: "primary",
            location: S3Location(isSecure: true, host: "s3.example.jp", port: 443, bucket: "own"),
            lockPolicy: nil,
            credentials: S3Credentials(
                accessKeyID: "STRANGER",
                secret: unsafe try SecretBytes(count: secret.count) {
                    unsafe $0.copyBytes(from: secret)
                }
            ),
            clock: { exampleTime },
            patience: exampleImpatience
        )
    }

    private func trespass(
        _ answers: [ScriptedServer.Answer],
        by stranger: S3Store? = nil,
        lockPolicy: LockPolicy? = nil,
        _ body: (ScriptedServer.Reached) throws -> Void = { _ in }
    ) throws -> AttackAnswer {
        var answer: AttackAnswer?
        try withStore(answers, lockPolicy: lockPolicy) { (store, server) throws in
            answer = try store.trespass(by: stranger, on: "attacks/a", writing: "attacks/b")
            try body(server.reached)
        }
        return try #require(answer)
    }

    // MARK: - Trespass

    @Test func `nobody asks without a signature`() throws {
        let answer = try trespass(Self.denials) { reached in
            #expect(
                reached.lines == [
                    "GET /bucket?list-type=2&max-keys=1&prefix=p%2F", "GET /bucket/p/attacks/a",
                    "DELETE /bucket/p/attacks/b", "PUT /bucket/p/attacks/b",
                ]
            )
            #expect(!reached.requests.contains { $0.lowercased().contains("authorization:") })
            #expect(reached.requests.last?.contains("\r\nif-none-match: *\r\n") == true)
            #expect(reached.requests.last?.contains("x-amz-object-lock") == false)
        }
        #expect(answer == .refused("403 AccessDenied"))
    }

    @Test func `a stranger shows his own key at the area's door`() throws {
        let answer = try trespass(Self.denials, by: try stranger()) { reached in
            #expect(reached.requests.count == 4)
            #expect(reached.requests.allSatisfy { $0.contains(" Credential=STRANGER/20130524/") })
        }
        #expect(answer == .refused("403 AccessDenied"))
    }

    @Test func `a stranger's key is not shown to another service in clear`() throws {
        let area = try S3Store(
            name: "cloud",
            location: S3Location(isSecure: false, host: "192.0.2.1", port: 9_000, bucket: "area"),
            lockPolicy: nil,
            credentials: try exampleCredentials(),
            clock: { exampleTime },
            patience: exampleImpatience
        )
        let stranger = try stranger()
        let error = #expect(throws: StoreError.self) {
            try area.trespass(by: stranger, on: "attacks/a", writing: "attacks/b")
        }
        #expect(error?.description.contains("would travel in clear") == true)
        #expect(error?.description.contains(stranger.place) == true)
    }

    @Test func `one that is done of the four is enough`() throws {
        #expect(try trespass([Self.list]) == .done)
        #expect(try trespass([Self.denied, .s3(200, [], "hello")]) == .done)
        // Of a key that nothing has.
        #expect(try trespass([Self.denied, Self.denied, .s3(204)]) == .done)
        #expect(try trespass([Self.denied, Self.denied, Self.denied, .s3(200)]) == .done)
        let lost = ScriptedServer.Answer.error(404, "NoSuchKey")
        #expect(try trespass([Self.denied, lost, Self.denied, .s3(200)]) == .done)
        // What a proxy says to whoever comes is no list.
        let page = ScriptedServer.Answer.s3(200, [], "<html>welcome</html>")
        #expect(throws: StoreError.self) { try trespass([page] + Self.denials) }
    }

    /// Of a bucket that locks: what is written with a lock, and then perhaps without.
    @Test(
        arguments: [
            ([(200, "")], 4, true), ([(403, "AccessDenied"), (200, "")], 5, true),
            ([(400, "InvalidRequest"), (403, "AccessDenied")], 5, false),
            ([(403, "InvalidAccessKeyId")], 4, false),
        ] as [([(Int, String)], Int, Bool)]
    )
    func `a stranger writes as the store does`(
        answers: [(Int, String)],
        count: Int,
        isDone: Bool
    ) throws {
        let writes = answers.map { status, code in
            status == 200 ? ScriptedServer.Answer.s3(200) : .error(status, code)
        }
        let policy = LockPolicy(mode: .compliance, days: 1)
        let asked = Array(Self.denials.dropLast()) + writes
        let answer = try trespass(asked, lockPolicy: policy) { reached in
            try #require(reached.requests.count == count)
            let mode = "\r\nx-amz-object-lock-mode: COMPLIANCE\r\n"
            #expect(reached.requests[3].contains(mode))
            #expect(count == 4 || !reached.requests[4].contains(mode))
        }
        #expect((answer == .done) == isDone)
    }

    @Test(arguments: [
        (403, "AccessDenied"), (403, "InvalidAccessKeyId"), (403, "SignatureDoesNotMatch"),
        (400, "InvalidToken"), (401, "Unauthorized"),
    ])
    func `whoever is kept out is refused`(status: Int, code: String) throws {
        let answer = ScriptedServer.Answer.error(status, code)
        let refused = AttackAnswer.refused("\(status) \(code)")
        #expect(try trespass([answer, answer, answer, answer]) == refused)
    }

    @Test(arguments: [
        (500, "InternalError"), (503, "SlowDown"), (403, "RequestTimeTooSkewed"), (403, ""),
        (400, "AuthorizationHeaderMalformed"), (400, "ExpiredToken"), (400, "InvalidRequest"),
        (301, "PermanentRedirect"), (404, "NoSuchBucket"), (412, "PreconditionFailed"),
    ])
    func `what is not about who asks is no refusal`(status: Int, code: String) throws {
        let answer = ScriptedServer.Answer.error(status, code)
        #expect(throws: StoreError.self) { try trespass([answer] + Self.denials) }
        #expect(throws: StoreError.self) { try trespass(Array(Self.denials.dropLast()) + [answer]) }
    }

    @Test func `credentials are good that list their own area`() throws {
        try withStore([Self.list, Self.denied]) { (store, server) throws in
            try store.checkCredentials()
            #expect(throws: StoreError.self) { try store.checkCredentials() }
            let line = "GET /bucket?list-type=2&max-keys=1&prefix=p%2F"
            #expect(server.reached.lines == [line, line])
        }
    }

    // MARK: - Access

    private static func policy(_ grantees: String...) -> String {
        let grants = grantees.map { grantee in
            "<Grant><Grantee>\(grantee)</Grantee><Permission>READ</Permission></Grant>"
        }
        return "<AccessControlPolicy><Owner><ID>ours</ID><DisplayName>x</DisplayName></Owner>"
            + "<AccessControlList>\(grants.joined())</AccessControlList></AccessControlPolicy>"
    }

    private static let group = "<URI>http://acs.amazonaws.com/groups/"

    @Test func `a bucket's access list names whose it is`() throws {
        let text = Self.policy("<ID>ours</ID>", "<ID>b</ID>", "<ID>a</ID>", "<ID>b</ID>")
        let answers = [ScriptedServer.Answer.s3(200, [], text), .error(501, "NotImplemented")]
        try withStore(answers) { (store, server) throws in
            let expected = AccessList(owner: "ours", grantees: ["b", "a"])
            #expect(try store.accessList() == expected)
            #expect(server.reached.lines == ["GET /bucket?acl="])
            #expect(throws: StoreError.self) { try store.accessList() }
        }
    }

    @Test(arguments: ["AllUsers", "AuthenticatedUsers"])
    func `a group of everybody is everybody`(name: String) throws {
        let text = Self.policy("<ID>ours</ID>", "\(Self.group)global/\(name)</URI>")
        let access = try #require(try access(text))
        #expect(access.isOpen && access.grantees.count == 1)
    }

    @Test func `other groups are some who may enter, and addresses are counted`() throws {
        let text = Self.policy(
            "\(Self.group)s3/LogDelivery</URI>",
            "<EmailAddress>a@example.jp</EmailAddress>",
            "<EmailAddress>b@example.jp</EmailAddress>",
            "<EmailAddress>a@example.jp</EmailAddress>"
        )
        let log = "http://acs.amazonaws.com/groups/s3/LogDelivery"
        #expect(try access(text) == AccessList(owner: "ours", grantees: [log], unnamed: 2))
    }

    @Test func `a list that does not name all is none`() throws {
        let long = String(repeating: "x", count: 257)
        let many = String(
            repeating: "<Grant><Grantee><ID>a</ID></Grantee></Grant>",
            count: 101
        )
        for text in [
            Self.policy("<Type>CanonicalUser</Type>"), Self.policy("<ID></ID>"),
            Self.policy("<ID>\(long)</ID>"), "<AccessControlPolicy></AccessControlPolicy>",
            Self.policy().replacing("<ID>ours</ID>", with: "<ID></ID>"),
            Self.policy().replacing("<AccessControlList></AccessControlList>", with: ""),
            Self.policy().replacing("<AccessControlList>", with: "<AccessControlList>\(many)"),
        ] {
            #expect(try access(text) == nil, "\(text.prefix(200))")
        }
        #expect(try access(Self.policy()) == AccessList(owner: "ours"))
    }

    private func access(_ text: String) throws -> AccessList? {
        AccessList(try #require(S3Document.root(of: Array(text.utf8))))
    }

    // MARK: - Policies

    private static func status(_ word: String) -> ScriptedServer.Answer {
        .s3(200, [], "<PolicyStatus><IsPublic>\(word)</IsPublic></PolicyStatus>")
    }

    @Test func `a policy for everybody is told`() throws {
        try withStore([
            Self.status("true"), Self.status("TRUE"), Self.status("false"),
        ]) { (store, server) throws in
            #expect(try store.isPublic())
            #expect(try store.isPublic())
            #expect(try !store.isPublic())
            #expect(server.reached.lines.first == "GET /bucket?policyStatus=")
        }
    }

    @Test(arguments: [
        (404, "NoSuchBucketPolicy"), (405, "MethodNotAllowed"), (501, "NotImplemented"),
        (400, "NotImplemented"), (400, "MethodNotAllowed"),
    ])
    func `where there is no policy there is none for everybody`(status: Int, code: String) throws {
        try withStore([.error(status, code)]) { (store, _) throws in
            #expect(try !store.isPublic())
        }
    }

    @Test func `a policy that is not told is not known`() throws {
        try withStore([
            .error(403, "AccessDenied"), .error(404, "NoSuchBucket"), Self.status("perhaps"),
            .s3(200, [], "<PolicyStatus/>"), Self.list,
        ]) { (store, _) throws in
            for _ in 0..<5 {
                #expect(throws: StoreError.self) { try store.isPublic() }
            }
        }
    }

    // MARK: - Services

    @Test func `Amazon's regions are one service, and other servers one each`() throws {
        #expect(try service("s3.ap-northeast-1.amazonaws.com") == "amazonaws.com")
        #expect(try service("s3.us-east-1.amazonaws.com") == "amazonaws.com")
        #expect(try service("s3.amazonaws.com.example.jp") == "s3.amazonaws.com.example.jp:9000")
        #expect(try service("192.0.2.1") == "192.0.2.1:9000")
    }

    private func service(_ host: String) throws -> String {
        try S3Store(
            name: "cloud",
            location: S3Location(isSecure: true, host: host, port: 9_000, bucket: "bucket"),
            lockPolicy: nil,
            credentials: try exampleCredentials(),
            clock: { exampleTime },
            patience: exampleImpatience
        ).service
    }
}
