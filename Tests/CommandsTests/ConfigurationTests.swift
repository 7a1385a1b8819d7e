import HostState
import Model
import TestSupport
import Testing

/// A configuration that cannot be used ends every command with 2 and names file, line and key.
@Suite struct ConfigurationTests {
    /// What is changed in a sound configuration, and what must be said.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let from: String
        let to: String
        let line: Int?
        let told: String
        let hint: String
    }

    static let cases = [
        Case(
            testDescription: "syntax",
            from: "sets:\n  files:",
            to: "sets:\n  files: [",
            line: nil,
            told: "is not YAML",
            hint: "quotes"
        ),
        Case(
            testDescription: "unknown key",
            from: "    source:",
            to: "    sourse:",
            line: 8,
            told: "sets.files.sourse: is not a key",
            hint: "‘source’"
        ),
        Case(
            testDescription: "wrong type",
            from: "paths: [",
            to: "paths: {a: b}, exclude: [",
            line: 8,
            told: "sets.files.source.files.paths",
            hint: "[a, b]"
        ),
        Case(
            testDescription: "later key",
            from: "sets:\n",
            to: "retention: {}\nsets:\n",
            line: 6,
            told: "retention: is not supported by this version",
            hint: "remove"
        ),
        Case(
            testDescription: "two kinds of store",
            from: "primary: {path:",
            to: "primary: {s3: {}, path:",
            line: 5,
            told: "stores.primary.path: needs exactly one of path, s3",
            hint: "keep the one that is meant"
        ),
        Case(
            testDescription: "identity in it",
            from: "recovery: age1",
            to: "recovery: AGE-SECRET-KEY-1",
            line: 3,
            told: "recipients.recovery: is an identity",
            hint: "public half"
        ),
        Case(
            testDescription: "relative path",
            from: "state: /",
            to: "state: ",
            line: 2,
            told: "state: must be an absolute path",
            hint: "whole path"
        ),
    ]

    @Test(arguments: cases)
    func `a configuration that is wrong is told with file, line and key`(fault: Case) throws {
        try withSite { site in
            let wrong = site.yaml.replacing(fault.from, with: fault.to, maxReplacements: 1)
            #expect(wrong != site.yaml)
            try site.configure(wrong)
            let place = fault.line.map { "toride.yaml:\($0):" } ?? "toride.yaml:"
            for command in [
                ["backup"], ["verify"], ["status"], ["doctor"], ["snapshots"], ["init"],
                ["catalog", "check"], ["drill", "list"],
            ] {
                let outcome = try site.run(command)
                expectError(outcome, .usage, place, fault.told, hint: fault.hint)
            }
            try site.configure(site.yaml)
            try site.checkNothingLost()
        }
    }

    @Test func `a configuration that is missing is told, with what writes one`() throws {
        try withSite { site in
            let path = "\(site.folder)/none.yaml"
            let outcome = try site.run(["backup", "--config", path])
            expectError(outcome, .usage, path, "No such file", hint: "toride init")
        }
    }

    @Test func `a site without sets, or without a recovery recipient, backs nothing up`() throws {
        try withSite { site in
            let sets = site.yaml.firstRange(of: "sets:").map { site.yaml[..<$0.lowerBound] }
            try site.configure(String(try #require(sets)))
            let none = try site.run(["backup"])
            expectError(none, .usage, "no set", hint: "sets:")
            #expect(try site.run(["status"]).code == ExitCode.notProven.rawValue)
            try site.configure(site.yaml.replacing("recovery: age1", with: "drill: age1"))
            let nobody = try site.run(["backup"])
            expectError(nobody, .usage, "files", "no recovery recipient", hint: "toride key new")
            try site.configure(site.yaml)
            try site.checkNothingLost()
        }
    }

    @Test func `init writes a configuration that is sound, and keeps what is there`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let site = try TestSite(in: "\(folder)/first")
            let path = "\(folder)/new/toride.yaml"
            let arguments = [
                "init", "--config", path, "--recovery", site.recipient,
                "--state", "\(folder)/new/state", "--store", "\(folder)/new/store",
            ]
            let first = try site.succeed(arguments)
            #expect(first.out.contains("wrote \(path)"))
            #expect(first.err.contains("sets:"))
            let text = try SmallFile.read(path, bytesMax: 1 << 20)
            let second = try site.succeed(arguments)
            #expect(!second.out.contains("wrote"))
            let rest = first.out.split(separator: "\n").dropFirst()
            #expect(Array(rest) == second.out.split(separator: "\n"))
            #expect(try SmallFile.read(path, bytesMax: 1 << 20) == text)
            let refused = try site.run([
                "init", "--config", "\(path).2", "--recovery", "age1nonsense",
            ])
            expectError(refused, .usage, "recovery", hint: "toride key new")
        }
    }
}
