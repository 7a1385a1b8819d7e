import Glibc
import HTTP
import TestSupport
import Testing

extension HTTPLimits {
    /// Enough for a server on this machine.
    static let usual = HTTPLimits(connect: .seconds(20), total: .seconds(20), bytesMax: 1 << 20)
    /// A few bytes, where they are kept.
    static let narrow = HTTPLimits(connect: .seconds(20), total: .seconds(20), bytesMax: 16)
    /// For servers that never answer.
    static let short = HTTPLimits(
        connect: .milliseconds(300),
        total: .milliseconds(300),
        bytesMax: 1 << 20
    )
}

@Suite(.timeLimit(.minutes(15))) struct HTTPClientTests {
    @Test(arguments: ScriptedServer.Place.allCases)
    func `an answer comes with its status, headers and body`(place: ScriptedServer.Place) throws {
        let answer = """
            HTTP/1.1 201 Created\r
            Content-Type: text/plain\r
            X-Spaces: \t a b \r
            X-Empty:\r
            Content-Length: 5\r
            \r
            hello
            """
        try ScriptedServer.run(on: place, [.say(answer)]) { server in
            let client = try HTTPClient(server.endpoint, .usual)
            let response = try client.send(HTTPRequest("GET", "/a/../b?c=%20d"))
            #expect(response.status == 201)
            #expect(response.body == Array("hello".utf8))
            #expect(response.header("content-type") == "text/plain")
            #expect(response.header("x-spaces") == "a b")
            #expect(response.header("x-empty") == "")
            #expect(response.header("x-other") == nil)
            let request = try #require(server.reached.requests.first)
            #expect(request.hasPrefix("GET /a/../b?c=%20d HTTP/1.1\r\n"))
        }
    }

    @Test func `a body arrives as it is, with the headers that were named and no others`() throws {
        try ScriptedServer.run([.ok("1"), .ok("2"), .ok("3")]) { server in
            let client = try HTTPClient(server.endpoint, .usual)
            let json = HTTPHeader("Content-Type", "application/json")
            let empty = HTTPHeader("X-Empty", "")
            let body = Array("{\"a\":\"b\"}".utf8)
            _ = try client.send(HTTPRequest("POST", "/one", headers: [json, empty], body: body))
            _ = try client.send(HTTPRequest("PUT", "/two", body: body))
            _ = try client.send(HTTPRequest("POST", "/three"))
            let requests = server.reached.requests
            try #require(requests.count == 3)
            #expect(requests[0].hasPrefix("POST /one HTTP/1.1\r\n"))
            #expect(requests[0].contains("\r\nContent-Type: application/json\r\nX-Empty:"))
            #expect(requests[0].contains("\r\nContent-Length: 9\r\n"))
            #expect(requests[0].hasSuffix("\r\n\r\n{\"a\":\"b\"}"))
            #expect(requests[1].hasPrefix("PUT /two HTTP/1.1\r\n"))
            #expect(requests[1].hasSuffix("\r\n\r\n{\"a\":\"b\"}"))
            #expect(!requests[1].contains("Content-Type"))
            #expect(requests[2].contains("\r\nContent-Length: 0\r\n"))
            #expect(!requests.contains { $0.contains("Expect") })
        }
    }

    @Test func `a large body arrives whole`() throws {
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20)
        try ScriptedServer.run([.ok("")]) { server in
            let client = try HTTPClient(server.endpoint, .usual)
            _ = try client.send(HTTPRequest("PUT", "/large", body: body))
            let request = try #require(server.reached.requests.first)
            #expect(request.utf8.suffix(body.count).elementsEqual(body))
        }
    }

    @Test func `an answer in chunks is put together, without what follows it`() throws {
        let chunks = "5\r\nhello\r\n6\r\n world\r\n0\r\nX-Late: 1\r\n\r\n"
        let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)"
        try ScriptedServer.run([.say(answer)]) { server in
            let client = try HTTPClient(server.endpoint, .usual)
            let response = try client.send(HTTPRequest("GET", "/"))
            #expect(response.body == Array("hello world".utf8))
            #expect(response.header("x-late") == nil)
        }
    }

    @Test func `a good answer's body is handed on as it comes, whatever its length`() throws {
        let chunks = "5\r\nhello\r\n0\r\nX-Late: 1\r\n\r\n"
        let inChunks = "HTTP/1.1 206 So\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)"
        let large = String(repeating: "x", count: 300_000)
        try ScriptedServer.run([.ok(large), .say(inChunks)]) { server in
            let client = try HTTPClient(server.endpoint, .narrow)
            var count = 0
            let first = try client.send(HTTPRequest("GET", "/1")) { head, piece in
                count += piece.count
                return head.status == 200 && head.header("content-length") == "300000"
            }
            #expect(count == 300_000)
            #expect(first.status == 200)
            #expect(first.body.isEmpty)
            var text = ""
            let second = try client.send(HTTPRequest("GET", "/2")) { _, piece in
                text += String(decoding: piece, as: UTF8.self)
                return true
            }
            #expect(text == "hello")
            #expect(second.header("x-late") == nil)
            #expect(server.reached.connections == 1)
        }
    }

    @Test func `a bad answer's body is kept, and not handed on`() throws {
        let no = "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno"
        try ScriptedServer.run([.say(no)]) { server in
            let client = try HTTPClient(server.endpoint, .narrow)
            var isHandedOn = false
            let answer = try client.send(HTTPRequest("GET", "/")) { _, _ in
                isHandedOn = true
                return true
            }
            #expect(answer.status == 404)
            #expect(answer.body == Array("no".utf8))
            #expect(!isHandedOn)
        }
    }

    @Test func `whoever takes no more of a body ends the request, and can ask again`() throws {
        try ScriptedServer.run([.end(ok("much")), .ok("more")]) { server in
            let client = try HTTPClient(server.endpoint, .narrow)
            let error = #expect(throws: HTTPError.self) {
                try client.send(HTTPRequest("GET", "/1")) { _, _ in false }
            }
            guard case .brokenOff = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try client.send(HTTPRequest("GET", "/2")).body == Array("more".utf8))
        }
    }

    private func ok(_ body: String) -> String {
        "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test func `only the final answer's headers count`() throws {
        let early = "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
        let final = "HTTP/1.1 200 OK\r\nX-Final: 2\r\nContent-Length: 0\r\n\r\n"
        try ScriptedServer.run([.say(early + final)]) { server in
            let response = try HTTPClient(server.endpoint, .usual).send(HTTPRequest("GET", "/"))
            #expect(response.status == 200)
            #expect(response.header("x-early") == nil)
            #expect(response.header("x-final") == "2")
        }
    }

    @Test func `two requests share a connection`() throws {
        try ScriptedServer.run([.ok("one"), .ok("two")]) { server in
            let client = try HTTPClient(server.endpoint, .usual)
            #expect(try client.send(HTTPRequest("GET", "/1")).body == Array("one".utf8))
            #expect(try client.send(HTTPRequest("GET", "/2")).body == Array("two".utf8))
            #expect(server.reached.connections == 1)
        }
    }

    @Test func `a connection that the server closed is made anew`() throws {
        let last = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none"
        try ScriptedServer.run([.end(last), .ok("two")]) { server in
            let client = try HTTPClient(server.endpoint, .usual)
            #expect(try client.send(HTTPRequest("GET", "/1")).body == Array("one".utf8))
            #expect(try client.send(HTTPRequest("GET", "/2")).body == Array("two".utf8))
            #expect(server.reached.connections == 2)
        }
    }

    @Test(arguments: [401, 404, 500, 503])
    func `a status is the caller's to judge`(status: Int) throws {
        let answer = "HTTP/1.1 \(status) So\r\nContent-Length: 2\r\n\r\nno"
        try ScriptedServer.run([.say(answer)]) { server in
            let response = try HTTPClient(server.endpoint, .usual).send(HTTPRequest("GET", "/x"))
            #expect(response.status == status)
            #expect(response.body == Array("no".utf8))
        }
    }

    @Test func `a redirect is not followed`() throws {
        let answer = "HTTP/1.1 302 Found\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n"
        try ScriptedServer.run([.say(answer), .ok("else")]) { server in
            let response = try HTTPClient(server.endpoint, .usual).send(HTTPRequest("GET", "/"))
            #expect(response.status == 302)
            #expect(response.header("location") == "/else")
            #expect(server.reached.requests.count == 1)
        }
    }

    @Test func `HEAD and DELETE are asked without a body`() throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n"
        let gone = "HTTP/1.1 204 No Content\r\n\r\n"
        try ScriptedServer.run([.say(head), .say(gone)]) { server in
            let client = try HTTPClient(server.endpoint, .usual)
            let response = try client.send(HTTPRequest("HEAD", "/object"))
            #expect(response.header("content-length") == "5000000")
            #expect(response.body.isEmpty)
            #expect(try client.send(HTTPRequest("DELETE", "/object")).status == 204)
            let methods = server.reached.requests.map { $0.prefix { $0 != "/" } }
            #expect(methods == ["HEAD ", "DELETE "])
            #expect(!server.reached.requests.contains { $0.contains("Content-") })
        }
    }

    @Test func `Basic authentication is sent with every request`() throws {
        let credentials = HTTPCredentials(user: "alice", password: "s3cret-word")
        try ScriptedServer.run([.ok(""), .ok("")]) { server in
            let client = try HTTPClient(server.endpoint, .usual, credentials: credentials)
            _ = try client.send(HTTPRequest("GET", "/1"))
            _ = try client.send(HTTPRequest("GET", "/2"))
            let field = "\r\nAuthorization: Basic YWxpY2U6czNjcmV0LXdvcmQ=\r\n"
            #expect(server.reached.requests.filter { $0.contains(field) }.count == 2)
        }
    }

    @Test func `a proxy that is named is asked, for every host`() async {
        // In a process of its own, whose environment is no other test's.
        await #expect(processExitsWith: .success) {
            _ = unsafe setenv("no_proxy", "*", 1)
            try ScriptedServer.run(on: .loopback, [.ok("by the proxy")]) { server in
                let nowhere = HTTPEndpoint.tcp(.http, host: "store.invalid", port: 80)
                let client = try HTTPClient(nowhere, .usual, proxy: "\(server.endpoint)")
                let response = try client.send(HTTPRequest("GET", "/x"))
                #expect(response.body == Array("by the proxy".utf8))
                let request = server.reached.requests.first ?? ""
                #expect(request.hasPrefix("GET http://store.invalid"))
            }
        }
    }

    @Test func `a proxy that the environment names is not asked`() async {
        // In a process of its own, whose environment is no other test's.
        await #expect(processExitsWith: .success) {
            for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
                // Nobody listens at port 1.
                _ = unsafe setenv(name, "http://127.0.0.1:1", 1)
            }
            try ScriptedServer.run(on: .loopback, [.ok("direct")]) { server in
                let response = try HTTPClient(server.endpoint, .usual)
                    .send(HTTPRequest("GET", "/"))
                #expect(response.body == Array("direct".utf8))
            }
        }
    }
}
