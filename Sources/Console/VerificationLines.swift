package import Format
package import Model
import Reporting
package import Verification

/// A verification as an operator reads it, and as programs do.
package enum VerificationLines {
    /// Tells what was read, what of it is to be remembered, what was found, what was claimed, and
    /// the verdict on that claim.
    ///
    /// - Parameters:
    ///   - report: of one store.
    ///   - place: what the store is called.
    ///   - terminal: where.
    ///   - names: what this host calls its sets; others are shown by their ids.
    package static func tell(
        _ report: VerificationReport,
        of place: String,
        _ terminal: Terminal,
        names: [SetID: String] = [:]
    ) {
        terminal.say(
            terminal.words(
                "\(place): \(report.snapshots) 世代、\(report.objectsRead) オブジェクト "
                    + "(\(ByteCount(report.bytesRead))) を照合",
                "\(place): \(report.snapshots) snapshots, \(report.objectsRead) objects, "
                    + "\(ByteCount(report.bytesRead)) read"
            )
        )
        if report.bytesRemembered > 0 {
            terminal.say(
                terminal.words(
                    "  うち \(ByteCount(report.bytesRemembered)) は、中断する前に読み終えたもの",
                    "  of these \(ByteCount(report.bytesRemembered)) before it was stopped"
                )
            )
        }
        if let deep = report.deep {
            terminal.say(
                terminal.words(
                    "鍵で開いて照合: \(deep.snapshots) 世代、\(deep.chunks) チャンク",
                    "opened: \(deep.snapshots) snapshots, \(deep.chunks) chunks"
                )
            )
        }
        let heads = report.heads.sorted { $0.key < $1.key }
        for (set, head) in heads {
            // As --expect-head takes it: to be written down somewhere else.
            terminal.say(
                "  \(names[set] ?? set.hex)=\(head.sequence):\(head.name.hex) "
                    + (report.finished[set]?.rfc3339 ?? "")
            )
        }
        FindingLines.print(report.findings, terminal, names: names)
        for (set, head) in heads {
            let name = SubjectText.describe(set, names: names)
            let words = claim(name, head, report.finished[set], report.freshness(of: set), terminal)
            // What was claimed and not shown must not read as if it were so.
            let isShown = report.verdict == .proven
            terminal.say(
                terminal.words(
                    (isShown ? "主張: " : "示せなかった主張: ") + words,
                    (isShown ? "claim: " : "claimed, not shown: ") + words
                )
            )
        }
        terminal.conclude(report.verdict)
    }

    /// What the verdict is on, for one set.
    private static func claim(
        _ set: String,
        _ head: Head,
        _ finished: Timestamp?,
        _ freshness: VerificationReport.Freshness,
        _ terminal: Terminal
    ) -> String {
        let time = finished?.rfc3339 ?? "?"
        let japanese =
            switch freshness {
            case .compared: "覚えている世代と合う"
            case .notAsked: "最新かどうかは調べていない"
            case .unknown: "最新かどうかを問われたが、手がかりがない"
            }
        let english =
            switch freshness {
            case .compared: "as new as remembered"
            case .notAsked: "freshness not asked"
            case .unknown: "freshness asked, and no head to compare with"
            }
        return terminal.words(
            "\(set) は世代 \(head.sequence)（\(time) に署名）まで欠けも変化もない。\(japanese)",
            "\(set) is whole up to \(head.sequence), signed \(time); \(english)"
        )
    }

    /// A verification for programs.
    package static func json(_ report: VerificationReport, of place: String) -> JSONValue {
        let heads = report.heads.sorted { $0.key < $1.key }.map { set, head in
            JSONValue.object([
                "finished": report.finished[set].map { .string($0.rfc3339) } ?? .null,
                "freshness": .string(report.freshness(of: set).rawValue),
                "id": .string(head.name.hex), "sequence": .integer(Int64(clamping: head.sequence)),
                "setId": .string(set.hex),
            ])
        }
        let deep = report.deep.map { deep in
            JSONValue.object([
                "chunks": .integer(Int64(clamping: deep.chunks)),
                "snapshots": .integer(Int64(deep.snapshots)),
            ])
        }
        return .object([
            "bytesRead": .integer(Int64(clamping: report.bytesRead)),
            "bytesRemembered": .integer(Int64(clamping: report.bytesRemembered)),
            "deep": deep ?? .null,
            "findings": FindingLines.json(report.findings),
            "heads": .array(heads),
            "objectsRead": .integer(Int64(report.objectsRead)),
            "snapshots": .integer(Int64(report.snapshots)),
            "store": .string(place),
            "verdict": .string(report.verdict.rawValue),
        ])
    }

    /// The verifications of several stores for programs.
    ///
    /// - Parameters:
    ///   - stores: of each, as ``json(_:of:)`` gives them.
    ///   - verdict: the weakest.
    /// - Returns: the one object that `--json` prints.
    package static func json(_ stores: [JSONValue], _ verdict: Verdict) -> JSONValue {
        .object(["stores": .array(stores), "verdict": .string(verdict.rawValue)])
    }
}
