import Configuration
import Model
import Testing

/// Lines 1 to 4 of most files here; what a test is about follows from line 5 on.
let head = """
    site: {name: 中央病院, timezone: Asia/Tokyo}
    state: /var/lib/toride
    recipients: {recovery: age1recovery, drill: age1drill}
    stores: {primary: {path: /srv/toride}}

    """

/// A set `ehr` on lines 5 to 7, open for more keys of it.
let headAndSet =
    head + """
        sets:
          ehr:
            source: {files: {paths: [/srv/ehr]}}

        """

/// A set `a` on line 5, with nothing but its source.
func headAndSource(_ source: String) -> String {
    head + "sets: {a: {source: {\(source)}}}\n"
}

func parse(_ text: String) throws(ConfigurationError) -> Configuration {
    try Configuration.parse(Array(text.utf8), file: "toride.yaml")
}

/// What is told of a text that must be refused.
func refusal(
    of text: String,
    at location: SourceLocation = #_sourceLocation
) throws -> ConfigurationError {
    try #require(throws: ConfigurationError.self, sourceLocation: location) { try parse(text) }
}

/// Expects that `text` is refused at a line and a key for a reason.
func expectRefused(
    _ text: String,
    line: Int?,
    key: String,
    _ problem: ConfigurationError.Problem,
    at location: SourceLocation = #_sourceLocation
) {
    let error = #expect(throws: ConfigurationError.self, sourceLocation: location) {
        try parse(text)
    }
    #expect(error?.file == "toride.yaml", sourceLocation: location)
    #expect(error?.line == line, sourceLocation: location)
    #expect(error?.keyPath == key, sourceLocation: location)
    #expect(error?.problem == problem, sourceLocation: location)
    #expect(error?.exitCode == .usage, sourceLocation: location)
    let texts = [error?.description, error?.hint].compactMap { $0 }
    for text in texts {
        #expect(!text.isEmpty && !text.contains("\n"), sourceLocation: location)
    }
}

/// Expects that `text` is refused at a line and a key because of a rule, told in these words.
func expectRuleBroken(
    _ text: String,
    line: Int,
    key: String,
    _ rule: String,
    at location: SourceLocation = #_sourceLocation
) {
    let error = #expect(throws: ConfigurationError.self, sourceLocation: location) {
        try parse(text)
    }
    #expect(error?.line == line, sourceLocation: location)
    #expect(error?.keyPath == key, sourceLocation: location)
    guard case .rule(let told, let hint) = error?.problem else {
        Issue.record("got \(String(describing: error))", sourceLocation: location)
        return
    }
    #expect(told == rule, sourceLocation: location)
    #expect(!hint.isEmpty, sourceLocation: location)
}
