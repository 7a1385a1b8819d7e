import Model
import Reporting
import Testing

/// docs/FINDINGS.md says what the code says.
struct FindingsPageTests {
    private struct Row {
        let code: String
        let severity: String
        let meaning: String
        let evidence: String
        let action: String
    }

    private let rows: [Row]

    init() throws {
        rows = try PackageText.lines("docs/FINDINGS.md").compactMap { line in
            guard let cells = line.tableCells, cells.count == 5, cells[0].hasPrefix("`"),
                let code = cells[0].codeSpans.first
            else {
                return nil
            }
            return Row(
                code: code,
                severity: cells[1],
                meaning: cells[2],
                evidence: cells[3],
                action: cells[4]
            )
        }
    }

    @Test func `every code has one row and every row a code, in the code's order`() {
        for code in FindingCode.allCases where !rows.contains(where: { $0.code == code.rawValue }) {
            Issue.record("add, with its keys of evidence: \(row(code))")
        }
        #expect(rows.map(\.code) == FindingCode.allCases.map(\.rawValue))
    }

    /// The row as it should stand on the page.
    private func row(_ code: FindingCode) -> String {
        let languages: [Language] = [.english, .japanese]
        let title = languages.map { FindingText.title(code, $0) }.joined(separator: "<br>")
        let action = languages.map { FindingText.action(code, $0) }.joined(separator: "<br>")
        return "| `\(code.rawValue)` | \(code.severity.rawValue) | \(title) | – | \(action) |"
    }

    @Test func `severities are those of the code`() throws {
        for row in rows {
            let code = try #require(FindingCode(rawValue: row.code), "\(row.code)")
            #expect(row.severity == code.severity.rawValue, "\(row.code)")
        }
    }

    @Test func `the page says what the programs print`() throws {
        for row in rows {
            let code = try #require(FindingCode(rawValue: row.code), "\(row.code)")
            let expected = self.row(code)
            #expect(expected.contains("| \(row.meaning) |"), "on the page: \(expected)")
            #expect(expected.contains("| \(row.action) |"), "on the page: \(expected)")
            #expect(!row.evidence.isEmpty, "\(row.code)")
        }
    }
}
