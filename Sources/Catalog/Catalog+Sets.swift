import GRDB
package import Model

extension Catalog {
    /// Every set that was ever recorded, rising by id; the name is nil where it is not known.
    package func sets() throws(CatalogError) -> [(id: SetID, name: String?)] {
        try reading { database in
            try Row.fetchAll(database, sql: "SELECT id, name FROM sets ORDER BY id").map { row in
                let fields = Fields(row)
                return (try fields.set("id"), try fields.optional("name", fields.text))
            }
        }
    }

    /// The id of the set of that name; nil if it is not known.
    package func setID(named name: String) throws(CatalogError) -> SetID? {
        try reading { database in
            let sql = "SELECT id FROM sets WHERE name = ?"
            return try Row.fetchOne(database, sql: sql, arguments: [name]).map {
                try Fields($0).set("id")
            }
        }
    }

    /// The name of a set; nil if it is not known.
    package func setName(of set: SetID) throws(CatalogError) -> String? {
        try reading { database in
            let sql = "SELECT name FROM sets WHERE id = ?"
            return try Row.fetchOne(database, sql: sql, arguments: [set.blob]).flatMap { row in
                let fields = Fields(row)
                return try fields.optional("name", fields.text)
            }
        }
    }

    /// Records a set and its name. A name that another set had goes over to this one: a host that
    /// lost its state gives its sets new ids.
    package func record(set: SetID, named name: String) throws(CatalogError) {
        try writing { database in
            _ = try Catalog.number(of: set, named: name, in: database)
        }
    }

    /// The row number of a set, which is added if it is new; no name leaves what is known.
    static func number(
        of set: SetID,
        named name: String? = nil,
        in database: Database
    ) throws -> Int64 {
        try database.execute(
            sql: "INSERT INTO sets (id) VALUES (?) ON CONFLICT DO NOTHING",
            arguments: [set.blob]
        )
        if let name {
            try database.execute(
                sql: "UPDATE sets SET name = NULL WHERE name = ? AND id <> ?",
                arguments: [name, set.blob]
            )
            try database.execute(
                sql: "UPDATE sets SET name = ? WHERE id = ?",
                arguments: [name, set.blob]
            )
        }
        let sql = "SELECT number FROM sets WHERE id = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [set.blob]) else {
            throw BadValue(column: "sets.id")
        }
        return try Fields(row).integer("number")
    }
}
