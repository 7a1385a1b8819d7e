import Console
import Model
import Reporting
import Repository
import Verification

/// What the words of the command line ask for.
///
/// Read without ArgumentParser, which belongs to `Commands`: this program is to be small.
enum Wanted {
    case verification(Verification)
    case version
    case help

    /// A verification as it was typed.
    struct Verification {
        var repository = ""
        var signers: [String] = []
        var sets: [String] = []
        var heads: [String] = []
        var requiresFreshness = false
        var isSums = false
        var isJSON = false
        var isQuiet = false
        var languages: [String] = []
        var rates: [String] = []

        /// What the operator's language is called; nil if he did not say.
        var language: String? { languages.last }

        /// How much may be read in a second; nil if he did not say.
        var limitRate: ByteRate? { rates.last.flatMap { ByteRate($0) } }

        /// What the verifier is asked.
        ///
        /// - Throws: ``RequestError``; ``FileSystemError`` for a file of signers.
        func request() throws -> Verifier.Request {
            let pins = try SignerList(reading: signers).pins
            guard !pins.isEmpty else {
                throw RequestError.noSigner
            }
            let ids = Set(try sets.map { try SetID(typed: $0) })
            var expected: [SetID: [Head]] = [:]
            for text in heads {
                let asked = try ExpectedHead(text)
                expected[try SetID(typed: asked.set), default: []].append(asked.head)
            }
            return Verifier.Request(
                signers: TrustedSigners(pins: pins),
                sets: ids.isEmpty ? nil : ids,
                heads: expected,
                requiresFreshness: requiresFreshness
            )
        }
    }

    /// Reads the words, `--option VALUE` and `--option=VALUE` alike; after `--` none is an option.
    ///
    /// - Parameter words: without the program's name.
    /// - Throws: ``UsageError`` for words that mean nothing.
    init(_ words: [String]) throws(UsageError) {
        guard !words.contains("--help"), !words.contains("-h") else {
            self = .help
            return
        }
        guard !words.contains("--version") else {
            self = .version
            return
        }
        var wanted = Verification()
        var places: [String] = []
        var words = words[...]
        while let word = words.popFirst() {
            if word == "--" {
                places += words
                break
            }
            guard word.hasPrefix("-") else {
                places.append(word)
                continue
            }
            try wanted.take(word, &words)
        }
        guard let place = places.first, places.count == 1 else {
            throw .wrong(
                places.isEmpty
                    ? "the repository's folder is missing" : "\(places[1]) is one folder too many"
            )
        }
        guard !(wanted.isSums && wanted.isJSON) else {
            throw .wrong("--sums writes lines for sha256sum, and no JSON")
        }
        wanted.repository = place
        self = .verification(wanted)
    }
}

extension Wanted.Verification {
    /// Takes one option, and its value from the words that follow.
    fileprivate mutating func take(
        _ word: String,
        _ words: inout ArraySlice<String>
    ) throws(UsageError) {
        switch word {
        case "--require-fresh": requiresFreshness = true
        case "--sums": isSums = true
        case "--json": isJSON = true
        case "--quiet": isQuiet = true
        default:
            let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let (option, inline) = (String(sides[0]), sides.dropFirst().first.map { String($0) })
            guard let target = Self.valued[option] else {
                throw .wrong("there is no option \(word)")
            }
            guard let value = inline ?? words.popFirst(), !value.hasPrefix("--") else {
                throw .wrong("\(option) has no value")
            }
            if option == "--lang", Language(rawValue: value) == nil {
                throw .wrong("--lang is ja or en, not \(value)")
            }
            if option == "--limit-rate", ByteRate(value) == nil {
                throw .wrong("--limit-rate is a number and K, M or G, from \(ByteRate.slowest)")
            }
            self[keyPath: target].append(value)
        }
    }

    /// The options that have a value.
    private static var valued: [String: WritableKeyPath<Self, [String]>] {
        [
            "--signer": \.signers, "--set": \.sets, "--expect-head": \.heads,
            "--lang": \.languages, "--limit-rate": \.rates,
        ]
    }
}

extension UsageError {
    /// Says what is wrong with the command line.
    fileprivate static func wrong(_ what: String) -> UsageError {
        UsageError(what, hint: "see `toride-verify --help`")
    }
}
