import Glibc
package import Processes

/// The Python tools of Tests/Tools, and where the tests' own programs lie.
package enum Tool {
    /// The folder of the sources: an absolute path.
    package static let root = #filePath.split(separator: "/").dropLast(3)
        .map { "/" + $0 }.joined()

    /// A tool of Tests/Tools with its arguments; nil if there is no python3.
    package static func python(_ tool: String, _ arguments: [String]) -> Command? {
        find("python3").map { Command($0, ["\(root)/Tests/Tools/\(tool)"] + arguments) }
    }

    /// A file of the invented hospital.
    package static func fixture(_ name: String) -> String { "\(root)/fixtures/hospital/\(name)" }

    /// A script of the project's own, by its path in the project.
    package static func script(_ path: String) -> String { "\(root)/\(path)" }

    /// A program of the system; nil if it is not installed.
    package static func find(_ name: String) -> String? {
        Command.path.map { "\($0)/\(name)" }.first { unsafe access($0, X_OK) == 0 }
    }

    /// What `nm` tells of a program that is built beside the tests; nothing if it fails.
    package static func symbols(_ program: String) throws -> String {
        try Command("nm", ["-a", try built(program)])
            .run(timeout: .seconds(120), outputBytesMax: 256 << 20).text
    }

    /// Whether such a program holds anything of one of our modules.
    package static func hasSymbols(of module: String, _ program: String) throws -> Bool {
        // How modules' names stand in the names of Swift's symbols.
        try symbols(program).contains("$s\(module.utf8.count)\(module)")
    }

    /// A program that is built beside the tests.
    package static func built(_ name: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(
            decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        return path.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/" + name
    }
}
