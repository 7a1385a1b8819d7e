import Format
import Model
import Primitives
import Sealing
import Testing

@Suite struct FileDigestTests {
    private func digest(_ pieces: [[UInt8]], hasHoles: Bool) -> Digest {
        var digest = FileDigest()
        for piece in pieces {
            digest.append(length: piece.count, digest: SHA256.hash(piece))
        }
        return digest.finish(hasHoles: hasHoles)
    }

    private func listed(_ pieces: [[UInt8]]) -> Digest {
        var list: [UInt8] = []
        for piece in pieces {
            list.append(fixed: UInt64(piece.count))
            SHA256.hash(piece).append(to: &list)
        }
        return SHA256.hash(list)
    }

    @Test func `one piece without holes is its own digest, all else is that of the list`() {
        #expect(digest([], hasHoles: false) == SHA256.hash([]))
        #expect(digest([], hasHoles: true) == SHA256.hash([]))
        #expect(digest([[1, 2]], hasHoles: false) == SHA256.hash([1, 2]))
        #expect(digest([[1, 2]], hasHoles: true) == listed([[1, 2]]))
        for hasHoles in [false, true] {
            #expect(digest([[1], [2]], hasHoles: hasHoles) == listed([[1], [2]]))
            #expect(digest([[1], [2], [1]], hasHoles: hasHoles) == listed([[1], [2], [1]]))
        }
    }
}
