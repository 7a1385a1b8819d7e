/// A DICOMDIR's list of the files of its file-set (PS3.3 Annex F, PS3.10 §8).
struct DICOMDirectory {
    /// Most records.
    static let recordsMax = 1 << 20

    /// What its records name: each a key that the named file gives too.
    private(set) var keys: [UInt64] = []
    /// Whether a record names a file, but no instance in it.
    private(set) var hasNameless = false
    private let folder: ArraySlice<UInt8>
    private var recordCount = 0

    /// Starts with no record.
    ///
    /// - Parameter path: the DICOMDIR's own, beneath the store's root.
    init(at path: [UInt8]) {
        let slash = path.lastIndex(of: UInt8(ascii: "/"))
        folder = path[..<(slash.map { $0 + 1 } ?? 0)]
    }

    /// The key of an instance in its place.
    ///
    /// - Parameters:
    ///   - path: the file's, beneath the store's root. Small letters count as capitals: a file-set
    ///     knows capitals only (PS3.10 §8.5), but what copied it may have changed them.
    ///   - instance: its SOP Instance UID; empty if it could not be read.
    /// - Returns: a hash of both.
    static func key(of path: [UInt8], _ instance: ArraySlice<UInt8>) -> UInt64 {
        let small = UInt8(ascii: "a")...UInt8(ascii: "z")
        let capitals = path.map { small.contains($0) ? $0 - 32 : $0 }
        return KeyHash.of(capitals[...], instance)
    }

    /// Reads the Directory Record Sequence.
    ///
    /// - Parameters:
    ///   - sequence: its element, whose head was just read.
    ///   - parser: of the data set.
    /// - Throws: ``ContentError`` if it is not well formed or has too many records.
    mutating func read(_ sequence: DICOMElement, _ parser: DICOMParser) throws {
        let end = try parser.end(of: sequence)
        while try !parser.isAt(end), let item = try parser.item() {
            recordCount += 1
            guard recordCount <= Self.recordsMax else {
                throw ContentError.overLimit
            }
            try readRecord(item, parser)
        }
        guard try end == nil || parser.isAt(end) else {
            throw ContentError.malformed("")
        }
    }

    private mutating func readRecord(_ item: DICOMElement, _ parser: DICOMParser) throws {
        let end = try parser.end(of: item)
        var record = DICOMAttributes(parser.encoding)
        while try !parser.isAt(end), let element = try parser.elementOfItem() {
            if DICOMTag.keptOfRecord.contains(element.tag) {
                try record.keep(try parser.value(of: element), of: element.tag)
            } else {
                try parser.skip(element, depth: 1)
            }
        }
        guard try end == nil || parser.isAt(end) else {
            throw ContentError.malformed("")
        }
        add(record)
    }

    private mutating func add(_ record: DICOMAttributes) {
        // 0 marks a record that was taken out (PS3.3 §F.3.2.2); most name no file at all.
        guard record.number(.recordInUse) != 0, !record.text(.recordFile).isEmpty else {
            return
        }
        let instance = record.text(.recordInstance)
        guard !instance.isEmpty else {
            hasNameless = true
            return
        }
        let parts = record.bytes(.recordFile).split(separator: UInt8(ascii: "\\"))
            .map(\.dicomTrimmed)
        let path = Array(folder) + Array(parts.joined(separator: [UInt8(ascii: "/")]))
        keys.append(Self.key(of: path, instance))
    }
}

extension DICOMParser {
    /// Where a value ends.
    ///
    /// - Parameter element: whose head was just read.
    /// - Returns: nil if a delimiter ends it.
    /// - Throws: ``ContentError/truncated`` if that is after the file's end.
    func end(of element: DICOMElement) throws -> UInt64? {
        guard !element.isUndefined else {
            return nil
        }
        guard UInt64(element.length) <= content.remaining else {
            throw ContentError.truncated
        }
        return content.position + UInt64(element.length)
    }

    /// Whether a value that ends there was read to its end.
    ///
    /// - Parameter end: what ``end(of:)`` gave.
    /// - Returns: false for nil: only a delimiter tells.
    /// - Throws: ``ContentError`` if what lies in the value is longer than it.
    func isAt(_ end: UInt64?) throws -> Bool {
        guard let end else {
            return false
        }
        guard content.position <= end else {
            throw ContentError.malformed("")
        }
        return content.position == end
    }
}
