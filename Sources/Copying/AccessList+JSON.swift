package import Format
package import ObjectStore

extension AccessList {
    /// As records and programs have it (FORMAT.md §13.1).
    package var json: JSONValue {
        .object([
            "grantees": .array(grantees.map { .string($0) }),
            "open": .bool(isOpen),
            "owner": .string(owner),
            "unnamed": .integer(Int64(unnamed)),
        ])
    }
}
