import FileSystem
import Glibc
import Model
import Recovery
import Repository

/// The canary of a set of files: demanded back, and spoilt to see whether that shows.
extension FilesPart {
    /// The canary must be the one that this very backup wrote, and so must the message of a test
    /// patient that is bound to it.
    func judgeCanary(_ context: DrillContext) throws -> [Finding] {
        try untaken() + judgeRecord(context) + judgeTestPatient(context)
    }

    private func judgeRecord(_ context: DrillContext) throws -> [Finding] {
        guard let canaryPath else {
            return []
        }
        let subject = Subject.named("canary of \(set)")
        guard let sealed = try snapshot.attachment(CanaryDocument.attachmentName) else {
            return [Finding(.canaryMissing, subject)]
        }
        let findings =
            try compareCanary(sealed, at: canaryPath, subject, context)
            + CanaryJudge(of: snapshot, signedBy: signer).judge(sealed, subject)
        if findings.isEmpty, let made = CanaryDocument.moment(of: sealed) {
            context.noteClinical(made)
        }
        return findings
    }

    private func compareCanary(
        _ sealed: [UInt8],
        at path: [UInt8],
        _ subject: Subject,
        _ context: DrillContext
    ) throws -> [Finding] {
        let root = try FileHandle.open(context.folder(of: set), O_RDONLY | O_DIRECTORY)
        do throws(FileSystemError) {
            // What came back may be anything: opening a fifo would wait for ever.
            let file = try root.open(beneath: path, O_RDONLY | O_NONBLOCK)
            let isSealed = try file.readAll(bytesMax: 64 << 10) == sealed
            return isSealed ? [] : [Finding(.canaryDiffers, subject)]
        } catch {
            guard error.isMissing || error.code == ELOOP || error.code == EXDEV else {
                throw error
            }
            return [Finding(.canaryMissing, subject)]
        }
    }

    /// Spoils the restored canary, asks its judge, and puts it back; then the test patient's
    /// message.
    ///
    /// - Returns: a control each; none of what the set does not have, or whose judge was not
    ///   content before.
    func canaryControls(_ context: DrillContext) throws -> [DrillControl] {
        try recordControls(context) + testPatientControls(context)
    }

    private func recordControls(_ context: DrillContext) throws -> [DrillControl] {
        guard let canaryPath,
            let sealed = try snapshot.attachment(CanaryDocument.attachmentName),
            try judgeRecord(context).isEmpty
        else {
            return []
        }
        let root = try FileHandle.open(context.folder(of: set), O_RDONLY | O_DIRECTORY)
        var controls: [DrillControl] = []
        for sabotage in CanarySabotage.chosen(context) {
            let findings: [Finding]
            switch sabotage {
            case .missing:
                let parent = try parent(of: canaryPath, beneath: root)
                try parent.folder.renameOver(parent.name, to: Self.aside)
                findings = try judgeRecord(context)
                try parent.folder.renameOver(Self.aside, to: parent.name)
            case .ofYesterday:
                let yesterdays = try CanarySabotage.yesterdays(of: snapshot)
                try root.open(beneath: canaryPath, O_WRONLY | O_TRUNC).write(yesterdays)
                findings = try judgeRecord(context)
                try root.open(beneath: canaryPath, O_WRONLY | O_TRUNC).write(sealed)
            }
            let isFound = findings.contains { $0.code == sabotage.expected }
            controls.append(
                DrillControl(
                    set: set,
                    sabotage: sabotage.rawValue,
                    foundAs: isFound ? sabotage.expected : nil
                )
            )
        }
        return controls
    }
}
