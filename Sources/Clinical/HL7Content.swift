/// What a file that should hold one message turns out to hold.
enum HL7Content: Sendable {
    /// A message.
    case message(HL7Message)
    /// None, or one over a limit; where, and whether there are bytes that seven bits have not.
    case damaged(place: String, hasHighBytes: Bool)
    /// The file ended before the size that it should have.
    case unread

    /// Reads a file to its end.
    ///
    /// - Parameter content: the file, from the front.
    /// - Returns: its message, or why there is none.
    /// - Throws: what the file throws.
    static func read(_ content: ContentReader) throws -> HL7Content {
        let bytes: [UInt8]
        do {
            bytes = try content.rest(max: HL7Message.bytesMax)
        } catch ContentError.overLimit {
            return .damaged(place: "size", hasHighBytes: false)
        } catch ContentError.truncated {
            return .unread
        }
        do throws(ContentError) {
            return .message(try HL7Parser.message(bytes))
        } catch {
            return .damaged(
                place: error == .overLimit ? "size" : "MSH",
                hasHighBytes: bytes.contains { $0 >= 0x80 }
            )
        }
    }
}
