import FileSystem
import Glibc
package import Model

/// A hospital's own questions to its restored database.
///
/// A file of SQL statements, each ended by `;` and each preceded by a comment that names it:
/// ```sql
/// -- name: every admission has a patient
/// SELECT count(*) = 0 FROM admission WHERE patient IS NULL;
/// ```
/// Each must answer with exactly one row of one boolean, and that must be true. It runs in a
/// read-only transaction with `public` for a search path.
package enum Assertions {
    /// Largest file.
    package static let bytesMax = 4 << 20
    /// How long one assertion may take.
    package static let timeout: Duration = .seconds(600)

    /// What became of the assertions.
    package struct Report: Hashable, Sendable {
        /// The names of those that hold.
        package var held: [String] = []
        /// `assertion-failed` for those that do not; `part-skipped` for those that gave no answer.
        package var findings: [Finding] = []
    }

    /// Runs the assertions of a file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - connection: to the restored database.
    /// - Returns: what became of them; a doubt if the file holds none.
    /// - Throws: ``DatabaseError/file(_:)``, ``DatabaseError/invalidFile(path:why:)``,
    ///   ``DatabaseError/connectionLost(_:)``.
    package static func run(
        file path: String,
        on connection: borrowing Connection
    ) throws(DatabaseError) -> Report {
        let bytes: [UInt8]
        do throws(FileSystemError) {
            bytes = try FileHandle.open(path, O_RDONLY).readAll(bytesMax: bytesMax)
        } catch {
            throw .file(error)
        }
        let script = SQLScript(bytes)
        guard !script.isSuspicious else {
            throw .invalidFile(path: path, why: "holds a backslash command or an unclosed string")
        }
        return try run(script, on: connection)
    }

    private static func run(
        _ script: SQLScript,
        on connection: borrowing Connection
    ) throws(DatabaseError) -> Report {
        var report = Report()
        try connection.setStatementTimeout(timeout)
        for (index, statement) in script.statements.enumerated() {
            let name = name(of: statement) ?? "number \(index + 1)"
            let subject = Subject.named("assertion \(name)")
            switch try ask(statement, name, connection) {
            case .success(true): report.held.append(name)
            case .success(false): report.findings.append(Finding(.assertionFailed, subject))
            case .failure(let doubt):
                let evidence = ["reason": doubt.reason]
                report.findings.append(Finding(.partSkipped, subject, evidence: evidence))
            }
        }
        if script.statements.isEmpty {
            let evidence = ["reason": "no-assertion"]
            report.findings.append(Finding(.partSkipped, .named("assertions"), evidence: evidence))
        }
        return report
    }

    private struct Doubt: Error {
        let reason: String
    }

    /// The oid of boolean.
    private static let boolean: UInt32 = 16

    private static func ask(
        _ statement: SQLScript.Statement,
        _ name: String,
        _ connection: borrowing Connection
    ) throws(DatabaseError) -> Result<Bool, Doubt> {
        let rows: Rows
        do throws(DatabaseError) {
            rows = try connection.ask(statement.text, for: "assertion \(name)")
        } catch .refused(_, let state, _) {
            return .failure(Doubt(reason: state))
        } catch .answerTooLarge {
            return .failure(Doubt(reason: "too-many-rows"))
        }
        guard rows.columns.count == 1, rows.types == [boolean] else {
            return .failure(Doubt(reason: "not-one-boolean"))
        }
        guard rows.values.count == 1 else {
            return .failure(Doubt(reason: rows.values.isEmpty ? "no-row" : "too-many-rows"))
        }
        guard let answer = rows.single else {
            return .failure(Doubt(reason: "null"))
        }
        return .success(answer == "t")
    }

    /// What the last comment of the form `-- name: …` before the statement says.
    private static func name(of statement: SQLScript.Statement) -> String? {
        let mark = "-- name:"
        return statement.comments.last { $0.hasPrefix(mark) }.map { comment in
            comment.dropFirst(mark.count).split(separator: " ").joined(separator: " ")
        }
    }
}
