import Model

/// What a file is like beside its content: the rules of FORMAT.md §16 that a source can break.
extension FileRecord {
    /// Highest number of an owner: to Linux the one after it says "leave the owner", chown(2).
    package static let ownerMax = UInt32.max - 1
    /// Most extended attributes of a file.
    package static let attributesMax = 65_536
    /// Longest name of an attribute in bytes; XATTR_NAME_MAX of Linux.
    package static let attributeNameMax = 255
    /// Longest value of an attribute in bytes; XATTR_SIZE_MAX of Linux.
    package static let attributeValueMax = 65_536

    /// Judges owner, attributes and a link's target. Readers ask it of what they read and writers
    /// of what a source gave them, so that nobody writes what nobody reads.
    ///
    /// - Throws: ``FormatError`` that names the rule.
    package func checkMetadata() throws(FormatError) {
        guard uid <= FileRecord.ownerMax, gid <= FileRecord.ownerMax else {
            throw .overLimit("a file record: an owner")
        }
        guard attributes.count <= FileRecord.attributesMax else {
            throw .overLimit("a file record: attributes")
        }
        for attribute in attributes {
            guard !attribute.name.isEmpty, !attribute.name.contains(0) else {
                throw .invalid("a file record: an attribute's name is empty or has a zero byte")
            }
            guard attribute.name.count <= FileRecord.attributeNameMax,
                attribute.value.count <= FileRecord.attributeValueMax
            else {
                throw .overLimit("a file record: an attribute")
            }
        }
        let rises = zip(attributes, attributes.dropFirst()).allSatisfy { one, next in
            one.name.lexicographicallyPrecedes(next.name)
        }
        guard rises else {
            throw .invalid("a file record: attributes are not in order")
        }
        if case .symlink(let target) = kind {
            guard !target.isEmpty, !target.contains(0) else {
                throw .invalid("a file record: a link's target is empty or has a zero byte")
            }
            guard target.count <= Limits.pathBytesMax else {
                throw .overLimit("a file record: a link's target")
            }
        }
    }
}
