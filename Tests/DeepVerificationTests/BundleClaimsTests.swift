import Format
import Model
import Primitives
import Testing

@testable import DeepVerification

/// Claims about files in bundles are judged in batches that do not grow with the tree.
@Suite struct BundleClaimsTests {
    private let list = ChunkID(SHA256.hash([1]))
    private let bundle = ChunkID(SHA256.hash([2]))

    private func record(_ path: String, pieces: [FileRecord.Piece]) -> FileRecord {
        let content = FileRecord.Content(
            size: pieces.reduce(0) { $0 + UInt64($1.length) },
            digest: SHA256.hash(Array(path.utf8)),
            extents: nil,
            pieces: pieces
        )
        return FileRecord(
            path: Array(path.utf8),
            kind: .regular(content),
            mode: 0o644,
            uid: 0,
            gid: 0,
            modified: Timestamp(seconds: 0),
            identity: FileRecord.Identity(
                device: 0,
                inode: 0,
                changed: Timestamp(seconds: 0)
            ),
            attributes: []
        )
    }

    private func add(_ record: FileRecord, to claims: inout BundleClaims) {
        guard case .regular(let content) = record.kind else {
            return
        }
        claims.add(record, content, in: list) { _ in SHA256.hash([3]) }
    }

    @Test func `a batch is full at so many pieces, and empty again after it was judged`() {
        var claims = BundleClaims(piecesMax: 3, pathBytesMax: 1_000)
        for number in 0..<3 {
            #expect(!claims.isFull)
            let piece = FileRecord.Piece(
                kind: .bundle,
                chunk: bundle,
                offset: UInt32(8 + number),
                length: 1
            )
            add(record("file-\(number)", pieces: [piece]), to: &claims)
        }
        #expect(claims.isFull)
        #expect(claims.files.map(\.slots) == [0..<1, 1..<2, 2..<3])
        #expect(claims.requests[bundle]?.map(\.slot) == [0, 1, 2])
        claims.removeAll()
        #expect(claims.isEmpty && !claims.isFull && claims.requests.isEmpty)
    }

    @Test func `long paths fill a batch as well`() {
        var claims = BundleClaims(piecesMax: 1_000, pathBytesMax: 250)
        let piece = FileRecord.Piece(kind: .bundle, chunk: bundle, offset: 8, length: 1)
        let name = String(repeating: "a", count: 100)
        add(record(name + "/1", pieces: [piece]), to: &claims)
        add(record(name + "/2", pieces: [piece]), to: &claims)
        #expect(!claims.isFull)
        add(record(name + "/3", pieces: [piece]), to: &claims)
        #expect(claims.isFull)
    }

    @Test func `a file has a digest once all of its pieces have`() {
        var claims = BundleClaims()
        let pieces = [
            FileRecord.Piece(kind: .content, chunk: list, offset: 0, length: 5),
            FileRecord.Piece(kind: .bundle, chunk: bundle, offset: 8, length: 7),
        ]
        add(record("both", pieces: pieces), to: &claims)
        #expect(claims.digest(of: claims.files[0]) == nil)
        claims.fill(1, SHA256.hash([4]))
        var expected = PieceList()
        expected.append(length: 5, digest: SHA256.hash([3]))
        expected.append(length: 7, digest: SHA256.hash([4]))
        #expect(claims.digest(of: claims.files[0]) == SHA256.hash(expected.encoded))
    }

    @Test func `the digest of one piece is its own, that of none is of nothing`() {
        let digest = SHA256.hash([5])
        let known: [(length: UInt32, digest: Digest?)] = [(9, digest)]
        let unknown: [(length: UInt32, digest: Digest?)] = [(9, nil)]
        #expect(FileClaim.digest(known, isList: false) == digest)
        #expect(FileClaim.digest(known, isList: true) != digest)
        #expect(FileClaim.digest([], isList: false) == SHA256.hash([]))
        #expect(FileClaim.digest(unknown, isList: false) == nil)
        #expect(FileClaim.digest(unknown, isList: true) == nil)
    }
}
