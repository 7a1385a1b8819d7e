package import Model

/// What a finding is about, as people name it. Safe to print, whatever the thing is called.
package enum SubjectText {
    /// Digits of an id that tell one set from another on one site.
    private static let idDigits = 8

    /// Describes a subject.
    ///
    /// - Parameters:
    ///   - subject: what a finding is about.
    ///   - language: of the words beside the names.
    ///   - names: what the configuration calls its sets; a set that is not among them is shown by
    ///     the first digits of its id.
    /// - Returns: one line.
    package static func describe(
        _ subject: Subject,
        _ language: Language,
        names: [SetID: String] = [:]
    ) -> String {
        switch (subject, language) {
        case (.repository, .japanese): "保管庫"
        case (.repository, .english): "the repository"
        case (.object(let key), _): SafeText.escaped(key)
        case (.snapshot(let snapshot), .japanese): "世代 \(describe(snapshot, names: names))"
        case (.snapshot(let snapshot), .english): "snapshot \(describe(snapshot, names: names))"
        case (.set(let set), .japanese): "セット \(describe(set, names: names))"
        case (.set(let set), .english): "set \(describe(set, names: names))"
        case (.path(let path), _): path.isEmpty ? "/" : SafeText.escaped(path)
        case (.table(let table), .japanese): "表 \(SafeText.escaped(table))"
        case (.table(let table), .english): "table \(SafeText.escaped(table))"
        case (.named(let name), _): SafeText.escaped(name)
        }
    }

    /// Names a snapshot as the command line takes it: `ehr-db@12`, or `1f0c9a2b@12`.
    package static func describe(_ snapshot: SnapshotRef, names: [SetID: String] = [:]) -> String {
        "\(describe(snapshot.set, names: names))@\(snapshot.sequence)"
    }

    /// Names a set.
    package static func describe(_ set: SetID, names: [SetID: String] = [:]) -> String {
        names[set].map { SafeText.escaped($0) } ?? String(set.hex.prefix(idDigits))
    }
}
