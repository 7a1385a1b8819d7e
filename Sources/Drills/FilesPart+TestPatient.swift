import Clinical
import FileSystem
import Format
import Glibc
import Model
import Recovery
import Repository

/// The message of a test patient, which a clinical canary is bound to: demanded back, and spoilt to
/// see whether that shows.
extension FilesPart {
    private static let daySeconds: Int64 = 86_400

    /// The test patient of whom the sealed canary speaks: another configuration than the one that
    /// was backed up with makes no difference.
    ///
    /// - Returns: nil if the canary is not clinical, or there is none.
    /// - Throws: ``FormatError`` for a number that no patient can have; what the store throws.
    func sealedTestPatient() throws -> SealedTestPatient? {
        guard let sealed = try snapshot.attachment(CanaryDocument.attachmentName),
            let named = (try? CanaryDocument(decoding: sealed))?.testPatient
        else {
            return nil
        }
        return try SealedTestPatient(named, in: sealed)
    }

    /// His one current message must be the one that this very backup wrote.
    func judgeTestPatient(_ context: DrillContext) throws -> [Finding] {
        guard let patient = try sealedTestPatient() else {
            return []
        }
        let subject = Subject.named("test patient of \(set)")
        var findings: [Finding] = []
        // Where the configuration asks for a canary, the sealed one is judged already.
        if canaryPath == nil {
            findings = CanaryJudge(of: snapshot, signedBy: signer).judge(patient.canary, subject)
        }
        let messages = try patient.messages(restoredTo: context.folder(of: set))
        if messages.isEmpty {
            findings.append(Finding(.canaryMissing, subject))
        } else if messages.count > 1 || messages[0].control != patient.control {
            findings.append(CanaryJudge.differs(.testPatient, subject))
        }
        return findings
    }

    /// What the backup could not write cannot be demanded, and so proves nothing, whatever the
    /// configuration of the drill asks for.
    func untaken() -> [Finding] {
        let code = FindingCode.canaryNotTaken
        guard snapshot.root.notes.contains(where: { $0.code == code.rawValue }) else {
            return []
        }
        return [Finding(code, .named("canary of \(set)"))]
    }

    /// Spoils his message, asks its judge, and puts it back.
    ///
    /// - Returns: a control each; none if the canary is not clinical, or its judge was not content
    ///   before.
    func testPatientControls(_ context: DrillContext) throws -> [DrillControl] {
        guard let patient = try sealedTestPatient(), try judgeTestPatient(context).isEmpty,
            let name = try patient.messages(restoredTo: context.folder(of: set)).first?.name
        else {
            return []
        }
        let root = try FileHandle.open(context.folder(of: set), O_RDONLY | O_DIRECTORY)
        let folder = try root.open(beneath: patient.folder, O_RDONLY | O_DIRECTORY)
        let message = try folder.open(name: name, O_RDONLY)
            .readAll(bytesMax: SSMIX2TestPatient.messageBytesMax)
        var controls: [DrillControl] = []
        for sabotage in CanarySabotage.chosen(context) {
            let findings: [Finding]
            switch sabotage {
            case .missing:
                try folder.renameOver(name, to: Self.aside)
                findings = try judgeTestPatient(context)
                try folder.renameOver(Self.aside, to: name)
            case .ofYesterday:
                let yesterdays = try yesterdaysMessage(of: patient.patient)
                try folder.open(name: name, O_WRONLY | O_TRUNC).write(yesterdays)
                findings = try judgeTestPatient(context)
                try folder.open(name: name, O_WRONLY | O_TRUNC).write(message)
            }
            let isFound = findings.contains { $0.code == sabotage.expected }
            controls.append(
                DrillControl(
                    set: set,
                    sabotage: "clinical \(sabotage.rawValue)",
                    foundAs: isFound ? sabotage.expected : nil
                )
            )
        }
        return controls
    }

    /// What a backup a day before the snapshot's could have written.
    private func yesterdaysMessage(of patient: SSMIX2TestPatient) throws -> [UInt8] {
        patient.message(
            boundTo: try CanarySabotage.yesterdays(of: snapshot),
            sent: Timestamp(seconds: snapshot.root.cut.seconds - Self.daySeconds),
            localOffset: 0
        )
    }
}
