import Glibc

/// What this machine is called.
package enum HostName {
    /// The kernel's host name.
    package static var current: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, 255) == 0 else {
            return "unknown"
        }
        return String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }
}
