import HTTP
import Model
import Testing

@testable import S3Store

@Suite struct SigV4Tests {
    private static let location = S3Location(
        isSecure: true,
        host: "s3.amazonaws.com",
        port: 443,
        bucket: "examplebucket",
        style: .virtualHosted
    )

    /// Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring
    /// Payload in a Single Chunk", the four examples.
    private static let examples: [(S3Request, String, String)] = [
        (
            S3Request("", "GET", "test.txt", headers: [HTTPHeader("range", "bytes=0-9")]),
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        ),
        (
            S3Request(
                "",
                "PUT",
                "test$file.text",
                headers: [
                    HTTPHeader("date", "Fri, 24 May 2013 00:00:00 GMT"),
                    HTTPHeader("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ],
                body: Array("Welcome to Amazon S3.".utf8)
            ),
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        (
            S3Request("", "GET", nil, query: [("lifecycle", "")]),
            "host;x-amz-content-sha256;x-amz-date",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        ),
        (
            S3Request("", "GET", nil, query: [("prefix", "J"), ("max-keys", "2")]),
            "host;x-amz-content-sha256;x-amz-date",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        ),
    ]

    @Test(arguments: 0..<4)
    func `Amazon's examples have Amazon's signatures`(number: Int) throws {
        let (request, names, signature) = Self.examples[number]
        let signer = SigV4(Self.location, try exampleCredentials())
        // Twice: the second time by the key that was kept.
        for _ in 0..<2 {
            let signed = try signer.sign(request, at: exampleTime)
            #expect(
                signed.headers.last
                    == HTTPHeader(
                        "authorization",
                        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/"
                            + "aws4_request, SignedHeaders=\(names), Signature=\(signature)"
                    )
            )
            #expect(signed.body == request.body)
        }
    }

    @Test func `a request is sent as it is signed`() throws {
        let signer = SigV4(Self.location, try exampleCredentials())
        let targets = try Self.examples.map { try signer.sign($0.0, at: exampleTime).target }
        #expect(
            targets == ["/test.txt", "/test%24file.text", "/?lifecycle=", "/?max-keys=2&prefix=J"]
        )
        let query = [("b", "1 + 1"), ("a-b", ""), ("a", "日")]
        let request = S3Request("", "GET", "p\u{e4}ck/~x y", query: query)
        let target = try signer.sign(request, at: exampleTime).target
        #expect(target == "/p%C3%A4ck/~x%20y?a=%E6%97%A5&a-b=&b=1%20%2B%201")
    }

    @Test func `another day has another key`() throws {
        let signer = SigV4(Self.location, try exampleCredentials())
        let request = S3Request("", "GET", "a")
        let signed = try [0, 86_400, 0].map { (later: Int64) -> String in
            let time = Timestamp(seconds: exampleTime.seconds + later)
            return try signer.sign(request, at: time).headers.last?.value ?? ""
        }
        #expect(signed[0] == signed[2])
        #expect(signed[0] != signed[1])
        #expect(signed[1].contains("/20130525/"))
    }

    @Test func `the bucket stands in the path or in the host`() {
        let inHost = Self.location
        #expect(inHost.authority == "examplebucket.s3.amazonaws.com")
        #expect("\(inHost.endpoint)" == "https://examplebucket.s3.amazonaws.com:443")
        #expect(inHost.path(of: nil) == "/")
        #expect(inHost.path(of: "a/b") == "/a/b")
        let inPath = S3Location(
            isSecure: false,
            host: "::1",
            port: 9_000,
            bucket: "bucket",
            prefix: "toride/ehr/"
        )
        #expect(inPath.authority == "[::1]:9000")
        #expect("\(inPath.endpoint)" == "http://[::1]:9000")
        #expect(inPath.path(of: nil) == "/bucket")
        #expect(inPath.path(of: "a/b") == "/bucket/toride/ehr/a/b")
        let place = S3Store.place(named: "cloud", location: inPath)
        #expect(place == "cloud (http://[::1]:9000/bucket/toride/ehr)")
        let bare = S3Store.place(named: "cloud", location: inHost)
        #expect(bare == "cloud (https://s3.amazonaws.com/examplebucket)")
    }

    @Test func `what a service encodes is decoded`() {
        #expect(PercentEncoding.decode("a%2Fb+c%2B%e6%97%a5") == "a/b c+日")
        for wrong in ["%", "%2", "%2g", "%g2"] {
            #expect(PercentEncoding.decode(wrong) == nil)
        }
    }
}
