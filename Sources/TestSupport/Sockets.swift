import Glibc

/// Listening sockets, as a server makes them.
package enum Sockets {
    /// A call that failed.
    package struct Failure: Error {
        /// Which.
        package let call: String
        /// Why.
        package let code = errno
    }

    /// Listens at a path.
    package static func listener(at path: String) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < 108 else {
            throw Failure(call: "path")
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        return try listener(AF_UNIX, address)
    }

    /// Listens at a free port of 127.0.0.1.
    package static func loopbackListener() throws -> (number: Int32, port: UInt16) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let number = try listener(AF_INET, address)
        try readName(of: number, into: &address)
        return (number, UInt16(bigEndian: address.sin_port))
    }

    /// Listens at a free port of ::1; fails where there is no IPv6.
    package static func loopbackListenerIPv6() throws -> (number: Int32, port: UInt16) {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
            unsafe bytes.copyBytes(from: [UInt8](repeating: 0, count: 15) + [1])
        }
        let number = try listener(AF_INET6, address)
        try readName(of: number, into: &address)
        return (number, UInt16(bigEndian: address.sin6_port))
    }

    private static func readName<Address>(of number: Int32, into address: inout Address) throws {
        var length = socklen_t(MemoryLayout<Address>.size)
        let result = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            unsafe getsockname(
                number,
                bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
                &length
            )
        }
        guard result == 0 else {
            throw Failure(call: "getsockname")
        }
    }

    private static func listener<Address>(_ family: Int32, _ address: Address) throws -> Int32 {
        // Close-on-exec: a child of another test would else go on listening.
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue
        let number = socket(family, Int32(kind), 0)
        guard number >= 0 else {
            throw Failure(call: "socket")
        }
        let result = unsafe withUnsafeBytes(of: address) { bytes in
            unsafe bind(
                number,
                bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(bytes.count)
            )
        }
        guard result == 0, listen(number, 8) == 0 else {
            throw Failure(call: "bind")
        }
        return number
    }
}
