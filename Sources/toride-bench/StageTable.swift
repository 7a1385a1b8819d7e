import Chunking
import Compression
import FileSystem
import Format
import Glibc
import Model
import Primitives
import Sealing

/// What each stage costs on the files of one tree, one thread alone.
///
/// The pieces are those that a backup would make: large files cut by content, small ones bundled.
/// Each passes through all stages before the next, in memory that is used again, as it does in a
/// backup.
final class StageTable {
    /// The stages in the order in which a byte meets them.
    enum Stage: String, CaseIterable {
        case walk = "walk: list folders, stat"
        case read = "open and read"
        case chunk = "chunk"
        case hash = "hash"
        case compress = "compress"
        case seal = "seal"
        case check = "check: open, decompress, hash"
        case packHash = "hash of packs"
        case write = "write"
    }

    private static let packBytes = 32 << 20
    private static let bundleBytes = 1 << 20

    private var spent: [Stage: Duration] = [:]
    private var files: [(path: [UInt8], size: Int)] = []
    private var bytes = 0
    private var storedBytes = 0
    private let clock = ContinuousClock()
    private let chunker: Chunker
    private let codec = ChunkCodec()
    private let namer: ChunkNamer
    private let key: AEADKey
    private let scope: SealingScope
    private let origin: ChunkOrigin
    private var bundle: [UInt8] = []
    private var pack: [UInt8] = []
    private let output: FileHandle

    /// Measures the tree beneath `root`.
    init(of root: String) throws {
        let secret = try SetSecret.random()
        chunker = Chunker(key: try secret.chunkerKey("content"))
        namer = try secret.namer()
        guard let salt = Digest(try Randomness.bytes(count: 32)) else {
            preconditionFailure("32 bytes make a salt")
        }
        guard let name = RandomID([UInt8](repeating: 1, count: RandomID.byteCount)) else {
            preconditionFailure("16 bytes make a name")
        }
        scope = SealingScope(repository: RepositoryID(name), set: SetID(name))
        let run = try RunKey.random()
        key = try run.packKey(salt: salt)
        origin = ChunkOrigin(run: run.id, salt: salt)
        output = try FileHandle.open(root + ".bench", O_RDWR | O_CREAT | O_TRUNC)
        defer { unsafe unlink(root + ".bench") }
        try time(.walk) { try list(Array(root.utf8)) }
        var content: [UInt8] = []
        for file in files {
            content.removeAll(keepingCapacity: true)
            content += repeatElement(0, count: file.size)
            try time(.read) { try read(file.path, &content) }
            try pass(content)
        }
        try pass(piece: bundle)
        try endPack()
    }

    private func time<R>(_ stage: Stage, _ work: () throws -> R) rethrows -> R {
        let start = clock.now
        defer { spent[stage, default: .zero] += clock.now - start }
        return try work()
    }

    private func list(_ folder: [UInt8]) throws {
        let text = String(decoding: folder, as: UTF8.self)
        let handle = try FileHandle.open(text, O_RDONLY | O_DIRECTORY)
        for name in try handle.names() {
            let status = try handle.status(name: name)
            let path = RecordPath.joined(folder, name)
            switch status.kind {
            case .directory: try list(path)
            case .regular: files.append((path, Int(status.size)))
            default: break
            }
        }
    }

    private func read(_ path: [UInt8], _ content: inout [UInt8]) throws {
        let file = try FileHandle.open(String(decoding: path, as: UTF8.self), O_RDONLY)
        _ = try file.status()
        _ = try file.readBlock(&content)
    }

    /// Content of large files by cuts, of small ones in bundles of about a MiB.
    private func pass(_ content: [UInt8]) throws {
        bytes += content.count
        if content.count < 256 << 10 {
            time(.chunk) { bundle += content }
            if bundle.count >= StageTable.bundleBytes {
                try pass(piece: bundle)
                bundle.removeAll(keepingCapacity: true)
            }
            return
        }
        var start = 0
        while start < content.count {
            let piece = time(.chunk) {
                let length = unsafe content.withUnsafeBytes { bytes in
                    unsafe chunker.firstCut(
                        UnsafeRawBufferPointer(rebasing: bytes[start...]),
                        isLast: true
                    )
                }
                return Array(content[start..<start + (length ?? content.count - start)])
            }
            try pass(piece: piece)
            start += piece.count
        }
    }

    private func pass(piece: [UInt8]) throws {
        let chunk = time(.hash) { namer.id(.content, digest: SHA256.hash(piece)) }
        let start = clock.now
        unsafe try codec.withFrame(of: piece) { frame in
            spent[.compress, default: .zero] += clock.now - start
            let entry = ChunkEntry(
                chunk: chunk,
                kind: .content,
                origin: origin,
                // One for all: nothing here is kept, and the cost is the same.
                counter: 0,
                offset: UInt64(pack.count),
                sealedBytes: UInt32(frame.count + AEADKey.overhead)
            )
            let context = scope.context(entry)
            try time(.seal) {
                unsafe try key.seal(
                    frame,
                    nonce: context.nonce,
                    associated: context.associatedData,
                    into: &pack
                )
            }
            try time(.check) {
                unsafe try pack.withUnsafeBytes { bytes in
                    unsafe try codec.check(
                        UnsafeRawBufferPointer(rebasing: bytes[entry.range]),
                        entry,
                        key: key,
                        scope: scope,
                        namer: namer
                    )
                }
            }
        }
        if pack.count >= StageTable.packBytes {
            try endPack()
        }
    }

    private func endPack() throws {
        storedBytes += pack.count
        _ = time(.packHash) { SHA256.hash(pack) }
        try time(.write) { try output.write(pack) }
        pack.removeAll(keepingCapacity: true)
    }

    /// Prints the stages as a table of Markdown, with the bound that they make.
    func print() {
        let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        Swift.print("| stage, one core | s | ns/B | MB/s |\n|---|---|---|---|")
        var sum = Duration.zero
        for stage in Stage.allCases {
            let duration = spent[stage] ?? .zero
            sum += duration
            let seconds = duration / .seconds(1)
            Swift.print(
                "| \(stage.rawValue) | \(rounded(seconds, 3)) "
                    + "| \(rounded(seconds * 1e9 / Double(bytes), 3)) "
                    + "| \(rounded(Double(bytes) / 1e6 / seconds, 0)) |"
            )
        }
        let seconds = sum / .seconds(1)
        Swift.print(
            "\n\(files.count) files, \(bytes) bytes, stored \(storedBytes). All stages: "
                + "\(rounded(seconds, 2)) s; the bound over \(cores) cores: "
                + "**\(rounded(seconds / Double(cores), 2)) s**."
        )
    }

    private func rounded(_ value: Double, _ digits: Int) -> String {
        let scale = pow(10, Double(digits))
        let number = (value * scale).rounded() / scale
        return digits == 0 ? "\(Int(number))" : "\(number)"
    }
}
