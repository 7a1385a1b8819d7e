import Catalog
import Console
import Drills
import Format
import Jobs
import Model

/// Of which files a drill brought back a sample alone, as an operator reads it.
enum DrillSampleLines {
    /// Says of each set how many of its files were drawn, and what that can show.
    static func show(_ samples: [SampledPart], _ terminal: Terminal) {
        for part in samples {
            let sample = part.sample
            let numbers = Numbers(
                files: Int64(sample.files),
                drawn: Int64(sample.drawn),
                restored: Int64(sample.paths.count),
                aim: sample.aim
            )
            terminal.say("  \(part.set): \(words(numbers, terminal))")
        }
    }

    /// The same of a drill of the catalog, which has no names of sets.
    static func show(of drill: DrillRow, _ terminal: Terminal) {
        for value in values(drill) {
            if let numbers = Numbers(value) {
                terminal.say("  \(words(numbers, terminal))")
            }
        }
    }

    /// For the end of a line of a list; nothing if all files came back.
    static func mark(_ drill: DrillRow, _ terminal: Terminal) -> String {
        values(drill).isEmpty ? "" : terminal.words("  抽出", "  sample")
    }

    /// For programs.
    static func json(_ samples: [SampledPart]) -> JSONValue {
        .array(
            samples.map { part in
                .object(["sample": .object(part.sample.members), "set": .string(part.set)])
            }
        )
    }

    private static func values(_ drill: DrillRow) -> [JSONValue] {
        if case .array(let values)? = drill.claimed["samples"] { values } else { [] }
    }

    private static func words(_ numbers: Numbers, _ terminal: Terminal) -> String {
        let (share, confidence) = (numbers.aim.defects, numbers.aim.confidence)
        return terminal.words(
            "\(numbers.files) ファイルから \(numbers.drawn) を抽選し、計 \(numbers.restored) を復元"
                + "（異常が \(share) 以上あれば \(confidence) の確率で見つかる数）",
            "\(numbers.drawn) of \(numbers.files) files drawn, \(numbers.restored) restored in all "
                + "(if \(share) were bad, that would show with \(confidence) confidence)"
        )
    }

    /// What is told of a sample. Whoever signed a record chose every word of it, so that only
    /// numbers are taken.
    private struct Numbers {
        let files: Int64
        let drawn: Int64
        let restored: Int64
        let aim: SampleAim

        init(files: Int64, drawn: Int64, restored: Int64, aim: SampleAim) {
            self.files = files
            self.drawn = drawn
            self.restored = restored
            self.aim = aim
        }

        /// Reads what a record says; nil if it says something else.
        init?(_ value: JSONValue) {
            guard case .object(let members) = value,
                case .integer(let files)? = members["files"],
                case .integer(let drawn)? = members["drawn"],
                case .integer(let restored)? = members["restored"],
                case .string(let confidenceText)? = members["confidence"],
                case .string(let defectsText)? = members["defects"],
                let confidence = Percentage(confidenceText),
                let defects = Percentage(defectsText),
                SampleAim.confidences.contains(confidence),
                SampleAim.defectShares.contains(defects)
            else {
                return nil
            }
            let aim = SampleAim(confidence: confidence, defects: defects)
            self.init(files: files, drawn: drawn, restored: restored, aim: aim)
        }
    }
}
