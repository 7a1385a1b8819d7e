import PostgreSQL
import Testing

/// What a server answers, as readers of it take it.
@Suite struct RowsTests {
    @Test func `a column that was not sent reads as null, and a row that was reads as sent`() {
        let row = Rows.Row(["one", nil, "three"])
        #expect([row[0], row[1], row[2], row[3], row[-1]] == ["one", nil, "three", nil, nil])
        #expect(Rows.Row()[0] == nil)
    }
}
