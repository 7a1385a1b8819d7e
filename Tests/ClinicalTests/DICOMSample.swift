import Clinical
import Testing

/// An element of a DICOM file that a test makes.
struct DICOMSampleElement {
    let tag: UInt32
    let vr: String
    var value: [UInt8]
    /// The length that is written; nil for the true one.
    var length: UInt32?

    /// An element with any bytes for a value.
    init(_ tag: UInt32, _ vr: String, _ value: [UInt8], length: UInt32? = nil) {
        self.tag = tag
        self.vr = vr
        self.value = value
        self.length = length
    }

    /// An element with a text, padded to an even length.
    init(_ tag: UInt32, _ vr: String, _ text: String) {
        let padding: [UInt8] = text.utf8.count.isMultiple(of: 2) ? [] : [vr == "UI" ? 0 : 0x20]
        self.init(tag, vr, Array(text.utf8) + padding)
    }
}

/// How a test's data set is written, with the UID of a syntax that is written so.
enum DICOMSampleEncoding: String, CaseIterable, Sendable {
    case implicitLittle = "1.2.840.10008.1.2"
    case explicitLittle = "1.2.840.10008.1.2.1"
    case explicitBig = "1.2.840.10008.1.2.2"

    /// A number in its bytes.
    func bytes(_ value: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
        let little = stride(from: 0, to: value.bitWidth, by: 8).map {
            UInt8(truncatingIfNeeded: value >> $0)
        }
        return self == .explicitBig ? little.reversed() : little
    }

    /// An element in its bytes.
    func bytes(_ element: DICOMSampleElement) -> [UInt8] {
        let long = ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "UC", "UN", "UR", "UT", "XX"]
        let tag = bytes(UInt16(element.tag >> 16)) + bytes(UInt16(element.tag & 0xFFFF))
        let length = element.length ?? UInt32(element.value.count)
        if self == .implicitLittle || element.tag >> 16 == 0xFFFE {
            return tag + bytes(length) + element.value
        }
        let letters = Array(element.vr.utf8)
        return long.contains(element.vr)
            ? tag + letters + [0, 0] + bytes(length) + element.value
            : tag + letters + bytes(UInt16(truncatingIfNeeded: length)) + element.value
    }

    /// Elements in their bytes, one after another.
    func bytes(_ elements: [DICOMSampleElement]) -> [UInt8] { elements.flatMap { bytes($0) } }
}

/// A DICOM file as a test wants it: by default a sound image of 4 × 4 pixels of 16 bits.
struct DICOMSample {
    static let instance = "1.2.392.200036.1.1"
    static let imageClass = "1.2.840.10008.5.1.4.1.1.2"

    var preamble = [UInt8](repeating: 0, count: 128)
    var encoding: DICOMSampleEncoding
    /// The head but its length.
    var meta: [DICOMSampleElement]
    /// What is added to the head's true length.
    var metaLengthError: UInt32 = 0
    var hasMetaLength = true
    /// The data set but pixel data.
    var data: [DICOMSampleElement]
    var pixels: DICOMSampleElement?
    /// Bytes after the last element.
    var tail: [UInt8] = []

    init(_ encoding: DICOMSampleEncoding = .explicitLittle) {
        self.encoding = encoding
        meta = [
            DICOMSampleElement(0x0002_0001, "OB", [0, 1]),
            DICOMSampleElement(0x0002_0002, "UI", Self.imageClass),
            DICOMSampleElement(0x0002_0003, "UI", Self.instance),
            DICOMSampleElement(0x0002_0010, "UI", encoding.rawValue),
            DICOMSampleElement(0x0002_0012, "UI", "1.2.392.200036.9"),
        ]
        data = [
            DICOMSampleElement(0x0008_0016, "UI", Self.imageClass),
            DICOMSampleElement(0x0008_0018, "UI", Self.instance),
            DICOMSampleElement(0x0008_0020, "DA", "20260118"),
            DICOMSampleElement(0x0008_0030, "TM", "093015.25"),
            DICOMSampleElement(0x0008_0050, "SH", "RA90003015"),
            DICOMSampleElement(0x0008_0060, "CS", "CT"),
            DICOMSampleElement(0x0010_0020, "LO", "0001002813"),
            DICOMSampleElement(0x0020_000D, "UI", "1.2.3.4.5"),
            DICOMSampleElement(0x0020_000E, "UI", "1.2.3.4.5.6"),
            DICOMSampleElement(0x0020_0013, "IS", "7"),
            DICOMSampleElement(0x0028_0002, "US", encoding.bytes(UInt16(1))),
            DICOMSampleElement(0x0028_0004, "CS", "MONOCHROME2"),
            DICOMSampleElement(0x0028_0010, "US", encoding.bytes(UInt16(4))),
            DICOMSampleElement(0x0028_0011, "US", encoding.bytes(UInt16(4))),
            DICOMSampleElement(0x0028_0100, "US", encoding.bytes(UInt16(16))),
        ]
        pixels = DICOMSampleElement(0x7FE0_0010, "OW", (0..<32).map { UInt8($0) })
    }

    /// Puts a text in the place of an element, in order; without a text it is left out.
    mutating func set(_ tag: UInt32, _ vr: String, _ text: String?) {
        set(tag, text.map { DICOMSampleElement(tag, vr, $0) })
    }

    /// Puts a number of 16 bits in the place of an element.
    mutating func set(_ tag: UInt32, _ number: UInt16) {
        set(tag, DICOMSampleElement(tag, "US", encoding.bytes(number)))
    }

    /// Puts an element in its place.
    mutating func set(_ tag: UInt32, _ element: DICOMSampleElement?) {
        if tag >> 16 == 2 {
            meta = Self.replaced(meta, tag, element)
        } else {
            data = Self.replaced(data, tag, element)
        }
    }

    private static func replaced(
        _ elements: [DICOMSampleElement],
        _ tag: UInt32,
        _ element: DICOMSampleElement?
    ) -> [DICOMSampleElement] {
        elements.filter { $0.tag < tag } + [element].compactMap { $0 }
            + elements.filter { $0.tag > tag }
    }

    /// Writes the instance's UID into the head and the data set.
    mutating func setInstance(_ uid: String) {
        set(0x0002_0003, "UI", uid)
        set(0x0008_0018, "UI", uid)
    }

    /// Puts pixel data in fragments: the first item is the Basic Offset Table.
    mutating func setFragments(_ items: [[UInt8]], syntax: String = "1.2.840.10008.1.2.4.90") {
        set(0x0002_0010, "UI", syntax)
        pixels = DICOMSampleElement(
            0x7FE0_0010,
            "OB",
            Self.items(items, encoding) + encoding.bytes([DICOMSampleElement(0xFFFE_E0DD, "", "")]),
            length: .max
        )
    }

    /// Items with a length each.
    static func items(_ values: [[UInt8]], _ encoding: DICOMSampleEncoding) -> [UInt8] {
        encoding.bytes(values.map { DICOMSampleElement(0xFFFE_E000, "", $0) })
    }

    /// The data set alone.
    var dataBytes: [UInt8] { encoding.bytes(data + [pixels].compactMap { $0 }) + tail }

    /// Everything before the data set.
    var headBytes: [UInt8] {
        let explicit = DICOMSampleEncoding.explicitLittle
        let rest = explicit.bytes(meta)
        let length = DICOMSampleElement(
            0x0002_0000,
            "UL",
            explicit.bytes(UInt32(rest.count) &+ metaLengthError)
        )
        return preamble + Array("DICM".utf8) + (hasMetaLength ? explicit.bytes(length) : []) + rest
    }

    /// The file.
    var bytes: [UInt8] { headBytes + dataBytes }

    /// What the reader says of the file.
    func facts(at path: String = "a/1.dcm") throws -> FileFacts {
        try DICOMSample.facts(of: bytes, at: path)
    }

    /// What the reader says of any bytes, in a hospital that is nine hours ahead of UTC.
    static func facts(of bytes: [UInt8], at path: String = "a/1.dcm") throws -> FileFacts {
        let reader = DICOMReader(localOffset: 9 * 3_600, inflate: DICOMInflater.inflate)
        return try reader.facts(of: Array(path.utf8), ContentReader(bytes))
    }
}

extension FileFacts {
    /// Its violations, each as `D7 (7FE0,0010)`.
    var broken: [String] {
        violations.map { $0.place.isEmpty ? $0.rule.id : "\($0.rule.id) \($0.place)" }
    }

    /// The entries of one relation.
    func entries(of relation: String) -> [RelationEntry] {
        entries.filter { $0.relation.name == relation }
    }
}
