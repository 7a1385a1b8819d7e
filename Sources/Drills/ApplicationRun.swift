import FileSystem
import FoundationEssentials
import Glibc
import Model
import Processes

/// One asking of an application, in a sandbox of its own, without a network.
///
/// The probe gets where the restored data are by its environment, prints one JSON object and ends
/// with 0 (it holds), 1 (it does not), or anything else (it could not tell): docs/decisions/0013.
struct ApplicationRun {
    /// What the probe may print.
    private static let outputBytesMax = 1 << 20
    /// Findings of one probe that are told.
    private static let findingsMax = 100
    private static let codeBytesMax = 64
    /// The severity of what the probe could not tell; any other is a failure.
    private static let doubtful = "doubt"

    let application: Application
    /// The set's name.
    let set: String
    /// Who runs it; nil where this process is not root.
    let account: Account?
    let isStopping: @Sendable () -> Bool

    /// What the probe prints.
    private struct Report: Decodable {
        struct Item: Decodable {
            let code: String
            let severity: String?
        }

        let findings: [Item]
    }

    /// Asks.
    ///
    /// - Parameters:
    ///   - environment: where the data are, by the names of docs/decisions/0013.
    ///   - data: what of the restored data it may see.
    ///   - scratch: an empty folder with a short path; one in it is the application's to write to.
    /// - Returns: nothing if it holds; a doubt if it could not be asked or gave no answer.
    /// - Throws: ``FileSystemError``; ``ProcessError/stopped(_:)``. Neither says anything of data.
    func ask(
        _ environment: [String: String],
        seeing data: [String],
        scratch: String
    ) throws -> [Finding] {
        guard account != nil || !Account.isRoot else {
            return [doubt(Self.notRun, detail: "there is no user \(application.user) here")]
        }
        let folder = "\(scratch)/a"
        guard unsafe mkdir(folder, 0o700) == 0 else {
            throw FileSystemError.last("mkdir", folder)
        }
        defer { _ = FolderTree.remove(folder) }
        if let account, unsafe lchown(folder, account.userID, account.groupID) != 0 {
            throw FileSystemError.last("chown", folder)
        }
        let sandbox = Sandbox(
            hidden: application.hidden,
            readable: application.readable + data,
            scratch: folder,
            account: account
        )
        do throws(ProcessError) {
            let isolation = try sandbox.probe()
            let output = try sandbox.wrap(command(environment, scratch: folder)).run(
                timeout: application.timeout,
                outputBytesMax: Self.outputBytesMax,
                isStopping: isStopping
            )
            return isolation.findings + judge(output)
        } catch {
            if case .stopped = error {
                throw error
            }
            return [doubt(Self.notRun, detail: error.description)]
        }
    }

    /// The server beside the probe; what is left of it ends with the sandbox.
    private func command(_ environment: [String: String], scratch: String) -> Command {
        let place = Command.minimalEnvironment.merging(environment) { _, own in own }
            .merging(["TORIDE_SCRATCH": scratch, "HOME": scratch]) { _, own in own }
        var script = "exec \(Self.quoted(application.probe))"
        if !application.start.isEmpty {
            script = "\(Self.quoted(application.start)) >/dev/null 2>&1 &\n\(script)"
        }
        return Command("/bin/sh", ["-c", script], environment: place)
    }

    /// Words as a shell takes them: POSIX.1-2017, Shell Command Language, 2.2.2.
    private static func quoted(_ words: [String]) -> String {
        words.map { word in
            let parts = word.split(separator: "'", omittingEmptySubsequences: false)
            return "'" + parts.joined(separator: "'\\''") + "'"
        }.joined(separator: " ")
    }

    // MARK: - Judging

    /// What a probe that was asked about nothing shows: that it can say no, or gives no answer.
    /// That it could not be run shows nothing of it.
    static func control(_ set: String, findings: [Finding]) -> DrillControl {
        let found = findings.first { finding in
            finding.code == .applicationProbeFailed
                || finding.code == .applicationUnanswered
                    && finding.evidence["reason"] != ApplicationRun.notRun
        }
        return DrillControl(set: set, sabotage: "application: nothing there", foundAs: found?.code)
    }

    private func judge(_ output: ProcessOutput) -> [Finding] {
        let report = try? JSONDecoder().decode(Report.self, from: Data(output.output))
        guard let report else {
            return [doubt("it printed no JSON object with findings (\(output.status))")]
        }
        // Failures first: not one of them is left out for a doubt.
        let items =
            report.findings.filter { $0.severity != Self.doubtful }
            + report.findings.filter { $0.severity == Self.doubtful }
        var findings = items.prefix(Self.findingsMax).map { item in
            Finding(
                item.severity == Self.doubtful ? .applicationUnanswered : .applicationProbeFailed,
                .named("\(set)/application"),
                evidence: ["code": Self.word(item.code)]
            )
        }
        switch output.status {
        case .exited(0): break
        case .exited(1):
            // It does not hold, whatever else is in doubt.
            if !findings.contains(where: { $0.code == .applicationProbeFailed }) {
                findings.append(Finding(.applicationProbeFailed, .named("\(set)/application")))
            }
        default: findings.append(doubt("\(output.status)"))
        }
        return findings
    }

    /// What is told of a probe that was not run, or not to its end.
    private static let notRun = "it could not be run"

    private func doubt(_ reason: String, detail: String? = nil) -> Finding {
        Finding(
            .applicationUnanswered,
            .named("\(set)/application"),
            evidence: ["reason": reason],
            detail: detail
        )
    }

    /// A code as the contract wants it; whatever else a vendor puts there may name a patient.
    private static func word(_ code: String) -> String {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let isWord = code.utf8.allSatisfy { byte in
            letters.contains(byte) || digits.contains(byte) || byte == UInt8(ascii: "-")
        }
        // One that begins with a digit is a number, and may be a patient's.
        let beginsWithLetter = code.utf8.first.map { letters.contains($0) } ?? false
        return isWord && beginsWithLetter && code.utf8.count <= codeBytesMax ? code : "withheld"
    }
}
