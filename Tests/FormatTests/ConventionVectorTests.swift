import Format
import Model
import TestSupport
import Testing

/// FORMAT.md §1 … §3, by its vectors.
@Suite struct ConventionVectorTests {
    @Test(arguments: Vector.names(of: "varint"))
    func `a number`(name: String) throws {
        let vector = try Vector(name)
        let value = vector.read { bytes throws(FormatError) in
            var reader = ByteReader(bytes, of: "a number")
            let value = try reader.varint()
            try reader.finish()
            return value
        }
        if let value {
            #expect(value == (try vector.number("value", UInt64.self)))
            var written: [UInt8] = []
            written.append(varint: value)
            #expect(written == vector.bytes)
        }
    }

    @Test(arguments: Vector.names(of: "svarint"))
    func `a number with a sign`(name: String) throws {
        let vector = try Vector(name)
        var reader = ByteReader(vector.bytes, of: "a number")
        let value = try vector.number("value", Int64.self)
        #expect(try reader.signedVarint() == value)
        var written: [UInt8] = []
        written.append(signedVarint: value)
        #expect(written == vector.bytes)
    }

    @Test(arguments: Vector.names(of: "time"))
    func `a binary time`(name: String) throws {
        let vector = try Vector(name)
        // Times stand in records alone: this one stands in one.
        let record = FileRecord.sample(modified: vector.bytes)
        let read = vector.read { _ throws(FormatError) in
            var reader = ByteReader(record, of: "a list")
            return try FileRecord(reading: &reader)
        }
        if let read {
            #expect(read.modified.seconds == (try vector.number("seconds", Int64.self)))
            #expect(read.modified.nanoseconds == (try vector.number("nanoseconds", UInt32.self)))
        }
    }

    @Test(arguments: Vector.names(of: "moment"))
    func `a time in JSON`(name: String) throws {
        let vector = try Vector(name)
        let moment = Timestamp(rfc3339: String(decoding: vector.bytes, as: UTF8.self))
        #expect((moment != nil) == (vector.expect == .success))
        if let moment {
            #expect(moment == Timestamp(seconds: try vector.number("seconds")))
            #expect(Array(moment.rfc3339.utf8) == vector.bytes)
        }
    }

    @Test(arguments: Vector.names(of: "base64"))
    func `bytes in Base64`(name: String) throws {
        let vector = try Vector(name)
        let decoded = Base64.decode(String(decoding: vector.bytes, as: UTF8.self))
        #expect((decoded != nil) == (vector.expect == .success))
        if let decoded {
            #expect(decoded == (try vector.bytes("value")))
            #expect(Array(Base64.encode(decoded).utf8) == vector.bytes)
        }
    }

    @Test(arguments: Vector.names(of: "json"))
    func `canonical JSON`(name: String) throws {
        let vector = try Vector(name)
        let value = vector.read { bytes throws(FormatError) in
            try JSONValue(canonical: bytes, of: "a vector")
        }
        if let value {
            #expect(value.canonical == vector.bytes)
        }
    }

    @Test(arguments: Vector.names(of: "store-key"))
    func `a key in a store`(name: String) throws {
        let vector = try Vector(name)
        let kind: String? =
            switch StoredKind(key: String(decoding: vector.bytes, as: UTF8.self)) {
            case .descriptor: "descriptor"
            case .key: "key"
            case .pack: "pack"
            case .index: "index"
            case .list: "list"
            case .manifest: "manifest"
            case .record: "record"
            case .medium: "medium"
            case .sacrifice: "sacrifice"
            case .aside: "aside"
            case .foreign: nil
            }
        #expect(kind == (vector.expect == .foreign ? nil : try vector.text("kind")))
    }

    @Test(arguments: Vector.names(of: "padme"))
    func `padded sizes`(name: String) throws {
        for row in try Vector(name).rows("size") {
            #expect(Padme.paddedSize(try row.number(0)) == (try row.number(1)))
        }
    }
}

extension FileRecord {
    /// The bytes of a folder's record with a modification time given as bytes.
    fileprivate static func sample(modified time: [UInt8]) -> [UInt8] {
        var body: [UInt8] = []
        body.append(prefixed: Array("d".utf8))
        body.append(2)
        body += [0, 0, 0] + time + [0, 0, 0, 0, 0]
        var record: [UInt8] = []
        record.append(prefixed: body)
        return record
    }
}
