import Glibc
import Synchronization

/// Ports of 127.0.0.1 for servers that the tests start.
enum LoopbackPorts {
    /// Below those that Linux gives to clients (ip_local_port_range begins at 32768), so that no
    /// client of another test takes one before its server does.
    private static let first: UInt16 = 20_000
    private static let end: UInt16 = 32_000
    /// Where the next search begins: by the process, so that two runs of tests seldom meet.
    private static let next = Mutex(first + UInt16(getpid() % 600) * 20)

    /// Finds ports at which nobody listens, and which no other test of this process gets soon.
    ///
    /// - Parameter count: how many.
    /// - Returns: as many different ones.
    /// - Throws: ``ToolFailure`` if there are not so many.
    static func take(_ count: Int) throws -> [UInt16] {
        let ports = next.withLock { next -> [UInt16] in
            var ports: [UInt16] = []
            for _ in first..<end where ports.count < count {
                if isFree(next) {
                    ports.append(next)
                }
                next = next + 1 < end ? next + 1 : first
            }
            return ports
        }
        guard ports.count == count else {
            throw ToolFailure(description: "there are no \(count) free ports")
        }
        return ports
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue
        let number = socket(AF_INET, Int32(kind), 0)
        guard number >= 0 else {
            return false
        }
        defer { close(number) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let result = unsafe withUnsafeBytes(of: address) { bytes in
            unsafe bind(
                number,
                bytes.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(bytes.count)
            )
        }
        return result == 0
    }
}
