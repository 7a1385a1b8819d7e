/// What a sealed frame holds. The number is bound into the frame's associated data, so that one
/// kind can never be taken for another.
package enum FrameKind: UInt8, Hashable, Sendable, CaseIterable {
    /// A piece of one file.
    case content = 1
    /// Many small files.
    case bundle = 2
    /// A piece of a snapshot's file list.
    case fileList = 3
    /// A snapshot's root.
    case root = 4
    /// Facts about the source, gathered when the backup was taken.
    case witness = 5
    /// A pack's own table.
    case packTable = 16
    /// Zeros that bring a pack to its padded size.
    case filler = 17
    /// Where a pack's table begins.
    case trailer = 18
    /// An index.
    case index = 32

    /// Whether it is content of a snapshot, and so has a chunk id.
    package var isChunk: Bool { rawValue < 16 }
}
