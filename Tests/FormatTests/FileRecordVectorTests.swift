import Format
import Model
import TestSupport
import Testing

/// Records of the file list (FORMAT.md §16), by their vectors.
@Suite struct FileRecordVectorTests {
    @Test(arguments: Vector.names(of: "file-record"))
    func `a file record`(name: String) throws {
        let vector = try Vector(name)
        let read = vector.read { bytes throws(FormatError) in
            var reader = ByteReader(bytes, of: "a list")
            let record = try FileRecord(reading: &reader)
            try reader.finish()
            return record
        }
        if let read {
            let told = try FileRecord(told: vector)
            #expect(read == told)
            var written: [UInt8] = []
            told.append(to: &written)
            #expect(written == vector.bytes)
        }
    }
}

extension FileRecord {
    /// The record that a vector's header tells of.
    fileprivate init(told vector: Vector) throws {
        self.init(
            path: try vector.bytes("path"),
            kind: try Kind(told: vector),
            mode: try vector.number("mode"),
            uid: try vector.number("uid"),
            gid: try vector.number("gid"),
            modified: try vector.time("modified"),
            identity: Identity(
                device: try vector.number("device"),
                inode: try vector.number("inode"),
                changed: try vector.time("changed")
            ),
            attributes: try vector.rows("attribute").map { row in
                Attribute(name: try row.bytes(0), value: try row.bytes(1))
            }
        )
    }
}

extension FileRecord.Kind {
    fileprivate init(told vector: Vector) throws {
        switch try vector.number("kind", Int.self) {
        case 1: self = .regular(try FileRecord.Content(told: vector))
        case 2: self = .directory
        case 3: self = .symlink(target: try vector.bytes("target"))
        case 4: self = .fifo
        case 5: self = .socket
        case 6:
            self = .characterDevice(
                major: try vector.number("major"),
                minor: try vector.number("minor")
            )
        case 7:
            self = .blockDevice(
                major: try vector.number("major"),
                minor: try vector.number("minor")
            )
        default: self = .hardLink(to: try vector.bytes("target"))
        }
    }
}

extension FileRecord.Content {
    fileprivate init(told vector: Vector) throws {
        let extents = try vector.rows("extent").map { row in
            FileRecord.Extent(offset: try row.number(0), length: try row.number(1))
        }
        self.init(
            size: try vector.number("size"),
            digest: try vector.digest("digest"),
            extents: vector.texts("extents").isEmpty ? nil : extents,
            pieces: try vector.rows("piece").map { row in
                FileRecord.Piece(
                    kind: try #require(FrameKind(rawValue: try row.number(0))),
                    chunk: ChunkID(try row.digest(1)),
                    offset: try row.number(2),
                    length: try row.number(3)
                )
            }
        )
    }
}

extension Vector {
    fileprivate func time(_ key: String) throws -> Timestamp {
        let row = try #require(rows(key).first)
        let nanoseconds: UInt32 = try row.number(1)
        return try #require(Timestamp(seconds: try row.number(0), nanoseconds: nanoseconds))
    }
}
