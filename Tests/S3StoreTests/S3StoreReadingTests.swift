import HTTP
import Model
import ObjectStore
import TestSupport
import Testing

@testable import S3Store

@Suite(.timeLimit(.minutes(15))) struct S3StoreReadingTests {
    @Test func `an object is read whole, up to a limit`() throws {
        let hello = ScriptedServer.Answer.s3(200, [], "hello")
        let inChunks = ScriptedServer.Answer.head(
            200,
            ["Transfer-Encoding: chunked"],
            "5\r\nhello\r\n0\r\n\r\n"
        )
        try withStore([hello, .end(text(hello)), inChunks]) { (store, server) throws in
            #expect(try store.get("a", bytesMax: 5) == Array("hello".utf8))
            #expect(throws: StoreError.tooLarge(key: "a", place: store.place, bytes: 5)) {
                try store.get("a", bytesMax: 4)
            }
            #expect(try store.get("a", bytesMax: 5) == Array("hello".utf8))
            #expect(server.reached.lines.first == "GET /bucket/p/a")
        }
    }

    @Test func `an answer that is cut, or whose end nobody knows, is no object`() throws {
        try withStore([
            .end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"),
            .end("HTTP/1.1 200 OK\r\n\r\nhello"),
        ]) { (store, _) throws in
            let cut = #expect(throws: StoreError.self) { try store.get("a", bytesMax: 100) }
            #expect(isBusy(cut))
            let endless = #expect(throws: StoreError.self) { try store.get("a", bytesMax: 100) }
            #expect(isFailed(endless))
        }
    }

    @Test func `a part is read exactly`() throws {
        let part = ScriptedServer.Answer.s3(206, ["Content-Range: bytes 1-3/5"], "ell")
        let short = ScriptedServer.Answer.s3(206, ["Content-Range: bytes 3-4/5"], "lo")
        let end = ScriptedServer.Answer.error(416, "InvalidRange")
        try withStore([part, short, end]) { (store, server) throws in
            #expect(try store.get("a", range: 1..<4) == Array("ell".utf8))
            for range in [3..<6, 7..<8] {
                #expect(throws: StoreError.truncated(key: "a", place: store.place)) {
                    try store.get("a", range: range)
                }
            }
            #expect(server.reached.requests.first?.contains("\r\nrange: bytes=1-3\r\n") == true)
        }
    }

    @Test func `another part than was asked for is refused`() throws {
        try withStore([
            .s3(200, [], "ell"), .end(text(.s3(200, [], "hello"))),
            .s3(206, ["Content-Range: bytes 0-2/5"], "hel"),
        ]) { (store, _) throws in
            for _ in 0..<3 {
                let error = #expect(throws: StoreError.self) {
                    try store.get("a", range: 1..<4)
                }
                #expect(isFailed(error))
            }
        }
    }

    @Test func `a part without bytes is asked of the object's size`() throws {
        let size = ScriptedServer.Answer.head(200, ["Content-Length: 5"])
        try withStore([size, size]) { (store, _) throws in
            #expect(try store.get("a", range: 5..<5) == [])
            #expect(throws: StoreError.truncated(key: "a", place: store.place)) {
                try store.get("a", range: 6..<6)
            }
        }
    }

    @Test func `a stream hands on what comes, in order`() throws {
        let large = String(repeating: "0123456789", count: 50_000)
        let answers: [ScriptedServer.Answer] = [
            .s3(200, [], large), .error(404, "NoSuchKey"), .s3(200),
        ]
        try withStore(answers) { (store, _) throws in
            var bytes: [UInt8] = []
            unsafe try store.stream("a") { unsafe bytes.append(contentsOf: $0) }
            #expect(bytes == Array(large.utf8))
            var count = 0
            #expect(throws: StoreError.missing(key: "b", place: store.place)) {
                unsafe try store.stream("b") { count += $0.count }
            }
            unsafe try store.stream("c") { count += $0.count }
            #expect(count == 0)
        }
    }

    @Test func `a size is told, and a bucket that is not there is no missing object`() throws {
        try withStore([
            .head(200, ["Content-Length: 5000000000"]), .head(404, []), .head(200, []),
            .head(404, []), .head(404, []),
        ]) { (store, server) throws in
            #expect(try store.size(of: "a") == 5_000_000_000)
            #expect(try store.size(of: "b") == nil)
            let error = #expect(throws: StoreError.self) { try store.size(of: "c") }
            guard case .unavailable(store.place, "404 NoSuchBucket", _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(
                server.reached.lines == [
                    "HEAD /bucket/p/a", "HEAD /bucket/p/b", "HEAD /bucket", "HEAD /bucket/p/c",
                    "HEAD /bucket",
                ]
            )
        }
    }

    // MARK: - Lists

    @Test func `a list is read page by page, without the prefix`() throws {
        let first = """
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
            <EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
            <NextContinuationToken>t+1=</NextContinuationToken>
            <Contents><Key>p/keys/a%2Bb</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified>
            <ETag>&quot;0a&quot;</ETag><Size>7</Size></Contents></ListBucketResult>
            """
        let last = """
            <ListBucketResult><IsTruncated>false</IsTruncated>
            <Contents><Key>p/keys/c%2B</Key><Size>0</Size></Contents></ListBucketResult>
            """
        try withStore([.s3(200, [], first), .s3(200, [], last)]) { (store, server) throws in
            let objects = try store.list(prefix: "keys/")
            #expect(
                objects == [
                    StoredObject(key: "keys/a+b", size: 7, mark: "0a-2026-01-02T03:04:05.000Z"),
                    // Only what says so is encoded.
                    StoredObject(key: "keys/c%2B", size: 0),
                ]
            )
            let query = "encoding-type=url&list-type=2&prefix=p%2Fkeys%2F"
            #expect(
                server.reached.lines == [
                    "GET /bucket?\(query)",
                    "GET /bucket?continuation-token=t%2B1%3D&\(query)",
                ]
            )
        }
    }

    @Test(arguments: [
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<ListBucketResult><Contents><Key>q/a</Key><Size>1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>p/a</Key><Size>-1</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>p/a</Key></Contents></ListBucketResult>",
        "<ListBucketResult><EncodingType>url</EncodingType>"
            + "<Contents><Key>p/%</Key><Size>1</Size></Contents></ListBucketResult>",
        "<html><body>log in</body></html>", "log in", "",
    ])
    func `a list that is none of S3's is an error, and no empty list`(body: String) throws {
        try withStore([.s3(200, [], body)]) { (store, _) throws in
            let error = #expect(throws: StoreError.self) { try store.list(prefix: "") }
            #expect(isFailed(error))
        }
    }

    @Test func `versions come by key, the newest first`() throws {
        let first = """
            <ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
            <NextKeyMarker>p/b%2B</NextKeyMarker><NextVersionIdMarker>2</NextVersionIdMarker>
            <Version><Key>p/b%2B</Key><VersionId>1</VersionId><IsLatest>false</IsLatest>
            <LastModified>2026-01-02T03:04:05.000Z</LastModified><Size>7</Size></Version>
            <Version><Key>p/b%2B</Key><VersionId>2</VersionId><IsLatest>false</IsLatest>
            <LastModified>2026-01-02T03:04:06.000Z</LastModified><Size>8</Size></Version>
            </ListVersionsResult>
            """
        let last = """
            <ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>
            <DeleteMarker><Key>p/b%2B</Key><VersionId>3</VersionId><IsLatest>true</IsLatest>
            <LastModified>2026-01-02T03:04:06.000Z</LastModified></DeleteMarker>
            <Version><Key>p/a</Key><VersionId>null</VersionId><IsLatest>true</IsLatest>
            <LastModified>2026-01-02T03:04:06.000Z</LastModified><Size>9</Size></Version>
            </ListVersionsResult>
            """
        try withStore([.s3(200, [], first), .s3(200, [], last)]) { (store, server) throws in
            let versions = try store.versions(prefix: "")
            #expect(versions.map(\.key) == ["a", "b+", "b+", "b+"])
            #expect(versions.map(\.version) == ["null", "3", "2", "1"])
            #expect(versions.map(\.size) == [9, 0, 8, 7])
            #expect(versions.map(\.isNewest) == [true, true, false, false])
            #expect(versions.map(\.isDeleteMarker) == [false, true, false, false])
            let query = "encoding-type=url&prefix=p%2F"
            #expect(
                server.reached.lines == [
                    "GET /bucket?\(query)&versions=",
                    "GET /bucket?encoding-type=url&key-marker=p%2Fb%2B&prefix=p%2F"
                        + "&version-id-marker=2&versions=",
                ]
            )
        }
    }

    @Test func `one version is read by its name, a delete marker not at all`() throws {
        try withStore([.s3(200, [], "old")]) { (store, server) throws in
            func version(isDeleteMarker: Bool) -> StoredVersion {
                StoredVersion(
                    key: "a",
                    version: "v+1",
                    size: 3,
                    isNewest: false,
                    isDeleteMarker: isDeleteMarker
                )
            }
            let old = try store.get(version(isDeleteMarker: false), bytesMax: 3)
            #expect(old == Array("old".utf8))
            #expect(throws: StoreError.missing(key: "a", place: store.place)) {
                try store.get(version(isDeleteMarker: true), bytesMax: 3)
            }
            #expect(server.reached.lines == ["GET /bucket/p/a?versionId=v%2B1"])
        }
    }

    // MARK: - Helpers

    /// What an answer says, to be said by one that closes the connection: what is not taken to its
    /// end cannot be followed by another.
    private func text(_ answer: ScriptedServer.Answer) -> String {
        switch answer {
        case .say(let text), .end(let text): text
        case .silence: ""
        }
    }

    private func isBusy(_ error: StoreError?) -> Bool {
        if case .busy = error { true } else { false }
    }

    private func isFailed(_ error: StoreError?) -> Bool {
        if case .failed = error { true } else { false }
    }
}
