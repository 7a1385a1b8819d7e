/// The values of the elements that rules need, of one data set, item or head.
struct DICOMAttributes {
    private var values: [DICOMTag: [UInt8]] = [:]
    private let isBigEndian: Bool

    /// Starts with none.
    init(_ encoding: DICOMEncoding) {
        isBigEndian = encoding.isBigEndian
    }

    /// Keeps a value.
    ///
    /// - Parameters:
    ///   - value: as it stands in the file.
    ///   - tag: whose value it is.
    /// - Throws: ``ContentError`` for a second value of one element: which of the two counts would
    ///   be a guess (PS3.5 §7.1: a tag stands at most once in a data set).
    mutating func keep(_ value: [UInt8], of tag: DICOMTag) throws {
        guard values.updateValue(value, forKey: tag) == nil else {
            throw ContentError.malformed("")
        }
    }

    /// Whether the element is there, with a value or without.
    func has(_ tag: DICOMTag) -> Bool { values[tag] != nil }

    /// A value without its padding; empty if there is none.
    func text(_ tag: DICOMTag) -> ArraySlice<UInt8> {
        (values[tag] ?? []).dicomTrimmed
    }

    /// A value without its padding, as an identifier.
    func identifier(_ tag: DICOMTag) -> String {
        String(decoding: text(tag), as: UTF8.self)
    }

    /// A binary number of 16 or 32 bits, as US and UL are; nil if it is none.
    func number(_ tag: DICOMTag) -> UInt64? {
        guard let bytes = values[tag], bytes.count == 2 || bytes.count == 4 else {
            return nil
        }
        let ordered = isBigEndian ? bytes : bytes.reversed()
        return ordered.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The bytes of a value as they stand; empty if there is none.
    func bytes(_ tag: DICOMTag) -> [UInt8] { values[tag] ?? [] }
}

extension RandomAccessCollection<UInt8> where SubSequence == ArraySlice<UInt8> {
    /// Without leading spaces and trailing spaces and zeros: none of them counts (PS3.5 §6.2).
    var dicomTrimmed: ArraySlice<UInt8> {
        var rest = drop { $0 == UInt8(ascii: " ") }
        while let last = rest.last, last == UInt8(ascii: " ") || last == 0 {
            rest.removeLast()
        }
        return rest
    }
}

extension ArraySlice<UInt8> {
    /// The number that these decimal digits make; nil for anything else, and from 10¹⁸ on.
    var dicomDecimal: UInt64? {
        guard !isEmpty, count <= 18 else {
            return nil
        }
        var value: UInt64 = 0
        for byte in self {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
                return nil
            }
            value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
        }
        return value
    }

    /// Whether these are a UID (PS3.5 §9.1): 1 to 64 characters, numbers between dots, none with a
    /// zero before it.
    var isDICOMIdentifier: Bool {
        guard (1...64).contains(count) else {
            return false
        }
        let numbers = split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return numbers.allSatisfy { number in
            let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
            return !number.isEmpty && number.allSatisfy { digits.contains($0) }
                && (number.count == 1 || number.first != UInt8(ascii: "0"))
        }
    }
}
