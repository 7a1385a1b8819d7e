import HTTP
import Model
import ObjectStore
import TestSupport
import Testing

@testable import S3Store

@Suite(.timeLimit(.minutes(15))) struct S3StoreLockTests {
    private static let until = Timestamp(seconds: exampleTime.seconds + 86_400)
    private static let strong = ObjectLock(mode: .compliance, until: until)

    private static func retention(_ mode: String, _ until: String) -> ScriptedServer.Answer {
        let mode = "<Mode>\(mode)</Mode>"
        let until = "<RetainUntilDate>\(until)</RetainUntilDate>"
        return .s3(200, [], "<Retention>\(mode)\(until)</Retention>")
    }

    @Test func `a lock is read from the head, or asked for`() throws {
        let head = ScriptedServer.Answer.head(
            200,
            [
                "Content-Length: 5", "x-amz-object-lock-mode: COMPLIANCE",
                "x-amz-object-lock-retain-until-date: 2013-05-25T00:00:00.000000000Z",
            ]
        )
        let bare = ScriptedServer.Answer.head(200, ["Content-Length: 5"])
        let asked = Self.retention("GOVERNANCE", "2013-05-25T00:00:00Z")
        try withStore([head, bare, asked]) { (store, server) throws in
            #expect(try store.lock(of: "a", version: "v") == Self.strong)
            #expect(
                try store.lock(of: "a", version: nil)
                    == ObjectLock(mode: .governance, until: Self.until)
            )
            #expect(
                server.reached.lines == [
                    "HEAD /bucket/p/a?versionId=v", "HEAD /bucket/p/a",
                    "GET /bucket/p/a?retention=",
                ]
            )
        }
    }

    @Test(arguments: [
        (404, "NoSuchObjectLockConfiguration"), (404, "ObjectLockConfigurationNotFoundError"),
        (400, "InvalidRequest"), (501, "NotImplemented"),
    ])
    func `what is not locked is said in many ways`(status: Int, code: String) throws {
        let bare = ScriptedServer.Answer.head(200, ["Content-Length: 5"])
        try withStore([bare, .error(status, code)]) { (store, _) throws in
            #expect(try store.lock(of: "a", version: nil) == nil)
        }
    }

    @Test func `what does not tell of a lock is no proof that there is none`() throws {
        let bare = ScriptedServer.Answer.head(200, ["Content-Length: 5"])
        try withStore([
            bare, .error(403, "AccessDenied"), bare, .s3(200, [], "nothing"),
            bare, Self.retention("FOREVER", "2013-05-25T00:00:00Z"),
            bare, Self.retention("COMPLIANCE", "soon"), .head(404, []),
        ]) { (store, _) throws in
            for _ in 0..<5 {
                #expect(throws: StoreError.self) { try store.lock(of: "a", version: nil) }
            }
        }
    }

    @Test func `a lock is set for one version`() throws {
        try withStore([.s3(200), .error(403, "AccessDenied")]) { (store, server) throws in
            try store.extendLock(of: "a", version: "v", to: Self.strong)
            #expect(throws: StoreError.self) {
                try store.extendLock(of: "a", version: nil, to: Self.strong)
            }
            let request = try #require(server.reached.requests.first)
            #expect(request.hasPrefix("PUT /bucket/p/a?retention=&versionId=v "))
            #expect(
                request.hasSuffix(
                    "<Mode>COMPLIANCE</Mode><RetainUntilDate>2013-05-25T00:00:00Z"
                        + "</RetainUntilDate></Retention>"
                )
            )
        }
    }

    @Test func `a bucket tells whether it keeps versions and locks`() throws {
        let kept = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
        let off = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"
        let locks =
            "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
            + "</ObjectLockConfiguration>"
        try withStore([
            .s3(200, [], kept), .s3(200, [], locks), .s3(200, [], off),
            .error(404, "ObjectLockConfigurationNotFoundError"),
            .s3(200, [], "<VersioningConfiguration/>"), .error(501, "NotImplemented"),
            .error(404, "NoSuchBucket"), .error(403, "AccessDenied"),
        ]) { (store, _) throws in
            #expect(
                try store.protection() == StoreProtection(keepsVersions: true, canLock: true)
            )
            for _ in 0..<2 {
                #expect(
                    try store.protection() == StoreProtection(keepsVersions: false, canLock: false)
                )
            }
            for _ in 0..<2 {
                #expect(throws: StoreError.self) { try store.protection() }
            }
        }
    }

    // MARK: - Attacks

    private static let versions = ScriptedServer.Answer.s3(
        200,
        [],
        """
        <ListVersionsResult>
        <DeleteMarker><Key>p/a</Key><VersionId>2</VersionId><IsLatest>true</IsLatest>
        <LastModified>2013-05-24T00:00:01Z</LastModified></DeleteMarker>
        <Version><Key>p/a</Key><VersionId>1</VersionId><IsLatest>false</IsLatest>
        <LastModified>2013-05-24T00:00:00Z</LastModified><Size>9</Size></Version>
        <Version><Key>p/ab</Key><VersionId>1</VersionId><IsLatest>true</IsLatest>
        <LastModified>2013-05-24T00:00:00Z</LastModified><Size>9</Size></Version>
        </ListVersionsResult>
        """
    )
    private static let head = ScriptedServer.Answer.head(
        200,
        [
            "Content-Length: 9", "x-amz-object-lock-mode: COMPLIANCE",
            "x-amz-object-lock-retain-until-date: 2013-05-25T00:00:00Z",
        ]
    )

    /// What is asked before an attack, its request, and what its body or head holds.
    private static let attacks: [(Attack, [ScriptedServer.Answer], String, String)] = [
        (.delete, [], "DELETE /bucket/p/a", "HTTP/1.1"),
        (.deleteVersion, [versions], "DELETE /bucket/p/a?versionId=1", "HTTP/1.1"),
        (
            .bypass, [versions], "DELETE /bucket/p/a?versionId=1",
            "x-amz-bypass-governance-retention: true"
        ),
        (.overwrite, [], "PUT /bucket/p/a", "content-md5: "),
        (
            .shortenLock, [versions, head], "PUT /bucket/p/a?retention=&versionId=1",
            "<Mode>COMPLIANCE</Mode><RetainUntilDate>2013-05-24T00:01:00Z</RetainUntilDate>"
        ),
        (
            .weakenLock, [versions, head], "PUT /bucket/p/a?retention=&versionId=1",
            "<Mode>GOVERNANCE</Mode><RetainUntilDate>2013-05-25T00:00:00Z</RetainUntilDate>"
        ),
        (
            .removeLock, [versions, head], "PUT /bucket/p/a?retention=&versionId=1",
            "<Retention xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"></Retention>"
        ),
        (.suspendVersions, [], "PUT /bucket?versioning=", "<Status>Suspended</Status>"),
    ]

    @Test(arguments: 0..<8)
    func `an attack asks for harm, and says what the service answers`(number: Int) throws {
        let (attack, before, line, holds) = Self.attacks[number]
        let denied = ScriptedServer.Answer.error(403, "AccessDenied")
        try withStore(before + [denied] + before + [.s3(204)]) { (store, server) throws in
            #expect(try store.attempt(attack, on: "a") == .refused("403 AccessDenied"))
            #expect(try store.attempt(attack, on: "a") == .done)
            let reached = server.reached
            #expect(reached.lines.last == line)
            #expect(reached.requests.last?.contains(holds) == true)
            #expect(reached.requests.last?.contains("if-none-match") == false)
        }
    }

    @Test(arguments: [
        (500, "InternalError"), (503, "SlowDown"), (403, "SignatureDoesNotMatch"),
        (403, "RequestTimeTooSkewed"), (403, "InvalidAccessKeyId"), (403, ""), (404, "NoSuchKey"),
        (404, "NoSuchBucket"),
    ])
    func `an answer that has not thought about it is no refusal`(status: Int, code: String) throws {
        try withStore([.error(status, code)]) { (store, _) throws in
            _ = #expect(throws: StoreError.self) { try store.attempt(.delete, on: "a") }
        }
    }

    @Test func `in a list the object's own answer counts`() throws {
        let begin = "<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        let end = "</DeleteResult>"
        let error = "<Error><Key>p/a</Key><Code>AccessDenied</Code></Error>"
        let refused = "\(begin)\(error)\(end)"
        let done = "\(begin)<Deleted><Key>p/a</Key></Deleted>\(end)"
        try withStore([
            Self.versions, .s3(200, [], refused), Self.versions, .s3(200, [], done),
            Self.versions, .s3(200, [], "\(begin)\(end)"),
        ]) { (store, server) throws in
            #expect(
                try store.attempt(.deleteInBatch, on: "a") == .refused("403 AccessDenied")
            )
            let request = try #require(server.reached.requests.last)
            #expect(request.hasPrefix("POST /bucket?delete= "))
            #expect(request.contains("\r\ncontent-md5: "))
            #expect(request.contains("<Key>p/a</Key><VersionId>1</VersionId>"))
            #expect(try store.attempt(.deleteInBatch, on: "a") == .done)
            #expect(throws: StoreError.self) { try store.attempt(.deleteInBatch, on: "a") }
        }
    }

    @Test func `what has no lock has none to take away`() throws {
        let bare = ScriptedServer.Answer.head(200, ["Content-Length: 9"])
        let none = ScriptedServer.Answer.error(404, "NoSuchObjectLockConfiguration")
        let ask = [Self.versions, bare, none]
        try withStore(ask + ask + ask + [none]) { (store, _) throws in
            for attack in [Attack.shortenLock, .weakenLock, .removeLock, .disableLocks] {
                #expect(try store.attempt(attack, on: "a") == .notApplicable)
            }
        }
    }

    @Test func `an attack on the rule for locks takes nothing away`() throws {
        let rule =
            "<Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>30</Days>"
            + "</DefaultRetention></Rule>"
        let before =
            "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
            + "\(rule)</ObjectLockConfiguration>"
        try withStore([.s3(200, [], before), .s3(200)]) { (store, server) throws in
            #expect(try store.attempt(.disableLocks, on: "a") == .done)
            let requests = server.reached.requests
            try #require(requests.count == 2)
            #expect(requests[1].hasPrefix("PUT /bucket?object-lock= "))
            #expect(requests[1].contains(rule))
        }
    }

    @Test func `a bucket that was told to keep no versions is told to keep them again`() throws {
        try withStore([.s3(200), .s3(200)]) { (store, server) throws in
            #expect(try store.attempt(.suspendVersions, on: "a") == .done)
            try store.undo(.suspendVersions)
            try store.undo(.delete)
            #expect(server.reached.requests.last?.contains("<Status>Enabled</Status>") == true)
            #expect(server.reached.requests.count == 2)
        }
    }
}
