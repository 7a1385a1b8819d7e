package import HostState

/// Which folders of a set were mount points when they were backed up. An unmounted share is an
/// ordinary folder, empty or with what someone wrote beneath it; only memory tells it from the
/// share.
package struct MountMemory: Sendable {
    /// Some thousand paths.
    private static let bytesMax = 1 << 22

    private let path: String
    private let isForgetting: Bool

    /// The memory of one set.
    ///
    /// - Parameters:
    ///   - set: the set's name.
    ///   - state: the host's own.
    ///   - isForgetting: whether what is mounted now is how it shall be.
    package init(of set: String, in state: HostState, isForgetting: Bool = false) {
        path = "\(state.folder(of: set))/mounts"
        self.isForgetting = isForgetting
    }

    /// The folders, as paths in the snapshot, that shall be mount points.
    ///
    /// - Throws: ``FileSystemError``.
    func expected() throws -> Set<[UInt8]> { isForgetting ? [] : try stored() }

    /// Keeps what was seen mounted. What was mounted earlier and is not now stays expected, until
    /// an operator says that it shall not be.
    ///
    /// - Throws: ``FileSystemError``.
    func learn(_ seen: Set<[UInt8]>) throws {
        let stored = try stored()
        let kept = isForgetting ? seen : stored.union(seen)
        guard kept != stored else {
            return
        }
        // Each is ended by a zero byte, which no path holds.
        let sorted = kept.sorted { $0.lexicographicallyPrecedes($1) }
        try SmallFile.write(sorted.flatMap { $0 + [0] }, to: path)
    }

    private func stored() throws -> Set<[UInt8]> {
        let bytes = try SmallFile.read(path, bytesMax: Self.bytesMax) ?? []
        return Set(bytes.split(separator: 0).map { Array($0) })
    }
}
