import TestSupport

/// Finds the patients of the fixtures in any bytes: their numbers, names, days of birth, telephones
/// and addresses, and the names of their files.
struct PatientSearch {
    /// Shorter words stand by chance in hashes, numbers and sentences: ヤマ, 林, ABE.
    private static let bytesMin = 6
    /// How long patients' numbers are in the fixtures, and those of their images.
    private static let numberBytes = 10

    /// Words by their first four bytes.
    private var words: [UInt32: Set<[UInt8]>] = [:]

    /// Reads every file of the fixtures' clinical stores.
    init() throws {
        for format in ["ssmix2", "dicom", "fhir", "hl7"] {
            for (path, bytes) in try contents(of: Tool.fixture(format)) {
                guard let bytes else {
                    continue
                }
                takePath(path)
                switch format {
                case "dicom": takeDICOM(bytes)
                case "fhir": takeFHIR(String(decoding: bytes, as: UTF8.self))
                default: takeHL7(bytes)
                }
            }
        }
    }

    /// How many words are looked for.
    var count: Int { words.values.reduce(0) { $0 + $1.count } }

    /// The words that stand in some bytes.
    func found(in bytes: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        for place in bytes.indices.dropLast(3) {
            for word in words[Self.start(bytes, place)] ?? []
            where bytes[place...].starts(with: word) {
                found.insert(String(decoding: word, as: UTF8.self))
            }
        }
        return found
    }

    private static func start(_ bytes: [UInt8], _ place: Int) -> UInt32 {
        bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private mutating func add(_ word: [UInt8]) {
        if word.count >= Self.bytesMin {
            words[Self.start(word, 0), default: []].insert(word)
        }
    }

    /// A day as 20030114 and as 2003-01-14.
    private mutating func add(day: [UInt8]) {
        let digits = String(decoding: day, as: UTF8.self).replacing("-", with: "")
        let (year, rest) = (digits.prefix(4), digits.dropFirst(4))
        add(Array(digits.utf8))
        add(Array("\(year)-\(rest.prefix(2))-\(rest.dropFirst(2))".utf8))
    }

    // MARK: - Formats

    private mutating func takePath(_ path: String) {
        let parts = path.split(separator: "/").map { Array($0.utf8) }
        for part in parts where part.count == Self.numberBytes {
            add(part)
        }
        if let name = parts.last {
            add(name)
        }
    }

    /// PID-3, PID-5 and PID-7 of every message (HL7 v2.5 §3.4.2).
    private mutating func takeHL7(_ bytes: [UInt8]) {
        for segment in bytes.split(whereSeparator: { $0 == 0x0d || $0 == 0x0a })
        where segment.starts(with: "PID|".utf8) {
            for piece in Self.pieces(segment, fields: "|", parts: "^~") {
                switch piece.field {
                case 3, 5: add(piece.text)
                case 7: add(day: piece.text)
                default: continue
                }
            }
        }
    }

    /// Patient's Name, ID and Birth Date: explicit VR, little endian, a length of 16 bits (PS3.5
    /// §7.1.2).
    private mutating func takeDICOM(_ bytes: [UInt8]) {
        for (element, vr) in [(0x10, "PN"), (0x20, "LO"), (0x30, "DA")] as [(UInt8, String)] {
            guard let head = bytes.firstRange(of: [0x10, 0x00, element, 0x00] + Array(vr.utf8)),
                head.upperBound + 2 < bytes.count
            else {
                continue
            }
            let length = Int(bytes[head.upperBound]) | Int(bytes[head.upperBound + 1]) << 8
            let value = bytes.dropFirst(head.upperBound + 2).prefix(length)
            for piece in Self.pieces(value, fields: "=", parts: "^ ") {
                if vr == "DA" {
                    add(day: piece.text)
                } else {
                    add(piece.text)
                }
            }
        }
    }

    /// Of every patient: names as they are written and read, numbers, telephones, addresses.
    private mutating func takeFHIR(_ text: String) {
        guard text.hasPrefix(#"{"resourceType":"Patient""#) else {
            return
        }
        for match in text.matches(of: /"(?:family|text|value)":"([^"]+)"/) {
            add(Array(match.output.1.utf8))
        }
        for match in text.matches(of: /"given":\["([^"]+)"/) {
            add(Array(match.output.1.utf8))
        }
        for match in text.matches(of: /"birthDate":"([^"]+)"/) {
            add(day: Array(match.output.1.utf8))
        }
    }

    // MARK: - Pieces

    private struct Piece {
        let field: Int
        var text: [UInt8] = []
    }

    /// Divides bytes, but not between escapes to two-byte characters (RFC 1468), which may have any
    /// byte. The escapes themselves are left out.
    private static func pieces(
        _ bytes: ArraySlice<UInt8>,
        fields: String,
        parts: String
    ) -> [Piece] {
        let escape: UInt8 = 0x1b
        var pieces = [Piece(field: 0)]
        var field = 0
        var isTwoByte = false
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == escape {
                isTwoByte = rest.first == UInt8(ascii: "$")
                rest = rest.dropFirst(2)
            } else if isTwoByte {
                pieces[pieces.count - 1].text.append(byte)
            } else if fields.utf8.contains(byte) {
                field += 1
                pieces.append(Piece(field: field))
            } else if parts.utf8.contains(byte) {
                pieces.append(Piece(field: field))
            } else {
                pieces[pieces.count - 1].text.append(byte)
            }
        }
        return pieces
    }
}
