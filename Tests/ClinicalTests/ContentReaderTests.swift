import Clinical
import TestSupport
import Testing

/// Bytes of a file through one bounded buffer.
@Suite struct ContentReaderTests {
    private func reader(_ bytes: [UInt8]) -> ContentReader {
        ContentReader(size: UInt64(bytes.count)) { buffer, offset in
            // As a file does: a full buffer unless the file ends.
            let part = bytes.dropFirst(Int(offset)).prefix(buffer.count)
            buffer.replaceSubrange(..<part.count, with: part)
            return part.count
        }
    }

    @Test func `lines come whole, however long, and the last needs no line feed`() throws {
        let long = [UInt8](repeating: 7, count: 600_000)
        let content = ContentReader(Array("a\n\n".utf8) + long + Array("\nz".utf8))
        #expect(try content.line(max: 10) == Array("a".utf8))
        #expect(try content.line(max: 10) == [])
        #expect(try content.line(max: 600_000) == long)
        #expect(try content.line(max: 10) == Array("z".utf8))
        #expect(try content.line(max: 10) == nil)
    }

    @Test(arguments: UInt64(0)..<8)
    func `what is taken, passed and skipped is what the file has`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = random.bytes(900_000)
        let content = reader(bytes)
        var place = 0
        while place < bytes.count {
            #expect(content.position == UInt64(place))
            let count = min(bytes.count - place, Int.random(in: 1...60_000, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: try content.skip(UInt64(count))
            case 1: #expect(try Array(content.take(count)) == Array(bytes[place..<place + count]))
            case 2:
                var passed: [UInt8] = []
                try content.pass(UInt64(count)) { passed += $0 }
                #expect(passed == Array(bytes[place..<place + count]))
            default:
                #expect(try Array(content.peek(count)) == Array(bytes[place..<place + count]))
                continue
            }
            place += count
        }
        #expect(content.isAtEnd)
        #expect(try content.byte() == nil)
    }

    @Test func `a file that ends too early is said to`() throws {
        #expect(throws: ContentError.truncated) { try ContentReader([1, 2]).take(3) }
        #expect(throws: ContentError.truncated) { try ContentReader([1, 2]).skip(3) }
        #expect(throws: ContentError.truncated) { try ContentReader([1, 2]).pass(3) { _ in } }
        #expect(throws: ContentError.overLimit) { try ContentReader([1, 2]).rest(max: 1) }
        #expect(throws: ContentError.overLimit) { try ContentReader([1, 2]).line(max: 1) }
    }

    @Test func `a file that is shorter than it was said to be ends where it ends`() throws {
        let content = ContentReader(size: 100) { buffer, offset in
            let count = offset == 0 ? 10 : 0
            buffer.replaceSubrange(..<count, with: [UInt8](repeating: 1, count: count))
            return count
        }
        #expect(throws: ContentError.truncated) { try content.pass(100) { _ in } }
    }
}
