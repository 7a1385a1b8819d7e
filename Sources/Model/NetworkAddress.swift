import Glibc

/// Where a TCP connection goes to: an IPv4 or IPv6 address and a port, in numbers alone. What a
/// name means is for whoever resolves it, and one that nobody knows keeps nobody out.
package struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    /// Longest text that is read: `[`, INET6_ADDRSTRLEN - 1 of inet_ntop(3), `]:65535`.
    private static let textBytesMax = 53

    /// The address in network order: 4 bytes of IPv4, or 16 of IPv6.
    package let bytes: [UInt8]
    /// The port, from 1.
    package let port: UInt16

    /// Reads `192.0.2.10:445` or `[2001:db8::1]:445` (RFC 3986 §3.2.2); nil for anything else.
    package init?(_ text: String) {
        // inet_pton(3) would read as far as a zero byte.
        guard text.utf8.count <= Self.textBytesMax,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let colon = text.lastIndex(of: ":")
        else {
            return nil
        }
        let host = text[..<colon]
        let digits = text[colon...].dropFirst()
        let isIPv6 = host.hasPrefix("[") && host.hasSuffix("]")
        guard let port = UInt16(digits), port > 0, "\(port)" == digits,
            let bytes = isIPv6
                ? Self.bytes(AF_INET6, host.dropFirst().dropLast(), count: 16)
                : Self.bytes(AF_INET, host, count: 4)
        else {
            return nil
        }
        self.bytes = bytes
        self.port = port
    }

    /// Takes a host as a mount or a URL names one, and a port; nil for a name.
    ///
    /// - Parameters:
    ///   - host: an address, of IPv6 with brackets or without.
    ///   - port: from 1.
    package init?(host: String, port: UInt16) {
        let isBare = host.contains(":") && !host.hasPrefix("[")
        self.init(isBare ? "[\(host)]:\(port)" : "\(host):\(port)")
    }

    /// Whether it is one of IPv6.
    package var isIPv6: Bool { bytes.count == 16 }

    /// Whether it is this machine itself: 127.0.0.0/8 (RFC 1122 §3.2.1.3), ::1 (RFC 4291 §2.5.3).
    package var isLoopback: Bool {
        isIPv6 ? bytes.last == 1 && bytes.dropLast().allSatisfy { $0 == 0 } : bytes.first == 127
    }

    /// As it is read, in the one spelling of inet_ntop(3).
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        // Room is there for either, so it cannot fail.
        _ = unsafe inet_ntop(isIPv6 ? AF_INET6 : AF_INET, bytes, &text, socklen_t(text.count))
        let host = String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        return isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private static func bytes(_ family: Int32, _ text: Substring, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return unsafe inet_pton(family, String(text), &bytes) == 1 ? bytes : nil
    }
}
