import FileSystem
package import Model

/// What a verification found damaged: the next backup must not stand on it.
extension HostState {
    /// A line an object; a store with more damage than that is lost anyway.
    private static let damageBytesMax = 64 << 20

    /// The objects of a set that the last verification could not read as they must be.
    ///
    /// - Throws: ``HostStateError/damaged(_:)``; ``FileSystemError``.
    package func damaged(of set: String) throws -> Set<ObjectName> {
        let path = damagePath(of: set)
        let bytes = try SmallFile.read(path, bytesMax: Self.damageBytesMax) ?? []
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        let names = lines.compactMap { Digest(hex: $0).map { ObjectName($0) } }
        guard names.count == lines.count else {
            throw HostStateError.damaged(path)
        }
        return Set(names)
    }

    /// Remembers what the last verification of the whole set found; none, if all was whole.
    package func remember(damaged names: Set<ObjectName>, of set: String) throws {
        guard try damaged(of: set) != names else {
            return
        }
        let lines = names.sorted().map { "\($0.hex)\n" }.joined()
        try SmallFile.write(Array(lines.utf8), to: damagePath(of: set))
    }

    private func damagePath(of set: String) -> String { "\(folder(of: set))/damaged" }
}
