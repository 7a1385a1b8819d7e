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
/// They pass through in batches larger than any processor's cache, so that each stage meets memory
/// as it does in a backup.
final class StageTable {
    /// The stages in the order in which a byte meets them.
    enum Stage: String, CaseIterable {
        case walk = "walk: list folders, stat"
        case read = "open and read"
        case chunk = "chunk"
        case hash = "hash"
        case compress = "compress"
        case seal = "seal"
        case packHash = "hash of packs"
        case open = "check: open"
        case decompress = "check: decompress"
        case rehash = "check: hash"
        case write = "write"
    }

    private static let batchBytes = 64 << 20

    private var spent: [Stage: Duration] = [:]
    private var files: [(path: [UInt8], size: Int)] = []
    private var bytes = 0
    private var storedBytes = 0
    private let clock = ContinuousClock()
    private let chunker: Chunker
    private let codec = ChunkCodec()
    private let key: AEADKey

    /// Measures the tree beneath `root`.
    init(of root: String) throws {
        let secret = try SetSecret.random()
        chunker = Chunker(key: try secret.chunkerKey("content"), sizes: .content)
        guard let salt = Digest(try Randomness.bytes(count: 32)) else {
            preconditionFailure("32 bytes make a salt")
        }
        key = try RunKey.random().packKey(salt: salt)
        try time(.walk) { try list(Array(root.utf8)) }
        let output = try FileHandle.open(root + ".bench", O_RDWR | O_CREAT | O_TRUNC)
        defer { unsafe unlink(root + ".bench") }
        var batch: [[UInt8]] = []
        var held = 0
        for file in files {
            let content = try time(.read) { try read(file.path) }
            held += content.count
            batch.append(content)
            if held >= Self.batchBytes {
                try pass(batch, output)
                (batch, held) = ([], 0)
            }
        }
        try pass(batch, output)
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

    private func read(_ path: [UInt8]) throws -> [UInt8] {
        let file = try FileHandle.open(String(decoding: path, as: UTF8.self), O_RDONLY)
        var content = [UInt8](repeating: 0, count: Int(try file.status().size))
        _ = try file.readBlock(&content)
        return content
    }

    private func pass(_ contents: [[UInt8]], _ output: borrowing FileHandle) throws {
        bytes += contents.reduce(0) { $0 + $1.count }
        let pieces = time(.chunk) { cut(contents) }
        let digests = time(.hash) { pieces.map { SHA256.hash($0) } }
        let frames = time(.compress) { pieces.map { codec.encode($0) } }
        let nonce = [UInt8](repeating: 0, count: AEADKey.nonceByteCount)
        // One nonce for all: nothing here is kept, and the cost is the same.
        var sealed: [[UInt8]] = []
        try time(.seal) {
            for frame in frames {
                var bytes: [UInt8] = []
                bytes.reserveCapacity(frame.count + AEADKey.overhead)
                unsafe try frame.withUnsafeBytes {
                    unsafe try key.seal($0, nonce: nonce, associated: nonce, into: &bytes)
                }
                sealed.append(bytes)
            }
        }
        storedBytes += sealed.reduce(0) { $0 + $1.count }
        let opened = try time(.open) {
            try sealed.map { bytes in
                unsafe try bytes.withUnsafeBytes {
                    unsafe try key.open($0, nonce: nonce, associated: nonce)
                }
            }
        }
        let again = try time(.decompress) { try opened.map { try codec.decode($0) } }
        let checked = time(.rehash) { again.map { SHA256.hash($0) } }
        precondition(checked == digests, "what was sealed does not come back")
        time(.packHash) {
            let hash = SHA256()
            for bytes in sealed {
                hash.update(bytes)
            }
            _ = hash.finish()
        }
        try time(.write) {
            for bytes in sealed {
                try output.write(bytes)
            }
        }
    }

    /// Content of large files by cuts, of small ones in bundles of about a MiB.
    private func cut(_ contents: [[UInt8]]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var bundle: [UInt8] = []
        for content in contents {
            if content.count < 256 << 10 {
                bundle += content
                if bundle.count >= 1 << 20 {
                    pieces.append(bundle)
                    bundle = []
                }
                continue
            }
            var start = 0
            while start < content.count {
                let length = unsafe content.withUnsafeBytes { bytes in
                    unsafe chunker.firstCut(
                        UnsafeRawBufferPointer(rebasing: bytes[start...]),
                        isLast: true
                    )
                }
                let end = start + (length ?? content.count - start)
                pieces.append(Array(content[start..<end]))
                start = end
            }
        }
        return bundle.isEmpty ? pieces : pieces + [bundle]
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
