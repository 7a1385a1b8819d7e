import HTTP
import Model
import ObjectStore
import TestSupport
import Testing

@testable import S3Store

@Suite(.timeLimit(.minutes(15))) struct S3StoreWritingTests {
    private static let hello = Array("hello".utf8)
    private static let helloMD5 = "5d41402abc4b2a76b9719d911017c592"
    private static let lockPolicy = LockPolicy(mode: .compliance, days: 30)

    @Test func `an object is put once, with its sums and its lock`() throws {
        let answers = [ScriptedServer.Answer.s3(200, ["ETag: \"\(Self.helloMD5)\""])]
        try withStore(answers, lockPolicy: Self.lockPolicy) { (store, server) throws in
            try store.put(Self.hello, at: "keys/a b")
            let request = try #require(server.reached.requests.first)
            #expect(request.hasPrefix("PUT /bucket/p/keys/a%20b HTTP/1.1\r\n"))
            let sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
            for header in [
                "if-none-match: *", "content-md5: XUFAKrxLKna5cZ2REBfFkg==", "Content-Length: 5",
                "x-amz-content-sha256: \(sha256)", "x-amz-date: 20130524T000000Z",
                "x-amz-object-lock-mode: COMPLIANCE",
                "x-amz-object-lock-retain-until-date: 2013-06-23T00:00:00Z",
            ] {
                #expect(request.contains("\r\n\(header)\r\n"), "\(header)")
            }
            #expect(
                request.contains(
                    "SignedHeaders=content-md5;host;if-none-match;x-amz-content-sha256;x-amz-date;"
                        + "x-amz-object-lock-mode;x-amz-object-lock-retain-until-date, "
                )
            )
            #expect(request.hasSuffix("\r\n\r\nhello"))
            #expect(!request.contains(exampleSecret))
        }
    }

    @Test func `without a policy nothing is locked`() throws {
        try withStore([.s3(200)]) { (store, server) throws in
            try store.put(Self.hello, at: "a")
            #expect(server.reached.requests.first?.contains("object-lock") == false)
        }
    }

    @Test func `what is there stays, and is taken for the same if it is as long`() throws {
        let present = ScriptedServer.Answer.head(200, ["Content-Length: 5"])
        let refused = ScriptedServer.Answer.error(412, "PreconditionFailed")
        try withStore([refused, present, refused, present]) { (store, server) throws in
            try store.put(Self.hello, at: "a")
            #expect(throws: StoreError.exists(key: "a", place: store.place)) {
                try store.put([1], at: "a")
            }
            #expect(
                server.reached.lines == [
                    "PUT /bucket/p/a", "HEAD /bucket/p/a", "PUT /bucket/p/a", "HEAD /bucket/p/a",
                ]
            )
        }
    }

    @Test func `a service that stored other bytes is told`() throws {
        let other = "ETag: \"\(String(repeating: "0", count: 32))\""
        try withStore([
            .s3(200, [other]), .s3(200, [other, "x-amz-server-side-encryption: aws:kms"]),
            .s3(200, ["ETag: \"\(Self.helloMD5)-1\""]),
        ]) { (store, _) throws in
            let error = #expect(throws: StoreError.self) { try store.put(Self.hello, at: "a") }
            guard case .failed("writing", "a", store.place, let reason, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains("other bytes"))
            // These tags are no MD5 of the object.
            try store.put(Self.hello, at: "a")
            try store.put(Self.hello, at: "a")
        }
    }

    // MARK: - In parts

    private static let begun = ScriptedServer.Answer.s3(
        200,
        [],
        "<InitiateMultipartUploadResult><UploadId>u/1</UploadId></InitiateMultipartUploadResult>"
    )
    private static let completed = ScriptedServer.Answer.s3(
        200,
        ["x-amz-version-id: v1"],
        "<CompleteMultipartUploadResult><ETag>x-3</ETag></CompleteMultipartUploadResult>"
    )
    private static let parts = ["t1", "t2", "t3"].map {
        ScriptedServer.Answer.s3(200, ["ETag: \"\($0)\""])
    }
    /// The object is not there, and its bucket is.
    private static let absent = [ScriptedServer.Answer.head(404, []), .head(200, [])]

    @Test func `a long object is sent in parts, and locked by itself`() throws {
        let answers = Self.absent + [Self.begun] + Self.parts + [Self.completed, .s3(200)]
        try withStore(
            answers,
            lockPolicy: Self.lockPolicy,
            partBytes: 4
        ) { (store, server) throws in
            try store.put(Array("aaaabbbbcc".utf8), at: "a")
            let reached = server.reached
            #expect(
                reached.lines == [
                    "HEAD /bucket/p/a", "HEAD /bucket", "POST /bucket/p/a?uploads=",
                    "PUT /bucket/p/a?partNumber=1&uploadId=u%2F1",
                    "PUT /bucket/p/a?partNumber=2&uploadId=u%2F1",
                    "PUT /bucket/p/a?partNumber=3&uploadId=u%2F1",
                    "POST /bucket/p/a?uploadId=u%2F1", "PUT /bucket/p/a?retention=&versionId=v1",
                ]
            )
            try #require(reached.requests.count == 8)
            #expect(reached.requests[2].contains("\r\nx-amz-object-lock-mode: COMPLIANCE\r\n"))
            #expect(reached.requests[5].contains("\r\ncontent-md5: 4DI6kDmt0peL9bSVUFcsfA==\r\n"))
            #expect(reached.requests[5].hasSuffix("\r\n\r\ncc"))
            #expect(reached.requests[6].contains("\r\nif-none-match: *\r\n"))
            #expect(
                reached.requests[6].hasSuffix(
                    "<Part><PartNumber>3</PartNumber><ETag>&quot;t3&quot;</ETag></Part>"
                        + "</CompleteMultipartUpload>"
                )
            )
            #expect(reached.requests[7].contains("<Mode>COMPLIANCE</Mode>"))
            #expect(reached.requests[7].contains("\r\ncontent-md5: "))
        }
    }

    @Test func `an upload that fails is given up, and its parts with it`() throws {
        let busy = ScriptedServer.Answer.error(503, "SlowDown")
        let answers = Self.absent + [Self.begun, Self.parts[0], busy, .s3(204)]
        try withStore(answers, partBytes: 4) { (store, server) throws in
            let error = #expect(throws: StoreError.self) {
                try store.put(Array("aaaabbbbcc".utf8), at: "a")
            }
            guard case .busy("writing", "a", store.place, "503 SlowDown") = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(server.reached.lines.last == "DELETE /bucket/p/a?uploadId=u%2F1")
        }
    }

    @Test func `an upload that fails behind a good head is told, and given up`() throws {
        let failed = ScriptedServer.Answer.error(200, "InternalError")
        let answers = Self.absent + [Self.begun] + Self.parts + [failed, .s3(204)]
        try withStore(answers, partBytes: 4) { (store, server) throws in
            let error = #expect(throws: StoreError.self) {
                try store.put(Array("aaaabbbbcc".utf8), at: "a")
            }
            guard case .busy = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(server.reached.lines.last == "DELETE /bucket/p/a?uploadId=u%2F1")
        }
    }

    @Test func `a long object that is there is not sent`() throws {
        let present = ScriptedServer.Answer.head(200, ["Content-Length: 10"])
        try withStore([present, present], partBytes: 4) { (store, server) throws in
            try store.put(Array("aaaabbbbcc".utf8), at: "a")
            #expect(server.reached.lines == ["HEAD /bucket/p/a", "HEAD /bucket/p/a"])
        }
    }
}
