/// Reads files of one clinical format, one after another; keeps nothing between them.
package protocol FormatReader: Sendable {
    /// What must hold between its files.
    static var storeRules: [StoreRule] { get }

    /// Reads one file.
    ///
    /// - Parameters:
    ///   - path: beneath the store's root, parts separated by `/`; bytes, not text.
    ///   - content: the file's bytes, from the front.
    /// - Returns: what the file says; whatever the bytes are, this is a value.
    /// - Throws: only what `content` throws because it could not be read.
    func facts(of path: [UInt8], _ content: ContentReader) throws -> FileFacts
}
