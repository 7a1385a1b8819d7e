import Clinical
import FileSystem
import Glibc
import Model
import Orthanc
import Processes
import Workers

/// The Orthanc of a set of files: started on what came back, asked for everything, and spoilt to
/// see whether that shows.
extension FilesPart {
    /// Starts an Orthanc on the restored store and asks it.
    ///
    /// - Returns: what is wrong; a doubt if it could not be asked, for that shows nothing.
    func judgeOrthanc(_ context: DrillContext) throws -> [Finding] {
        guard let orthanc else {
            return []
        }
        do {
            context.progress("\(set): starting Orthanc in isolation")
            let host = try host(orthanc, context)
            let isolation = try host.proveStart()
            context.note(isolation, of: "orthanc", in: set)
            try host.proveReadable()
            let asked = try ask(host, context)
            let findings = orthancFindings(asked)
            if case .answered(let check) = asked {
                context.progress("\(set): Orthanc read \(check.attachments) attachments anew")
                context.note(check, in: set)
                answered = Answered(host: host, check: check, findings: findings)
                hasServed = true
            }
            return isolation.findings + findings
        } catch let error as OrthancError {
            try stop.check()
            return [Finding(.partSkipped, .named("\(set)/orthanc"), error: error)]
        }
    }

    /// Damages of DOMAIN §9.1, each on what was restored, judged by the server alone, and undone.
    ///
    /// - Returns: a control each; none if the server did not answer before.
    func orthancControls(_ context: DrillContext) throws -> [DrillControl] {
        guard let orthanc, let answered else {
            return []
        }
        let sealed = try sealedImages() ?? 0
        // Where images could not be counted, it does not show that they are gone.
        let isCounted = sealed > 0 && !answered.check.statistics.isCompressed
        let sabotages = OrthancSabotage.all.rotated(by: context.seed).filter { sabotage in
            isCounted || sabotage.expected != .orthancCountsDiffer
        }
        let count = context.controls == .all ? sabotages.count : 1
        return try sabotages.prefix(count).map { sabotage in
            context.progress("\(set): Orthanc with \(sabotage.name)")
            let findings = try spoiled(sabotage, orthanc, answered.host, context)
            let isFound = findings.contains {
                $0.code == sabotage.expected && !answered.findings.contains($0)
            }
            return DrillControl(
                set: set,
                sabotage: "orthanc: \(sabotage.name)",
                foundAs: isFound ? sabotage.expected : nil
            )
        }
    }

    /// An Orthanc that answered: where it ran, and what was wrong before anything was spoilt.
    struct Answered {
        let host: OrthancHost
        let check: OrthancCheck
        let findings: [Finding]
    }

    /// What asking came to.
    enum Asked {
        case answered(OrthancCheck)
        case refused(String)
    }

    // MARK: - Asking

    private func host(
        _ orthanc: OrthancFolders,
        _ context: DrillContext
    ) throws -> OrthancHost {
        let folder = context.folder(of: set)
        try demandPlain(orthanc, in: folder)
        let stop = stop
        let host = try OrthancHost(
            OrthancStore(
                storage: path(of: orthanc.storage, context),
                index: path(of: orthanc.index, context)
            ),
            scratch: try context.makeServerFolder(),
            hidden: orthanc.hidden,
            isStopping: { stop.isStopping }
        )
        try admit(host.account, to: folder)
        return host
    }

    /// Demands that no link leads out of what was restored: a server on the live store, or on the
    /// live index, would show nothing of the restored one.
    private func demandPlain(
        _ orthanc: OrthancFolders,
        in folder: String
    ) throws(OrthancError) {
        for place in [orthanc.storage, orthanc.index] {
            do throws(FileSystemError) {
                let top = try FileHandle.open(folder, O_RDONLY | O_DIRECTORY)
                _ = try top.open(beneath: place, O_RDONLY | O_DIRECTORY).status()
            } catch {
                // What is not there the server will miss.
                guard error.isMissing else {
                    throw .file(error)
                }
            }
        }
    }

    private func path(of place: [UInt8], _ context: DrillContext) -> String {
        "\(context.folder(of: set))/\(String(decoding: place, as: UTF8.self))"
    }

    private func ask(
        _ host: OrthancHost,
        _ context: DrillContext,
        spoilingIndex spoil: (String) throws -> Void = { _ in }
    ) throws -> Asked {
        let stop = stop
        return try host.run(spoilingIndex: spoil) { start in
            switch start {
            case .refused(let said): .refused(said)
            case .answering(let client):
                .answered(
                    try OrthancCheck.run(
                        client,
                        isStopping: { stop.isStopping },
                        progress: { context.progress("\(set): Orthanc read \($0) attachments") }
                    )
                )
            }
        }
    }

    // MARK: - Judging

    private func orthancFindings(_ asked: Asked) -> [Finding] {
        let subject = Subject.named("\(set)/orthanc")
        switch asked {
        case .refused(let said):
            return [Finding(.orthancNotStarted, subject, detail: said)]
        case .answered(let check):
            var findings: [Finding] = []
            if check.damaged > 0 {
                findings.append(
                    Finding(
                        .orthancAttachmentDamaged,
                        subject,
                        evidence: [
                            "attachments": "\(check.attachments)", "damaged": "\(check.damaged)",
                        ]
                    )
                )
            }
            if check.withoutSum > 0 {
                findings.append(
                    Finding(
                        .orthancAttachmentUnverified,
                        subject,
                        evidence: [
                            "attachments": "\(check.attachments)",
                            "withoutSum": "\(check.withoutSum)",
                        ]
                    )
                )
            }
            return findings + countFindings(check, subject)
        }
    }

    /// The server must know every image that lay in the storage when it was backed up, and no more.
    private func countFindings(_ check: OrthancCheck, _ subject: Subject) -> [Finding] {
        guard !check.statistics.isCompressed else {
            return [
                Finding(
                    .partSkipped,
                    subject,
                    evidence: ["reason": "its storage is compressed, so images cannot be counted"]
                )
            ]
        }
        guard let sealed = try? sealedImages() else {
            return [
                Finding(
                    .partSkipped,
                    subject,
                    evidence: ["reason": "no witness of the storage was sealed"]
                )
            ]
        }
        let told = check.statistics.instances
        guard told == sealed, check.listed == sealed else {
            let known = told == sealed ? check.listed : told
            return [
                Finding(
                    .orthancCountsDiffer,
                    subject,
                    evidence: ["restored": "\(known)", "sealed": "\(sealed)"]
                )
            ]
        }
        return []
    }

    /// How many images the storage held, by the profile that was sealed with it.
    ///
    /// - Returns: nil if it has none that can be used.
    private func sealedImages() throws -> Int? {
        guard let orthanc,
            let profile = try sealed().witness?.profile(of: orthanc.storage, .dicom),
            profile.unread == 0
        else {
            return nil
        }
        let files =
            (profile.outcomes[.judged] ?? 0) &+ (profile.outcomes[.unparsed] ?? 0)
            &- (profile.counts["DICOMDIR"] ?? 0)
        return Int(clamping: files)
    }

    // MARK: - Spoiling

    private func spoiled(
        _ sabotage: OrthancSabotage,
        _ orthanc: OrthancFolders,
        _ host: OrthancHost,
        _ context: DrillContext
    ) throws -> [Finding] {
        switch sabotage.deed {
        case .storage(let deed):
            let spoiler = OrthancSpoiler(
                orthanc.storage,
                restoredTo: context.folder(of: set),
                seed: context.seed,
                stop: stop
            )
            let undo = try spoiler.spoil(deed)
            let findings = orthancFindings(try ask(host, context))
            try undo()
            return findings
        case .index(let deed):
            return orthancFindings(try ask(host, context) { try deed.spoil($0) })
        }
    }
}
