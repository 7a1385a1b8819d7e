/// The answer to a query, as text.
package struct Rows: Hashable, Sendable {
    /// The names of the columns.
    package let columns: [String]
    /// The oids of their types, as 16 for boolean.
    package let types: [UInt32]
    /// The values, row by row. As text in UTF-8.
    package let values: [Row]

    /// One row. How many columns it has is the server's word, so a column that it did not send
    /// reads as NULL.
    package struct Row: Hashable, Sendable {
        /// The values of the columns that were sent; nil for NULL.
        package let values: [String?]

        /// A row of these values; without any, every column is NULL.
        package init(_ values: [String?] = []) {
            self.values = values
        }

        /// The value of a column, from 0; nil for NULL, and where there is no such column.
        package subscript(_ column: Int) -> String? {
            values.indices.contains(column) ? values[column] : nil
        }
    }

    /// The only value of an answer of one row and one column; nil for NULL and for anything else.
    package var single: String? {
        values.count == 1 && columns.count == 1 ? values[0][0] : nil
    }

    /// The first column without its NULLs.
    package var firstColumn: [String] { values.compactMap { $0[0] } }
}
