package import Processes

/// The test host as a child process: `toride-testhost`.
package enum TestHost {
    /// Which process it is, as it says in its first line.
    package static func child(_ process: borrowing RunningProcess) throws -> Int32 {
        let line = try wait(for: "\n", process)
        guard let word = line.split(whereSeparator: \.isWhitespace).last, let child = Int32(word)
        else {
            throw ProcessError.inputRefused("toride-testhost: \(line)")
        }
        return child
    }

    /// Reads until it has printed `text`.
    ///
    /// - Returns: what it printed.
    @discardableResult
    package static func wait(
        for text: String,
        _ process: borrowing RunningProcess
    ) throws -> String {
        var printed = ""
        var block = [UInt8](repeating: 0, count: 1)
        while !printed.hasSuffix(text) {
            guard try process.read(into: &block) > 0 else {
                throw ProcessError.inputRefused("toride-testhost: \(printed)")
            }
            printed += String(decoding: block, as: UTF8.self)
        }
        return printed
    }

    /// Reads what it prints from here on, to the end.
    package static func rest(_ process: borrowing RunningProcess) throws -> String {
        var printed: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try process.read(into: &block)
            guard count > 0 else {
                return String(decoding: printed, as: UTF8.self)
            }
            printed += block[..<count]
        }
    }
}
