/// The answer to a query, as text.
package struct Rows: Hashable, Sendable {
    /// The names of the columns.
    package let columns: [String]
    /// The oids of their types, as 16 for boolean.
    package let types: [UInt32]
    /// The values, row by row; nil for NULL. As text in UTF-8.
    package let values: [[String?]]

    /// The only value of an answer of one row and one column; nil for NULL and for anything else.
    package var single: String? {
        values.count == 1 && columns.count == 1 ? values[0][0] : nil
    }

    /// The first column without its NULLs.
    package var firstColumn: [String] { values.compactMap { $0.first ?? nil } }
}
