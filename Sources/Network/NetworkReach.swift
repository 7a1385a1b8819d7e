import Glibc
package import Model

/// Whether an address can be reached from where this process runs: a TCP connection is made and
/// ended, and no byte is sent.
package enum NetworkReach {
    /// What became of a connection.
    package enum Answer: String, Hashable, Sendable, CaseIterable {
        /// It came to be.
        case connected
        /// Something there answered, and takes none at this port.
        case refused
        /// Somebody on the way says, to a packet that was sent, that nothing leads there.
        case unreachable
        /// This machine's own rules or routes keep it from trying.
        case filtered
        /// Nothing said anything in time.
        case timedOut = "timed-out"
    }

    /// How long is waited where nobody says: a lost packet is sent again after 1 s and 3 s
    /// (RFC 6298 §2 and §5.5).
    package static let timeoutDefault: Duration = .seconds(5)

    /// How long poll(2) is given at once, so that no time that is asked for overflows.
    private static let pollMax: Duration = .seconds(60)

    /// What connect(2) says at once where this machine has no route, or one that leads nowhere
    /// (`unreachable` of ip-route(8)).
    private static let routeless: Set<Int32> = [ENETUNREACH, EHOSTUNREACH, ENETDOWN]

    /// Tries to connect.
    ///
    /// - Parameters:
    ///   - address: where to.
    ///   - time: how long is waited.
    /// - Returns: what became of it.
    /// - Throws: ``NetworkError`` if this machine could not try.
    package static func connect(
        to address: NetworkAddress,
        within time: Duration = timeoutDefault
    ) throws(NetworkError) -> Answer {
        let end = ContinuousClock.now + time
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let number = socket(address.isIPv6 ? AF_INET6 : AF_INET, Int32(kind), 0)
        guard number >= 0 else {
            throw NetworkError(address: address, code: errno)
        }
        defer { close(number) }
        var code = begin(number, address)
        // Nothing was sent: it has no route there, and others in its network may have one.
        guard !routeless.contains(code) else {
            return .filtered
        }
        // One that a signal came into goes on too (connect(2)).
        if code == EINPROGRESS || code == EINTR {
            guard try isDecided(number, address, until: end) else {
                return .timedOut
            }
            code = outcome(number)
        }
        guard let answer = Answer(code: code) else {
            throw NetworkError(address: address, code: code)
        }
        return answer
    }

    /// Begins to connect; returns 0 or an errno.
    private static func begin(_ number: Int32, _ address: NetworkAddress) -> Int32 {
        guard address.isIPv6 else {
            var place = sockaddr_in()
            place.sin_family = sa_family_t(AF_INET)
            place.sin_port = address.port.bigEndian
            unsafe withUnsafeMutableBytes(of: &place.sin_addr) {
                unsafe $0.copyBytes(from: address.bytes)
            }
            return begin(number, place)
        }
        var place = sockaddr_in6()
        place.sin6_family = sa_family_t(AF_INET6)
        place.sin6_port = address.port.bigEndian
        unsafe withUnsafeMutableBytes(of: &place.sin6_addr) {
            unsafe $0.copyBytes(from: address.bytes)
        }
        return begin(number, place)
    }

    private static func begin<Place>(_ number: Int32, _ place: Place) -> Int32 {
        let result = unsafe withUnsafeBytes(of: place) { bytes in
            unsafe Glibc.connect(
                number,
                bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(bytes.count)
            )
        }
        return result == 0 ? 0 : errno
    }

    /// Waits until it is known what became of a connection; false if the time is over before.
    private static func isDecided(
        _ number: Int32,
        _ address: NetworkAddress,
        until end: ContinuousClock.Instant
    ) throws(NetworkError) -> Bool {
        var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        while true {
            let nap = min(max(.zero, end - .now), pollMax)
            let count = unsafe poll(&entry, 1, Int32((nap / .milliseconds(1)).rounded(.up)))
            if count > 0 {
                return true
            }
            guard count == 0 || errno == EINTR else {
                throw NetworkError(address: address, code: errno)
            }
            if end <= .now {
                return false
            }
        }
    }

    /// What became of a connection: 0 or an errno.
    private static func outcome(_ number: Int32) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length)
        return result == 0 ? code : errno
    }
}

extension NetworkReach.Answer {
    /// Reads what connect(2) came to, 0 or an errno; nil for what says nothing of the other side.
    init?(code: Int32) {
        switch code {
        // It had come to be, and was ended before we looked: what is refused is never called so.
        case 0, ECONNRESET, EPIPE: self = .connected
        case ECONNREFUSED: self = .refused
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN: self = .unreachable
        // A firewall (EPERM) or a route that prohibits (EACCES) of this machine.
        case EACCES, EPERM: self = .filtered
        case ETIMEDOUT: self = .timedOut
        default: return nil
        }
    }
}
