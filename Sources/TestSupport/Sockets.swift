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
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
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
        return (number, UInt16(bigEndian: address.sin_port))
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
