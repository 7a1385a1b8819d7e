/// Reads the elements of a data set one after another, trusting no length.
///
/// Errors carry no place: a file that is read out of step would show its values as tags.
struct DICOMParser {
    /// Most sequences within each other.
    static let depthMax = 32
    /// Longest value that is kept: no value representation of an element that rules need is
    /// longer than 64 characters (PS3.5 Table 6.2-1), and a file's place is eight of eight.
    static let valueBytesMax = 1 << 10

    /// The bytes, which stand at an element's beginning.
    let content: ContentReader
    /// How elements are written.
    let encoding: DICOMEncoding

    /// Reads the head of the next element (PS3.5 §7.1.2 and §7.1.3) or item (§7.5).
    ///
    /// - Returns: the head; the content stands at the value.
    /// - Throws: ``ContentError`` if there is none.
    func element() throws -> DICOMElement {
        let group = try uint16()
        let tag = DICOMTag(group: group, element: try uint16())
        guard encoding.hasVR, group != DICOMTag.delimiterGroup else {
            return DICOMElement(tag: tag, vr: nil, length: try uint32())
        }
        guard let first = try content.byte(), let second = try content.byte() else {
            throw ContentError.truncated
        }
        guard let vr = DICOMVR(first, second) else {
            throw ContentError.malformed("")
        }
        let length = try uint16()
        if vr.hasShortLength {
            return DICOMElement(tag: tag, vr: vr, length: UInt32(length))
        }
        // Of a representation that is not known yet, only its form is (§6.2, Note).
        guard vr.isKnown || length == 0 else {
            throw ContentError.malformed("")
        }
        return DICOMElement(tag: tag, vr: vr, length: try uint32())
    }

    /// Takes an element's value.
    ///
    /// - Parameter element: one whose head was just read.
    /// - Returns: the value as it stands, with its padding.
    /// - Throws: ``ContentError`` if it is longer than ``valueBytesMax`` or than the file.
    func value(of element: DICOMElement) throws -> [UInt8] {
        guard element.length <= UInt32(Self.valueBytesMax) else {
            throw ContentError.overLimit
        }
        return Array(try content.take(Int(element.length)))
    }

    /// Steps over an element's value, whatever its form.
    ///
    /// - Parameters:
    ///   - element: one whose head was just read.
    ///   - depth: how many sequences it lies in.
    /// - Throws: ``ContentError`` if the value is not well formed or longer than the file.
    func skip(_ element: DICOMElement, depth: Int = 0) throws {
        guard element.isUndefined else {
            return try content.skip(UInt64(element.length))
        }
        guard depth < Self.depthMax else {
            throw ContentError.overLimit
        }
        guard let vr = element.vr else {
            return element.tag == .pixels
                ? try skipFragments() : try skipItems(depth: depth + 1)
        }
        switch vr {
        case .sequence:
            try skipItems(depth: depth + 1)
        case .unknown:
            // PS3.5 §6.2.2: so whatever the data set's own encoding is.
            try DICOMParser(content: content, encoding: .implicitLittle)
                .skipItems(depth: depth + 1)
        case _ where vr.isBulk:
            try skipFragments()
        default:
            throw ContentError.malformed("")
        }
    }

    private func skipFragments() throws {
        _ = try fragments { _ in }
    }

    /// Steps over the items of a sequence without a length, and its delimiter.
    private func skipItems(depth: Int) throws {
        while let item = try item() {
            if item.isUndefined {
                try skipElements(depth: depth)
            } else {
                try content.skip(UInt64(item.length))
            }
        }
    }

    /// Steps over the elements of an item without a length, and its delimiter.
    private func skipElements(depth: Int) throws {
        while let element = try elementOfItem() {
            try skip(element, depth: depth)
        }
    }

    /// Reads the head of the next item of a sequence.
    ///
    /// - Returns: nil if the sequence's delimiter stands there, which is then taken.
    /// - Throws: ``ContentError`` for anything else.
    func item() throws -> DICOMElement? {
        let item = try element()
        if item.tag == .sequenceDelimiter, item.length == 0 {
            return nil
        }
        guard item.tag == .item else {
            throw ContentError.malformed("")
        }
        return item
    }

    /// Reads the head of the next element of an item.
    ///
    /// - Returns: nil if the item's delimiter stands there, which is then taken.
    /// - Throws: ``ContentError`` if there is neither.
    func elementOfItem() throws -> DICOMElement? {
        let element = try element()
        if element.tag == .itemDelimiter, element.length == 0 {
            return nil
        }
        guard element.tag.group != DICOMTag.delimiterGroup else {
            throw ContentError.malformed("")
        }
        return element
    }

    // MARK: - Numbers

    private func uint16() throws -> UInt16 {
        let bytes = try content.take(2)
        let first = UInt16(bytes[bytes.startIndex])
        let second = UInt16(bytes[bytes.startIndex + 1])
        return encoding.isBigEndian ? first << 8 | second : second << 8 | first
    }

    /// Takes a number of 32 bits.
    ///
    /// - Returns: the number.
    /// - Throws: ``ContentError/truncated``.
    func uint32() throws -> UInt32 {
        let first = UInt32(try uint16())
        let second = UInt32(try uint16())
        return encoding.isBigEndian ? first << 16 | second : second << 16 | first
    }
}
