import FileSystem
import Format
import Glibc
package import Model
package import Primitives
package import Recovery
package import Workers

/// A set of files in a drill: every file restored and compared, byte and metadata, or those of a
/// sample.
package final class FilesPart: RestoringPart {
    /// The set's name in the configuration.
    package let set: String
    /// The snapshot whose files are restored.
    package let snapshot: OpenedSnapshot
    /// 2: every file is read back; 3 once a server ran on them and answered.
    package var level: Int { hasServed ? 3 : 2 }
    let canaryPath: [UInt8]?
    let signer: VerifyingKey?
    let stores: [StoreJudge.Store]
    let orthanc: OrthancFolders?
    let application: Application?
    let request: SampleRequest?
    /// What comes back instead of everything, once it was drawn.
    var sample: DrawnSample?
    /// The Orthanc, once one answered.
    var answered: Answered?
    /// Whether an Orthanc or an application answered.
    var hasServed = false
    /// What the snapshot says of its clinical stores, once it was asked.
    var sealedStores: SealedStores?
    let stop: StopFlag

    /// Prepares a part.
    ///
    /// - Parameters:
    ///   - set: its name.
    ///   - snapshot: what is drilled.
    ///   - canaryPath: where the canary lies in the snapshot; nil if the set asks for none.
    ///   - signer: the key of whoever signed the snapshot, and so the canary.
    ///   - stores: which of its folders are clinical stores.
    ///   - orthanc: where an Orthanc keeps its own; nil if none is to be started.
    ///   - application: what is asked about the files; nil if nothing is.
    ///   - sample: which sample is restored instead of everything; nil for all. With one nothing is
    ///     asked that needs every file: no Orthanc, no application.
    ///   - stop: asked at every file.
    package init(
        set: String,
        snapshot: OpenedSnapshot,
        canaryPath: [UInt8]?,
        signer: VerifyingKey? = nil,
        stores: [StoreJudge.Store] = [],
        orthanc: OrthancFolders? = nil,
        application: Application? = nil,
        sample: SampleRequest? = nil,
        stop: StopFlag
    ) {
        self.set = set
        self.snapshot = snapshot
        self.canaryPath = canaryPath
        self.signer = signer
        self.stores = stores
        self.orthanc = orthanc
        self.application = application
        request = sample
        self.stop = stop
    }

    // MARK: - Restoring

    /// Restores every file, or the sample, into the set's folder of the scratch folder.
    package func restore(_ context: DrillContext) throws -> [Finding] {
        sample = try drawnSample()
        let told = tellSample(context)
        let target = TreeRestorer.Request(
            target: context.folder(of: set),
            includes: sample.map { Array($0.paths) } ?? [],
            isPrivileged: geteuid() == 0
        )
        let restorer = TreeRestorer(snapshot, target, stop: stop)
        try restorer.run { counts in
            if counts.bytes > 0 {
                context.timeline.reach(.firstByte)
            }
        }
        if restorer.counts.files > 0 {
            context.timeline.reach(.firstByte)
        }
        context.noteRestored(bytes: restorer.counts.bytes)
        context.progress(
            "\(set): restored \(restorer.counts.files) files, "
                + "\(ByteCount(restorer.counts.bytes))"
        )
        return told + restorer.findings
    }

    // MARK: - Judging

    /// Compares every file that was to come back with its record, judges the clinical stores, and
    /// asks for the canary if the set has one.
    package func judge(_ context: DrillContext) throws -> [Finding] {
        let comparer = FileComparer(snapshot, root: context.folder(of: set), stop: stop)
        try comparer.run(only: sample?.paths)
        return try comparer.findings + judgeStores(context) + judgeCanary(context)
    }

    /// Asks the Orthanc and the application that are to work on the files.
    package func judgeUse(_ context: DrillContext) throws -> [Finding] {
        try judgeOrthanc(context) + judgeApplication(context)
    }

    // MARK: - Negative controls

    /// Sabotages one file, chosen by the seed, in three ways, each of which is undone before the
    /// next; then the canary, the clinical stores and what the Orthanc uses, whose judges are asked
    /// alone; then asks the application about nothing, and looks where nothing was restored at all.
    ///
    /// - Returns: a control each; none if the snapshot has no file with content.
    package func controls(_ context: DrillContext) throws -> [DrillControl] {
        guard let victim = try victim(context.seed) else {
            return []
        }
        let root = try FileHandle.open(context.folder(of: set), O_RDONLY | O_DIRECTORY)
        let controls = [
            try control("altered byte", expecting: .restoredContentDiffers, victim, context) {
                try alter(victim, beneath: root)
            } undo: {
                // The same bit once more.
                try alter(victim, beneath: root)
            },
            try control("changed mode", expecting: .restoredMetadataDiffers, victim, context) {
                let parent = try parent(of: victim.path, beneath: root)
                try parent.folder.setMode(name: parent.name, victim.mode ^ 0o040)
            } undo: {
                let parent = try parent(of: victim.path, beneath: root)
                try parent.folder.setMode(name: parent.name, victim.mode)
            },
            try control("missing file", expecting: .restoredFileMissing, victim, context) {
                let parent = try parent(of: victim.path, beneath: root)
                try parent.folder.renameOver(parent.name, to: Self.aside)
            } undo: {
                let parent = try parent(of: victim.path, beneath: root)
                try parent.folder.renameOver(Self.aside, to: parent.name)
            },
        ]
        return try controls + canaryControls(context) + storeControls(context)
            + orthancControls(context)
            + applicationControls(context) + nothingControls(victim, context)
    }

    /// A regular file with content that came back, chosen by the seed.
    private func victim(_ seed: Digest) throws -> FileRecord? {
        var reservoir = Reservoir<FileRecord>(seed: seed.prefix)
        try snapshot.forEachRecord { record in
            if case .regular(let content) = record.kind, content.size > 0, content.extents == nil,
                sample?.paths.contains(record.path) ?? true
            {
                reservoir.offer(record)
            }
            return true
        }
        return reservoir.chosen
    }

    /// What a missing file is called meanwhile.
    static let aside = Array(".toride-aside".utf8)

    /// Sabotages the restored tree, which is thrown away after, asks the comparer, and undoes it.
    private func control(
        _ sabotage: String,
        expecting code: FindingCode,
        _ victim: FileRecord,
        _ context: DrillContext,
        _ body: () throws -> Void,
        undo: () throws -> Void
    ) throws -> DrillControl {
        try body()
        let comparer = FileComparer(snapshot, root: context.folder(of: set), stop: stop)
        try comparer.run(only: [victim.path])
        try undo()
        let found = comparer.findings.contains {
            $0.code == code && $0.subject == .path(victim.path)
        }
        return DrillControl(set: set, sabotage: sabotage, foundAs: found ? code : nil)
    }

    /// Flips one bit in the middle of a file and puts its times back.
    private func alter(_ victim: FileRecord, beneath root: borrowing FileHandle) throws {
        let file = try root.open(beneath: victim.path, O_RDWR)
        var byte: [UInt8] = [0]
        let middle = Int64(try file.status().size / 2)
        _ = try file.readBlock(&byte, at: middle)
        let flipped = [byte[0] ^ 1]
        unsafe try flipped.withUnsafeBytes { unsafe try file.write($0, at: middle) }
        let parent = try parent(of: victim.path, beneath: root)
        try parent.folder.setModified(name: parent.name, victim.modified)
    }

    func parent(
        of path: [UInt8],
        beneath root: borrowing FileHandle
    ) throws -> Parent {
        let folder = RecordPath.folder(of: path)
        let place = folder.isEmpty ? [UInt8(ascii: ".")] : folder
        return Parent(
            folder: try root.open(beneath: place, O_RDONLY | O_DIRECTORY),
            name: RecordPath.name(of: path)
        )
    }

    /// The folder that a file lies in, and what the file is called there.
    struct Parent: ~Copyable {
        let folder: FileHandle
        let name: [UInt8]
    }
}
