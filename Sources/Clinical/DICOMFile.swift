/// One DICOM file: what the rules need of it, read front to back (PS3.10 §7).
struct DICOMFile {
    /// How many bytes stand before the head: a preamble and `DICM` (PS3.10 §7.1).
    static let startByteCount = 132
    private static let preambleByteCount = 128
    /// Media Storage Directory Storage: the class of a DICOMDIR (PS3.6 Table A-1).
    private static let directoryClass = "1.2.840.10008.1.3.10"
    private static let directoryName = Array("DICOMDIR".utf8)

    /// Where it lies, beneath the store's root.
    let path: [UInt8]
    /// Whether the preamble is one that the standard names: zeros, or that of TIFF.
    private(set) var isPreambleKnown = true
    /// The head.
    private(set) var meta = DICOMAttributes(.explicitLittle)
    /// Whether the head ends where it says.
    private(set) var isMetaWhole = true
    /// The transfer syntax; what was guessed if the head names none.
    private(set) var syntax = DICOMTransferSyntax(uid: "")
    /// The data set.
    private(set) var data = DICOMAttributes(.explicitLittle)
    /// The pixel data; nil if there are none.
    private(set) var pixels: DICOMPixels?
    /// Whether the pixels lie with someone else (PS3.5 §A.6).
    private(set) var hasPixelProvider = false
    /// The records, if it is a DICOMDIR and has them.
    private(set) var directory: DICOMDirectory?
    /// The last element that rules know and that was come to: a place for what goes wrong there or
    /// after. The elements between have tags that may be anything, once a file is out of step.
    private(set) var reached: DICOMTag?

    private let content: ContentReader
    private let inflate: DICOMReader.Inflate?

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - path: beneath the store's root.
    ///   - content: stands at the preamble.
    ///   - inflate: inflates a data set; nil if nothing can.
    init(at path: [UInt8], _ content: ContentReader, inflate: DICOMReader.Inflate?) {
        self.path = path
        self.content = content
        self.inflate = inflate
    }

    /// Whether a file begins as one with a preamble does.
    ///
    /// - Parameter start: its first ``startByteCount`` bytes, or all.
    /// - Returns: whether `DICM` stands where it should.
    static func hasMark(_ start: ArraySlice<UInt8>) -> Bool {
        start.count == startByteCount && start.suffix(4).elementsEqual("DICM".utf8)
    }

    /// Whether its head says that it is a DICOMDIR.
    var isDirectory: Bool { meta.identifier(.metaClass) == Self.directoryClass }

    /// Whether its name says so (PS3.10 §8.6).
    var isNamedDirectory: Bool {
        let name = path.split(separator: UInt8(ascii: "/")).last ?? []
        return name.elementsEqual(Self.directoryName)
    }

    /// Reads it to its end.
    ///
    /// - Throws: ``ContentError`` if it cannot be; what was read before then is kept.
    mutating func read() throws {
        try readPreamble()
        try readMeta()
        let uid = meta.identifier(.transferSyntax)
        syntax =
            uid.isEmpty
            ? DICOMTransferSyntax(guessedFrom: try content.peek(6)) : DICOMTransferSyntax(uid: uid)
        let body = syntax.isDeflated ? try inflated() : content
        try readData(DICOMParser(content: body, encoding: syntax.encoding))
    }

    private func inflated() throws -> ContentReader {
        guard let inflate else {
            throw ContentError.malformed(DICOMTag.transferSyntax.name)
        }
        return ContentReader(try inflate(content))
    }

    private mutating func readPreamble() throws {
        let preamble = try content.take(Self.startByteCount).prefix(Self.preambleByteCount)
        // TIFF and BigTIFF, of either byte order: PS3.10 §7.1, for files that are both.
        let known: [[UInt8]] = [
            [0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A], [0x49, 0x49, 0x2B, 0],
            [0x4D, 0x4D, 0, 0x2B],
        ]
        isPreambleKnown =
            preamble.allSatisfy { $0 == 0 } || known.contains { preamble.starts(with: $0) }
    }

    /// Reads the head: always explicit VR, little endian (PS3.10 §7.1).
    private mutating func readMeta() throws {
        let parser = DICOMParser(content: content, encoding: .explicitLittle)
        var end: UInt64?
        while try content.peek(2).elementsEqual([UInt8(DICOMTag.metaGroup), 0]) {
            let element = try parser.element()
            guard DICOMTag.metaRequired.contains(element.tag) else {
                try parser.skip(element)
                continue
            }
            try meta.keep(try parser.value(of: element), of: element.tag)
            reached = element.tag
            if element.tag == .metaLength, let length = meta.number(.metaLength) {
                end = content.position.addingReportingOverflow(length).partialValue
            }
        }
        isMetaWhole = end == nil || end == content.position
    }

    private mutating func readData(_ parser: DICOMParser) throws {
        data = DICOMAttributes(parser.encoding)
        while !parser.content.isAtEnd {
            let element = try parser.element()
            guard element.tag.isOfDataSet else {
                throw ContentError.malformed("")
            }
            try readElement(element, parser)
        }
    }

    private mutating func readElement(_ element: DICOMElement, _ parser: DICOMParser) throws {
        switch element.tag {
        case .pixels, .floatPixels, .doublePixels:
            guard pixels == nil else {
                throw ContentError.malformed("")
            }
            reached = element.tag
            pixels = try parser.pixels(element)
        case .directoryRecords where isDirectory:
            guard directory == nil else {
                throw ContentError.malformed("")
            }
            reached = element.tag
            var records = DICOMDirectory(at: path)
            try records.read(element, parser)
            directory = records
        case .pixelProvider:
            hasPixelProvider = true
            try parser.skip(element)
        case let tag where DICOMTag.kept.contains(tag):
            try data.keep(try parser.value(of: element), of: tag)
            reached = tag
        default:
            try parser.skip(element)
        }
    }
}
