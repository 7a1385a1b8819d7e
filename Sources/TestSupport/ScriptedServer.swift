import Glibc
package import HTTP
import Workers

/// A server that gives prepared answers, one connection after another, on a thread of its own.
package final class ScriptedServer: Sendable {
    /// Where it listens.
    package enum Place: Sendable, CaseIterable {
        /// In a folder of its own.
        case unixSocket
        /// At a port of 127.0.0.1.
        case loopback
    }

    /// What it does with a request.
    package enum Answer: Sendable {
        /// Says this and waits for the next request.
        case say(String)
        /// Says this and closes the connection.
        case end(String)
        /// Says nothing until the client goes.
        case silence

        /// A body with everything that belongs before it.
        package static func ok(_ body: String) -> Answer {
            .say("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        }
    }

    /// What reached it.
    package struct Reached: Sendable {
        /// How often somebody connected.
        package fileprivate(set) var connections = 0
        /// Head and body of each request.
        package fileprivate(set) var requests: [String] = []
    }

    /// Where it is asked.
    package let endpoint: HTTPEndpoint
    private let listener: Int32
    private let answers: [Answer]
    private let stop = StopFlag()
    private let state = Monitor(Reached())

    private init(_ place: Place, _ folder: String, _ answers: [Answer]) throws {
        self.answers = answers
        switch place {
        case .unixSocket:
            let path = "\(folder)/http"
            listener = try Sockets.listener(at: path)
            endpoint = .unixSocket(path)
        case .loopback:
            let (number, port) = try Sockets.loopbackListener()
            listener = number
            endpoint = .tcp(.http, host: "127.0.0.1", port: port)
        }
    }

    /// Runs `body` beside a server.
    package static func run<R>(
        on place: Place = .unixSocket,
        _ answers: [Answer],
        _ body: (ScriptedServer) throws -> R
    ) throws -> R {
        try withTemporaryFolder { folder in
            let server = try ScriptedServer(place, folder, answers)
            defer { close(server.listener) }
            return try Workers.run(1) { _ in
                server.serve()
            } lead: {
                defer { server.stop.set() }
                return try body(server)
            }
        }
    }

    /// What reached it so far.
    package var reached: Reached {
        state.withLock { $0 }
    }

    private func serve() {
        var rest = answers[...]
        while isReadable(listener) {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else {
                return
            }
            state.withLock { $0.connections += 1 }
            while let answer = rest.first, let request = nextRequest(on: connection) {
                state.withLock { $0.requests.append(request) }
                rest = rest.dropFirst()
                guard goesOn(answer, on: connection) else {
                    break
                }
            }
            // A child of another test may hold it too, so closing alone might end nothing.
            shutdown(connection, Int32(SHUT_RDWR))
            close(connection)
        }
    }

    /// Gives an answer; false if the connection is to end.
    private func goesOn(_ answer: Answer, on connection: Int32) -> Bool {
        switch answer {
        case .say(let text):
            say(text, on: connection)
            return true
        case .end(let text):
            say(text, on: connection)
            return false
        case .silence:
            // What can be read next is the client's going.
            _ = isReadable(connection)
            return false
        }
    }

    /// Waits until there is something to read; false once the server is to end.
    private func isReadable(_ number: Int32) -> Bool {
        var descriptor = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        while !stop.isStopping {
            if unsafe poll(&descriptor, 1, 20) > 0 {
                return true
            }
        }
        return false
    }

    /// The next request, as soon as it is whole.
    private func nextRequest(on connection: Int32) -> String? {
        var bytes: [UInt8] = []
        while isReadable(connection) {
            var piece = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe recv(connection, &piece, piece.count, 0)
            guard count > 0 else {
                return nil
            }
            bytes += piece[..<count]
            if isWhole(bytes) {
                return String(decoding: bytes, as: UTF8.self)
            }
        }
        return nil
    }

    private func isWhole(_ bytes: [UInt8]) -> Bool {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            return false
        }
        let field = "content-length: "
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
        let lines = head.split(whereSeparator: \.isNewline)
        let length = lines.first { $0.hasPrefix(field) }.flatMap { Int($0.dropFirst(field.count)) }
        return bytes.count >= end.upperBound + (length ?? 0)
    }

    private func say(_ text: String, on connection: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe send(connection, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else {
                return
            }
            rest = rest.dropFirst(count)
        }
    }
}
