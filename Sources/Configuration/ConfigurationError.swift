package import Model

/// Why a configuration cannot be used, and where it says so.
package struct ConfigurationError: ToldError, Hashable {
    /// The file, as it was named by the caller.
    package let file: String
    /// From 1; nil where the whole file is meant.
    package let line: Int?
    /// From 1, in Unicode scalars; nil where the whole line is meant.
    package let column: Int?
    /// The key, as `sets.ehr-db.stores[1]`; empty where none is meant.
    package let keyPath: String
    /// What is wrong.
    package let problem: Problem

    /// States an error at a place.
    init(_ place: Place, _ problem: Problem) {
        file = place.file
        line = place.line
        column = place.column
        keyPath = place.keyPath
        self.problem = problem
    }

    /// `toride.yaml:12:5: sets.ehr-db.schedule: …`, one line.
    package var description: String {
        let numbers = [line, column].compactMap { $0.map { ":\($0)" } }.joined()
        let key = keyPath.isEmpty ? "" : " \(printable(keyPath)):"
        return "\(file)\(numbers):\(key) \(problem.description)"
    }

    package var hint: String { problem.hint }

    package var exitCode: ExitCode { .usage }
}

/// A place in a file.
struct Place: Hashable, Sendable {
    /// The file, as the caller named it.
    let file: String
    /// From 1; nil for the whole file.
    var line: Int?
    /// From 1, in Unicode scalars; nil for the whole line.
    var column: Int?
    /// As `sets.ehr-db.stores[1]`; empty at the root.
    var keyPath = ""

    /// The same place, for the key `key` below.
    func below(_ key: String) -> Place {
        var place = self
        place.keyPath = keyPath.isEmpty ? key : "\(keyPath).\(key)"
        return place
    }
}

/// Text from a file, fit for one line of a terminal: control characters are replaced, and what is
/// longer than 80 characters is cut.
func printable(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(80) {
        let isControl = scalar.properties.generalCategory == .control
        let isSeparator = scalar == "\u{2028}" || scalar == "\u{2029}"
        scalars.append(isControl || isSeparator ? "\u{FFFD}" : scalar)
    }
    return text.unicodeScalars.count > 80 ? "\(String(scalars))…" : String(scalars)
}
