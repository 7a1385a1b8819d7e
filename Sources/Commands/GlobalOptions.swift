import ArgumentParser
import Console
import Jobs
import Model
import Reporting

/// The options that every command has.
package struct GlobalOptions: ParsableArguments {
    @Option(help: "The configuration file (or TORIDE_CONFIG).")
    var config: String?

    @Flag(help: "One JSON object on stdout; progress goes to stderr.")
    var json = false

    @Option(help: "Language: ja or en. Default: from the locale.")
    var lang: String?

    @Flag(help: "No progress and no remarks.")
    var quiet = false

    /// Starts with the defaults; the parser fills in what was typed.
    package init() {}

    /// Refuses a language that the messages are not written in.
    package func validate() throws {
        if let lang, Language(rawValue: lang) == nil {
            throw ValidationError("--lang is ja or en, not \(lang)")
        }
    }

    /// Where the configuration lies.
    var configPath: String {
        config ?? Environment.value("TORIDE_CONFIG") ?? Site.usualConfigPath
    }

    /// What the command speaks through.
    var terminal: Terminal {
        Terminal(language: Language(option: lang), isJSON: json, isQuiet: quiet)
    }
}
