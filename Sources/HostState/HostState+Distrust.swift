import FileSystem
import Model

/// What a deep verification or a drill has shown to be false: the next backup stands on nothing of
/// that epoch. docs/decisions/0004.
extension HostState {
    /// A number and a line feed.
    private static let distrustBytesMax = 32

    /// The newest epoch of a set that is not believed any more; nil if all are, or the set has
    /// begun a later one.
    ///
    /// - Throws: ``HostStateError/damaged(_:)``.
    package func distrusted(of set: String) throws -> UInt64? {
        let path = distrustPath(of: set)
        guard let bytes = try SmallFile.read(path, bytesMax: Self.distrustBytesMax) else {
            return nil
        }
        guard let epoch = UInt64(String(decoding: bytes.dropLast(), as: UTF8.self)) else {
            throw HostStateError.damaged(path)
        }
        return try epoch < self.epoch(of: set) ? nil : epoch
    }

    /// Remembers that something of an epoch is false. One that the set has left is no matter.
    ///
    /// - Returns: whether the next backup begins another.
    @discardableResult
    package func distrust(_ set: String, epoch: UInt64) throws -> Bool {
        guard try epoch >= self.epoch(of: set) else {
            return false
        }
        try SmallFile.write(Array("\(epoch)\n".utf8), to: distrustPath(of: set))
        return true
    }

    /// Begins another epoch if the one in force is not believed. The set's lock is held.
    package func answerDistrust(of set: String) throws {
        guard try SmallFile.size(distrustPath(of: set)) != nil else {
            return
        }
        if let epoch = try distrusted(of: set) {
            // Killed in between, the next backup sees that this is done.
            try beginEpoch(of: set, notBelow: epoch + 1)
        }
        try SmallFile.remove(distrustPath(of: set))
    }

    private func distrustPath(of set: String) -> String { "\(folder(of: set))/distrusted" }
}
