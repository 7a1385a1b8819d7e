import Glibc
import Model
import TestSupport
import Testing

@testable import Network

/// Whether this machine has IPv6.
private let hasIPv6: Bool = {
    guard let (listener, _) = try? Sockets.loopbackListenerIPv6() else {
        return false
    }
    close(listener)
    return true
}()

@Suite(.timeLimit(.minutes(20))) struct NetworkReachTests {
    /// Long enough for a machine that is busy.
    private static let long: Duration = .seconds(60)

    private func address(_ text: String) throws -> NetworkAddress {
        try #require(NetworkAddress(text))
    }

    @Test func `who listens is connected to`() throws {
        let (listener, port) = try Sockets.loopbackListener()
        defer { close(listener) }
        let answer = try NetworkReach.connect(
            to: address("127.0.0.1:\(port)"),
            within: Self.long
        )
        #expect(answer == .connected)
    }

    @Test func `a port at which nobody listens is refused`() throws {
        // tcpmux, which nobody has run for decades.
        let answer = try NetworkReach.connect(to: address("127.0.0.1:1"), within: Self.long)
        #expect(answer == .refused)
    }

    @Test(.enabled(if: hasIPv6, "NOT TESTED: this machine has no IPv6"))
    func `IPv6 is spoken too`() throws {
        let (listener, port) = try Sockets.loopbackListenerIPv6()
        defer { close(listener) }
        let there = try NetworkReach.connect(to: address("[::1]:\(port)"), within: Self.long)
        #expect(there == .connected)
        #expect(try NetworkReach.connect(to: address("[::1]:1"), within: Self.long) == .refused)
    }

    @Test func `a server that says nothing times out`() throws {
        let (listener, port) = try Sockets.loopbackListener()
        defer { close(listener) }
        let address = try address("127.0.0.1:\(port)")
        #expect(try NetworkReach.connect(to: address, within: Self.long) == .connected)
        // Those that nobody accepts fill its queue (listen(2)); of more nothing is said at all.
        var answers: [NetworkReach.Answer] = []
        for _ in 0..<16 {
            answers.append(try NetworkReach.connect(to: address, within: .milliseconds(100)))
        }
        #expect(answers.last == .timedOut)
        #expect(Set(answers) == [.connected, .timedOut])
    }

    @Test func `where this machine has no route is filtered`() throws {
        // No connection goes to all at once: tcp_v4_connect() of Linux says ENETUNREACH.
        let answer = try NetworkReach.connect(to: address("255.255.255.255:9"), within: Self.long)
        #expect(answer == .filtered)
    }

    @Test func `what this machine's own rules keep from trying is filtered`() {
        #expect([EACCES, EPERM].map { NetworkReach.Answer(code: $0) } == [.filtered, .filtered])
        #expect(NetworkReach.Answer(code: EHOSTUNREACH) == .unreachable)
        #expect(NetworkReach.Answer(code: EMFILE) == nil)
    }

    @Test(.enabled(if: hasIPv6, "NOT TESTED: this machine has no IPv6"))
    func `what cannot be tried is told, with its address`() throws {
        // An address of one link, without the link: tcp_v6_connect() says EINVAL.
        let address = try address("[fe80::1]:445")
        let error = #expect(throws: NetworkError.self) {
            try NetworkReach.connect(to: address, within: Self.long)
        }
        #expect(error?.code == EINVAL && error?.address == address)
        #expect(error?.description.hasPrefix("[fe80::1]:445: could not be tried: ") == true)
        #expect(error?.exitCode == .couldNotLook && error?.hint.isEmpty == false)
    }

    @Test func `no time is too long or too short`() throws {
        let (listener, port) = try Sockets.loopbackListener()
        defer { close(listener) }
        let address = try address("127.0.0.1:\(port)")
        #expect(
            try NetworkReach.connect(to: address, within: .seconds(86_400 * 999_999)) == .connected
        )
        let answers: Set<NetworkReach.Answer> = [.connected, .timedOut]
        #expect(answers.contains(try NetworkReach.connect(to: address, within: .seconds(-1))))
    }
}
