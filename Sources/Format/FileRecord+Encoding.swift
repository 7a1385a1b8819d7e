import Model

extension FileRecord {
    /// The record as it stands in a file list: length (varint) ‖ body.
    package func append(to output: inout [UInt8]) {
        var body: [UInt8] = []
        body.reserveCapacity(path.count + 128)
        body.append(prefixed: path)
        body.append(kindNumber)
        body.append(varint: mode)
        body.append(varint: uid)
        body.append(varint: gid)
        FileRecord.append(modified, to: &body)
        body.append(varint: identity.device)
        body.append(varint: identity.inode)
        FileRecord.append(identity.changed, to: &body)
        body.append(varint: UInt64(attributes.count))
        for attribute in attributes {
            body.append(prefixed: attribute.name)
            body.append(prefixed: attribute.value)
        }
        appendKind(to: &body)
        output.append(prefixed: body)
    }

    private var kindNumber: UInt8 {
        switch kind {
        case .regular: 1
        case .directory: 2
        case .symlink: 3
        case .fifo: 4
        case .socket: 5
        case .characterDevice: 6
        case .blockDevice: 7
        case .hardLink: 8
        }
    }

    private func appendKind(to body: inout [UInt8]) {
        switch kind {
        case .regular(let content): content.append(to: &body)
        case .symlink(let target), .hardLink(let target): body.append(prefixed: target)
        case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
            body.append(varint: major)
            body.append(varint: minor)
        case .directory, .fifo, .socket: break
        }
    }

    private static func append(_ time: Timestamp, to body: inout [UInt8]) {
        body.append(signedVarint: time.seconds)
        body.append(varint: time.nanoseconds)
    }
}

extension FileRecord.Content {
    fileprivate func append(to body: inout [UInt8]) {
        body.append(varint: size)
        digest.append(to: &body)
        // 0: no holes. Else one more than the number of data extents.
        body.append(varint: UInt64(extents.map { $0.count + 1 } ?? 0))
        for extent in extents ?? [] {
            body.append(varint: extent.offset)
            body.append(varint: extent.length)
        }
        body.append(varint: UInt64(pieces.count))
        for piece in pieces {
            body.append(piece.kind.rawValue)
            piece.chunk.digest.append(to: &body)
            body.append(varint: piece.offset)
            body.append(varint: piece.length)
        }
    }
}

// MARK: - Decoding

extension FileRecord {
    /// Reads the next record of a file list.
    ///
    /// - Throws: ``FormatError``; a path that is not safe beneath a root is invalid already here.
    package init(reading list: inout ByteReader) throws(FormatError) {
        let body = try list.prefixed(max: Limits.fileRecordBytesMax, of: "a file record")
        var reader = ByteReader(body, of: "a file record")
        path = try reader.prefixed(max: Limits.pathBytesMax, of: "a path")
        guard RecordPath.isSafe(path) else {
            throw .invalid("a file record: the path leaves its root")
        }
        let number = try reader.byte()
        mode = UInt16(try reader.count(max: 0o7777, of: "a mode"))
        uid = UInt32(try reader.count(max: Int(FileRecord.ownerMax), of: "a uid"))
        gid = UInt32(try reader.count(max: Int(FileRecord.ownerMax), of: "a gid"))
        modified = try FileRecord.time(&reader)
        let device = try reader.varint()
        let inode = try reader.varint()
        identity = Identity(
            device: device,
            inode: inode,
            changed: try FileRecord.time(&reader)
        )
        attributes = try FileRecord.attributes(&reader)
        kind = try FileRecord.kind(number, &reader)
        try reader.finish()
        try checkMetadata()
    }

    private static func kind(
        _ number: UInt8,
        _ reader: inout ByteReader
    ) throws(FormatError) -> Kind {
        switch number {
        case 1: return .regular(try Content(reading: &reader))
        case 2: return .directory
        case 3:
            return .symlink(target: try reader.prefixed(max: Limits.pathBytesMax, of: "a target"))
        case 4: return .fifo
        case 5: return .socket
        case 6, 7:
            let major = UInt32(try reader.count(max: Int(UInt32.max), of: "a device"))
            let minor = UInt32(try reader.count(max: Int(UInt32.max), of: "a device"))
            return number == 6
                ? .characterDevice(major: major, minor: minor)
                : .blockDevice(major: major, minor: minor)
        case 8:
            let first = try reader.prefixed(max: Limits.pathBytesMax, of: "a path")
            guard RecordPath.isSafe(first) else {
                throw .invalid("a file record: a hard link leaves its root")
            }
            return .hardLink(to: first)
        default: throw .invalid("a file record: kind \(number) is unknown")
        }
    }

    private static func attributes(
        _ reader: inout ByteReader
    ) throws(FormatError) -> [Attribute] {
        var attributes: [Attribute] = []
        for _ in 0..<(try reader.count(max: attributesMax, of: "attributes")) {
            let name = try reader.prefixed(max: attributeNameMax, of: "an attribute's name")
            let value = try reader.prefixed(max: attributeValueMax, of: "an attribute's value")
            attributes.append(Attribute(name: name, value: value))
        }
        return attributes
    }

    private static func time(_ reader: inout ByteReader) throws(FormatError) -> Timestamp {
        let seconds = try reader.signedVarint()
        let nanoseconds = UInt32(try reader.count(max: 999_999_999, of: "nanoseconds"))
        guard let time = Timestamp(seconds: seconds, nanoseconds: nanoseconds) else {
            throw .invalid("a file record: a time")
        }
        return time
    }
}

extension FileRecord.Content {
    fileprivate init(reading reader: inout ByteReader) throws(FormatError) {
        size = try reader.varint()
        guard size <= UInt64(Int64.max) else {
            throw .overLimit("a file record: a size")
        }
        digest = try FileRecord.Content.digest(&reader)
        extents = try FileRecord.Content.extents(&reader, size: size)
        var pieces: [FileRecord.Piece] = []
        var data: UInt64 = 0
        for _ in 0..<(try reader.count(max: Limits.fileRecordBytesMax / 34, of: "pieces")) {
            guard let kind = FrameKind(rawValue: try reader.byte()),
                kind == .content || kind == .bundle
            else {
                throw .invalid("a file record: a piece is of a kind that files have not")
            }
            let chunk = try FileRecord.Content.digest(&reader)
            let offset = UInt32(try reader.count(max: Limits.chunkBytesMax, of: "an offset"))
            let length = UInt32(try reader.count(max: Limits.chunkBytesMax, of: "a length"))
            guard length > 0, Int(offset) + Int(length) <= Limits.chunkBytesMax,
                kind == .bundle || offset == 0
            else {
                throw .invalid("a file record: a piece has no bytes or a wrong offset")
            }
            data += UInt64(length)
            pieces.append(
                FileRecord.Piece(
                    kind: kind,
                    chunk: ChunkID(chunk),
                    offset: offset,
                    length: length
                )
            )
        }
        self.pieces = pieces
        let expected = extents?.reduce(0) { $0 + $1.length } ?? size
        guard data == expected else {
            throw .invalid("a file record: the pieces are not as long as the data")
        }
    }

    private static func digest(_ reader: inout ByteReader) throws(FormatError) -> Digest {
        let bytes = try reader.slice(Digest.byteCount)
        return unsafe bytes.withUnsafeBytes { unsafe Digest(copying: $0) }
    }

    private static func extents(
        _ reader: inout ByteReader,
        size: UInt64
    ) throws(FormatError) -> [FileRecord.Extent]? {
        let count = try reader.count(max: Limits.fileRecordBytesMax / 2, of: "extents")
        guard count > 0 else {
            return nil
        }
        var extents: [FileRecord.Extent] = []
        var end: UInt64 = 0
        for _ in 1..<count {
            let offset = try reader.varint()
            let length = try reader.varint()
            guard offset >= end, length > 0, offset <= size, length <= size - offset else {
                throw .invalid("a file record: extents overlap or leave the file")
            }
            end = offset + length
            extents.append(FileRecord.Extent(offset: offset, length: length))
        }
        return extents
    }
}
