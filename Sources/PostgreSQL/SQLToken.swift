/// A piece of SQL text.
enum SQLToken: Hashable {
    /// A keyword or a plain name, in lower case.
    case word(String)
    /// A name in double quotes, without them.
    case name(String)
    /// A string, decoded: single quotes, `E''`, `U&''`, dollar quotes. Pieces that the grammar
    /// joins over a line break are one.
    case string([UInt8])
    /// A number, or the value of a bit string.
    case number
    /// Any other character.
    case symbol(UInt8)
    /// A comment, with its marks.
    case comment(String)
}
