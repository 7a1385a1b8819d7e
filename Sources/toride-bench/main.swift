import Clinical
import Console
import Glibc

/// `toride-bench TREE`: measures each stage that a byte goes through on its way into a store, one
/// thread alone and one stage after another, on the files of a tree. Not installed; `make bench`
/// runs it. The sum over the cores is the machine's own bound of a first backup.
///
/// `toride-bench FORMAT FOLDER`: measures how fast a clinical store is judged.
do {
    let words = CommandLine.arguments
    if words.count == 3, let format = ClinicalFormat(rawValue: words[1]) {
        try ClinicalTable(format, words[2]).print()
    } else if words.count == 2 {
        try StageTable(of: words[1]).print()
    } else {
        throw BenchError.usage
    }
} catch {
    Terminal.write("toride-bench: \(error)\n", to: STDERR_FILENO)
    exit(2)
}

enum BenchError: Error, CustomStringConvertible {
    case usage

    var description: String {
        switch self {
        case .usage: "usage: toride-bench TREE, or toride-bench FORMAT FOLDER"
        }
    }
}
