import FileSystem
package import Model

/// What the host remembers beside its catalog: a catalog that was lost, or made anew from a store
/// that was rolled back, knows nothing of the snapshots that are gone.
extension HostState {
    /// One line: number, blank, 64 hexadecimal digits, line feed.
    private static let headBytesMax = 128

    /// The newest manifest that this host stored of a set; nil before the first.
    ///
    /// - Throws: ``HostStateError/damaged(_:)``.
    package func head(of set: String) throws -> Head? {
        let path = headPath(of: set)
        guard let bytes = try SmallFile.read(path, bytesMax: Self.headBytesMax) else {
            return nil
        }
        let words = String(decoding: bytes, as: UTF8.self).split(
            whereSeparator: { $0 == " " || $0 == "\n" }
        )
        guard words.count == 2, let sequence = UInt64(words[0]), sequence > 0,
            let name = Digest(hex: words[1])
        else {
            throw HostStateError.damaged(path)
        }
        return Head(sequence: sequence, name: ObjectName(name))
    }

    /// Remembers a manifest that is durable in its store.
    package func remember(_ head: Head, of set: String) throws {
        let line = "\(head.sequence) \(head.name.hex)\n"
        try SmallFile.write(Array(line.utf8), to: headPath(of: set))
    }

    private func headPath(of set: String) -> String { "\(folder(of: set))/head" }
}
