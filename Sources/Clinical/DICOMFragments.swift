/// How pixel data stand in fragments (PS3.5 §A.4).
struct DICOMFragments: Hashable, Sendable {
    /// How many fragments there are.
    private(set) var count: UInt64 = 0
    /// How many frames the Basic Offset Table has; 0 if it is empty.
    var offsetCount: Int { offsets.count }
    /// Whether all fragments have an even length.
    private(set) var isEven = true
    private let offsets: [UInt32]
    private let isTable: Bool
    /// The first offset at which no fragment has begun yet.
    private var nextOffset = 0

    /// Begins with a Basic Offset Table.
    ///
    /// - Parameter offsets: where frames begin, in bytes after the table; nil if it is no table of
    ///   numbers.
    init(offsets: [UInt32]?) {
        self.offsets = offsets ?? []
        isTable = offsets != nil
    }

    /// Whether every offset of the table is the beginning of a fragment, rising from 0.
    var isTableRight: Bool { isTable && nextOffset == offsets.count }

    /// Counts a fragment.
    ///
    /// - Parameters:
    ///   - position: where its item begins, in bytes after the table.
    ///   - length: bytes of its value.
    mutating func add(at position: UInt64, length: UInt32) {
        count &+= 1
        isEven = isEven && length.isMultiple(of: 2)
        if nextOffset < offsets.count, UInt64(offsets[nextOffset]) == position {
            nextOffset += 1
        }
    }
}

extension DICOMParser {
    /// Most frames in a Basic Offset Table: 4 MiB.
    private static let offsetsMax = 1 << 20

    /// Reads fragments up to the sequence's delimiter, which is taken too.
    ///
    /// - Parameter body: takes the fragments' bytes, in order.
    /// - Returns: how the fragments stand.
    /// - Throws: ``ContentError`` if there is something else, or the file ends.
    func fragments(_ body: (ArraySlice<UInt8>) throws -> Void) throws -> DICOMFragments {
        var fragments = DICOMFragments(offsets: try offsetTable())
        let start = content.position
        while true {
            let position = content.position - start
            guard let item = try item() else {
                return fragments
            }
            guard !item.isUndefined else {
                throw ContentError.malformed("")
            }
            fragments.add(at: position, length: item.length)
            try passValue(of: item, body)
        }
    }

    /// Takes an element's value through the content's buffer.
    ///
    /// - Parameters:
    ///   - element: one with a length, whose head was just read.
    ///   - body: takes the value's bytes, in order.
    /// - Throws: ``ContentError/truncated`` before anything is read if the file is too short.
    func passValue(
        of element: DICOMElement,
        _ body: (ArraySlice<UInt8>) throws -> Void
    ) throws {
        guard UInt64(element.length) <= content.remaining else {
            throw ContentError.truncated
        }
        try content.pass(UInt64(element.length), body)
    }

    /// Takes the first item: the Basic Offset Table (PS3.5 §A.4).
    ///
    /// - Returns: nil if its length is none of 32-bit numbers.
    private func offsetTable() throws -> [UInt32]? {
        guard let item = try item(), !item.isUndefined else {
            throw ContentError.malformed("")
        }
        guard item.length.isMultiple(of: 4) else {
            try content.skip(UInt64(item.length))
            return nil
        }
        guard item.length / 4 <= UInt32(Self.offsetsMax) else {
            throw ContentError.overLimit
        }
        var offsets: [UInt32] = []
        for _ in 0..<item.length / 4 {
            offsets.append(try uint32())
        }
        return offsets
    }
}
