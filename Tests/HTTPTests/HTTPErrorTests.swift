import Glibc
import HTTP
import Model
import TestSupport
import Testing

/// What must throw, and what its message may say.
@Suite(.timeLimit(.minutes(15))) struct HTTPErrorTests {
    private static let thousand = String(repeating: "x", count: 1_000)

    @Test(arguments: [
        "Content-Length: 1000\r\n\r\n\(thousand)",
        "Transfer-Encoding: chunked\r\n\r\n3e8\r\n\(thousand)\r\n0\r\n\r\n",
    ])
    func `an answer that is longer than we take throws`(rest: String) throws {
        let answer = "HTTP/1.1 200 OK\r\n\(rest)"
        try ScriptedServer.run([.end(answer), .end(answer)]) { server in
            let exact = try HTTPClient(server.endpoint, limits(bytesMax: 1_000))
            #expect(try exact.send(HTTPRequest("GET", "/big")).body.count == 1_000)
            let place = "GET \(server.endpoint)/big"
            let small = try HTTPClient(server.endpoint, limits(bytesMax: 999))
            #expect(throws: HTTPError.answerTooLong(place, bytesMax: 999)) {
                try small.send(HTTPRequest("GET", "/big"))
            }
        }
    }

    @Test func `a head without end throws`() throws {
        let field = "X-Much: \(String(repeating: "x", count: 10_000))\r\n"
        let answer = "HTTP/1.1 200 OK\r\n\(String(repeating: field, count: 40))\r\n"
        try ScriptedServer.run([.end(answer)]) { server in
            let client = try HTTPClient(server.endpoint, .usual)
            #expect(throws: HTTPError.self) {
                try client.send(HTTPRequest("GET", "/"))
            }
        }
    }

    /// CURLE_PARTIAL_FILE (18), CURLE_GOT_NOTHING (52), CURLE_UNSUPPORTED_PROTOCOL (1: HTTP/0.9).
    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", 18),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello", 18),
        ("", 52),
        ("hello", 1),
    ])
    func `an answer that is cut, or none, throws`(answer: String, code: Int) throws {
        try ScriptedServer.run([.end(answer)]) { server in
            let client = try HTTPClient(server.endpoint, .usual)
            let error = #expect(throws: HTTPError.self) {
                try client.send(HTTPRequest("GET", "/cut"))
            }
            guard case .brokenOff("GET \(server.endpoint)/cut", let failure) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(failure.code == code)
            #expect(!failure.words.isEmpty)
            #expect(error?.exitCode == .couldNotLook)
        }
    }

    @Test func `a server that never answers is given up`() throws {
        try ScriptedServer.run([.silence]) { server in
            let start = ContinuousClock.now
            let client = try HTTPClient(server.endpoint, .short)
            let error = #expect(throws: HTTPError.self) {
                try client.send(HTTPRequest("GET", "/"))
            }
            #expect(ContinuousClock.now - start < .seconds(10))
            guard case .timedOut = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `a server that is too slow is given up`() throws {
        let limits = HTTPLimits(
            connect: .seconds(20),
            total: .seconds(60),
            bytesMax: 1 << 20,
            bytesPerSecondMin: 10,
            slowSecondsMax: 1
        )
        try ScriptedServer.run([.silence]) { server in
            let start = ContinuousClock.now
            let client = try HTTPClient(server.endpoint, limits)
            let error = #expect(throws: HTTPError.self) {
                try client.send(HTTPRequest("GET", "/"))
            }
            #expect(ContinuousClock.now - start < .seconds(20))
            guard case .timedOut = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `a stop ends a request`() throws {
        try ScriptedServer.run([.silence]) { server in
            let start = ContinuousClock.now
            let client = try HTTPClient(server.endpoint, .usual) {
                ContinuousClock.now - start > .milliseconds(200)
            }
            #expect(throws: HTTPError.stopped("GET \(server.endpoint)/slow")) {
                try client.send(HTTPRequest("GET", "/slow?all"))
            }
            #expect(ContinuousClock.now - start < .seconds(10))
        }
    }

    @Test func `where nobody listens, the message says where`() throws {
        let (number, port) = try Sockets.loopbackListener()
        close(number)
        let nowhere: [(HTTPEndpoint, String)] = [
            (.unixSocket("/nowhere/http"), "GET http://unix:/nowhere/http:/system: "),
            (.tcp(.http, host: "127.0.0.1", port: port), "GET http://127.0.0.1:\(port)/system: "),
        ]
        for (endpoint, beginning) in nowhere {
            let client = try HTTPClient(endpoint, .usual)
            let error = #expect(throws: HTTPError.self) {
                try client.send(HTTPRequest("GET", "/system"))
            }
            guard case .notReached(_, let failure) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            let code: Int32 = endpoint == nowhere[0].0 ? ENOENT : ECONNREFUSED
            let reason = unsafe String(cString: strerror(code))
            #expect(failure.words.hasSuffix(reason))
            #expect(error?.description.hasPrefix(beginning) == true)
            #expect(error?.exitCode == .couldNotLook)
        }
    }

    /// That the file is read shows that TLS is judged by it; a handshake would need a server of its
    /// own.
    @Test func `authorities that cannot be read are an error`() throws {
        try ScriptedServer.run(on: .loopback, [.silence]) { server in
            guard case .tcp(_, let host, let port) = server.endpoint else {
                Issue.record("no port")
                return
            }
            let endpoint = HTTPEndpoint.tcp(.https, host: host, port: port)
            let client = try HTTPClient(endpoint, .usual, caFile: "/nowhere/ca.pem")
            let error = #expect(throws: HTTPError.self) {
                try client.send(HTTPRequest("GET", "/"))
            }
            guard case .notTrusted = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `neither password nor query stands in a message`() throws {
        let credentials = HTTPCredentials(user: "alice", password: "s3cret-word")
        #expect("\(credentials)" == "alice")
        #expect(!"\([credentials])".contains("s3cret"))
        let request = HTTPRequest("GET", "/tools/find?PatientID=4711")
        var messages: [String] = []
        try ScriptedServer.run([.end(""), .silence]) { server in
            let endpoints = [server.endpoint, server.endpoint, .unixSocket("/nowhere/http")]
            for endpoint in endpoints {
                let client = try HTTPClient(endpoint, .short, credentials: credentials)
                let error = #expect(throws: HTTPError.self) { try client.send(request) }
                messages.append("\(error?.description ?? "") \(String(reflecting: error))")
            }
        }
        #expect(messages.count == 3)
        for message in messages {
            #expect(message.contains("/tools/find"))
            for secret in ["s3cret-word", "YWxpY2U6czNjcmV0LXdvcmQ=", "4711"] {
                #expect(!message.contains(secret))
            }
        }
    }

    @Test func `what would end a line of a head is not sent`() throws {
        try ScriptedServer.run([.ok("")]) { server in
            let client = try HTTPClient(server.endpoint, .short)
            let requests = [
                HTTPRequest("GET", "/a\r\nX-Other: b"),
                HTTPRequest("GET", "/", headers: [HTTPHeader("X-One", "a\r\nX-Other: b")]),
                HTTPRequest("GET", "/", headers: [HTTPHeader("X-One", "a\0b")]),
                HTTPRequest("GET", "/a b"),
            ]
            for request in requests {
                let error = #expect(throws: HTTPError.self) { try client.send(request) }
                guard case .invalidRequest = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
            }
            #expect(throws: HTTPError.self) {
                try HTTPClient(.unixSocket("/nowhere\0/http"), .short)
            }
            #expect(server.reached.connections == 0)
        }
    }

    @Test(arguments: ["alice:s3cret@127.0.0.1", "127.0.0.1/x", "127.0.0.1?", "[::1]", ""])
    func `a host that is more than a host is refused, and not shown`(host: String) throws {
        let endpoint = HTTPEndpoint.tcp(.http, host: host, port: 1)
        let error = #expect(throws: HTTPError.self) { try HTTPClient(endpoint, .short) }
        guard case .invalidRequest = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test func `an address of IPv6 stands in brackets`() {
        let endpoint = HTTPEndpoint.tcp(.https, host: "::1", port: 443)
        #expect(endpoint.description == "https://[::1]:443")
    }

    private func limits(bytesMax: Int) -> HTTPLimits {
        HTTPLimits(connect: .seconds(20), total: .seconds(20), bytesMax: bytesMax)
    }
}
