import Format
import TestSupport
import Testing

extension Vector.Outcome {
    /// How a reader ended that met `error`.
    init(_ error: FormatError) {
        if case .unknownVersion = error {
            self = .unknownVersion
        } else {
            self = .refused
        }
    }
}

extension Vector {
    /// Reads the bytes, and demands that it ends as the vector says.
    ///
    /// - Returns: what was read; nil if it was refused, or should have been.
    func read<T>(_ body: ([UInt8]) throws(FormatError) -> T) -> T? {
        do throws(FormatError) {
            let value = try body(bytes)
            #expect(expect == .success, "\(name) was taken")
            return expect == .success ? value : nil
        } catch {
            #expect(expect == Outcome(error), "\(name): \(error)")
            return nil
        }
    }
}
