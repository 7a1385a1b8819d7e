/// What a document of extended storage is, by the ending of its name, and how its bytes show it.
enum SSMIX2DocumentType: Hashable, Sendable {
    /// A message of HL7 v2.
    case message
    /// XML, as CDA R2 is.
    case xml
    /// Text of whatever kind.
    case text
    /// Begins with one of these, after some bytes that may be anything.
    case marked([[UInt8]], after: Int)
    /// Of a known ending, whose formats have no mark of their own.
    case unmarked

    /// Bytes that are looked at, from the front and from the end.
    static let windowBytes = 4 << 10

    /// The type of a file; nil for an ending that no document has.
    ///
    /// - Parameter name: its name, of which what follows the last point counts.
    init?(name: ArraySlice<UInt8>) {
        guard let point = name.lastIndex(of: UInt8(ascii: ".")) else {
            return nil
        }
        let ending = String(decoding: name[(point + 1)...], as: UTF8.self).lowercased()
        guard let type = Self.endings[ending] else {
            return nil
        }
        self = type
    }

    /// Whether bytes are of this type, as far as their ends tell.
    ///
    /// - Parameters:
    ///   - head: the file's first bytes, ``windowBytes`` if it has so many.
    ///   - tail: its last ones, likewise.
    /// - Returns: true for a message, which is to be parsed instead.
    func accepts(head: ArraySlice<UInt8>, tail: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .message, .unmarked: !head.isEmpty
        case .xml: Self.isXML(head, tail)
        case .text: !head.isEmpty && !Self.hasControls(head) && !Self.hasControls(tail)
        case .marked(let marks, let offset):
            marks.contains { head.dropFirst(offset).starts(with: $0) }
        }
    }

    /// Begins with `<` and ends with `>`, white space and a byte order mark apart. UTF-16 has zero
    /// bytes between.
    private static func isXML(_ head: ArraySlice<UInt8>, _ tail: ArraySlice<UInt8>) -> Bool {
        let passed: Set<UInt8> = [0xef, 0xbb, 0xbf, 0xfe, 0xff, 0x00, 0x09, 0x0a, 0x0d, 0x20]
        return head.first { !passed.contains($0) } == UInt8(ascii: "<")
            && tail.last { !passed.contains($0) } == UInt8(ascii: ">")
    }

    /// UTF-16 apart, no text has a zero byte.
    private static func hasControls(_ bytes: ArraySlice<UInt8>) -> Bool {
        let isWide = bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff])
        return !isWide && bytes.contains(0)
    }

    /// Endings of documents that the guideline or its readers speak of, and the marks with which
    /// their formats begin.
    private static let endings: [String: SSMIX2DocumentType] = {
        let zip = SSMIX2DocumentType.marked([[0x50, 0x4b, 0x03, 0x04]], after: 0)
        let compound = SSMIX2DocumentType.marked([[0xd0, 0xcf, 0x11, 0xe0]], after: 0)
        let jpeg = SSMIX2DocumentType.marked([[0xff, 0xd8, 0xff]], after: 0)
        let tiff = SSMIX2DocumentType.marked([Array("II*\0".utf8), Array("MM\0*".utf8)], after: 0)
        func mark(_ text: String, after offset: Int = 0) -> SSMIX2DocumentType {
            .marked([Array(text.utf8)], after: offset)
        }
        return [
            "hl7": .message, "xml": .xml, "cda": .xml, "xsl": .xml, "xslt": .xml, "svg": .xml,
            "txt": .text, "csv": .text, "tsv": .text, "css": .text, "htm": .text, "html": .text,
            "json": .text, "js": .text, "pdf": mark("%PDF-"), "rtf": mark("{\\rtf"),
            "dcm": mark("DICM", after: 128), "png": mark("PNG", after: 1), "gif": mark("GIF8"),
            "bmp": mark("BM"), "jpg": jpeg, "jpeg": jpeg, "tif": tiff, "tiff": tiff,
            "zip": zip, "docx": zip, "xlsx": zip, "pptx": zip, "xdw": .unmarked, "doc": compound,
            "xls": compound, "ppt": compound, "mp4": mark("ftyp", after: 4),
            "mov": .unmarked, "mpg": .unmarked, "avi": mark("RIFF"), "wav": mark("RIFF"),
            "mp3": .unmarked, "mfer": .unmarked, "mwf": .unmarked,
        ]
    }()
}
