import FileSystem
import Model
import Processes
import Workers

/// A program of the hospital's own that is asked about restored files.
extension FilesPart {
    /// Asks the set's application about what came back.
    ///
    /// - Returns: what is wrong; nothing if the set has none.
    func judgeApplication(_ context: DrillContext) throws -> [Finding] {
        guard let application else {
            return []
        }
        context.progress("\(set): asking its application")
        let folder = context.folder(of: set)
        try admit(account(of: application), to: folder)
        let findings = try ask(application, about: folder, context)
        hasServed = hasServed || !findings.contains { $0.code == .applicationUnanswered }
        return findings
    }

    /// The same on an empty folder: whoever calls that whole asks nothing.
    func applicationControls(_ context: DrillContext) throws -> [DrillControl] {
        guard let application else {
            return []
        }
        let nothing = "\(try context.makeServerFolder())/nothing"
        try FolderTree.make(nothing, mode: 0o700)
        try admit(account(of: application), to: nothing)
        return [
            ApplicationRun.control(set, findings: try ask(application, about: nothing, context))
        ]
    }

    private func account(of application: Application) -> Account? {
        Account.isRoot ? Account(named: application.user) : nil
    }

    private func ask(
        _ application: Application,
        about folder: String,
        _ context: DrillContext
    ) throws -> [Finding] {
        let stop = stop
        let run = ApplicationRun(
            application: application,
            set: set,
            account: account(of: application),
            isStopping: { stop.isStopping }
        )
        return try run.ask(
            ["TORIDE_FOLDER": folder],
            seeing: [folder],
            scratch: try context.makeServerFolder()
        )
    }
}
