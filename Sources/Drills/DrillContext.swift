import Clinical
import FileSystem
import Glibc
package import Model
import Orthanc
import Processes

/// When tests may lay hand on a drill.
package enum DrillMoment: Hashable, Sendable {
    /// The dump of a database lies beside its server, which has loaded nothing of it yet.
    case beforeLoading
    /// All data came back, and nothing of it was judged yet.
    case beforeJudging
}

/// What tests do to a drill's data. Nothing in the program gives one.
package typealias DrillInjection = (DrillMoment, any DrillPart, DrillContext) throws -> Void

/// How many sabotages a drill makes.
package enum ControlScope: Hashable, Sendable {
    /// A few of each kind; the seed takes others in the next drill.
    case rotating
    /// All that are known: a self-test.
    case all
}

/// What the parts of a drill share.
package final class DrillContext {
    /// The folder that may be written; wiped after.
    package let scratch: String
    /// What chooses the sabotages: fixed by the previous record and the manifests.
    package let seed: Digest
    /// How many sabotages are made.
    package let controls: ControlScope
    /// Where the parts mark what they reached.
    package var timeline: DrillTimeline
    /// Newest clinical time that came back; nil if none is known.
    package private(set) var newestClinical: Timestamp?
    /// Whether a first patient record was asked for, and came.
    package var firstRecordRead: Bool?
    /// What isolation was in force where servers ran, as found from inside; empty where none ran.
    package private(set) var isolation: [String: [String: String]] = [:]
    /// What the clinical stores were found to be, in the order of judging.
    package private(set) var stores: [JudgedStore] = []
    /// What the Orthancs of the drill held, in the order of asking.
    package private(set) var orthancs: [JudgedOrthanc] = []
    /// Bytes of content that came back so far, of all parts.
    package private(set) var bytesRestored: UInt64 = 0
    /// How much of each part came back in what time, in the order of restoring.
    package private(set) var restored: [RestoredPart] = []
    /// The parts of which a sample alone was to come back.
    package private(set) var samples: [SampledPart] = []
    /// What a person sees of it.
    package let progress: (String) -> Void
    private let injection: DrillInjection?

    /// Shares what is fixed for the whole drill.
    ///
    /// - Parameters:
    ///   - scratch: an empty folder of this drill alone; absolute.
    ///   - seed: chooses what is sabotaged.
    ///   - controls: how many sabotages are made.
    ///   - timeline: started when the disaster was declared.
    ///   - progress: told what is being done, in English.
    ///   - injection: what a test does to the data; nil in the program.
    package init(
        scratch: String,
        seed: Digest,
        controls: ControlScope = .rotating,
        timeline: DrillTimeline,
        progress: @escaping (String) -> Void,
        injection: DrillInjection? = nil
    ) {
        self.scratch = scratch
        self.seed = seed
        self.controls = controls
        self.timeline = timeline
        self.progress = progress
        self.injection = injection
    }

    /// Notes a clinical time that came back.
    func noteClinical(_ time: Timestamp) {
        newestClinical = max(newestClinical ?? time, time)
    }

    /// Notes what a clinical store was found to be.
    func note(_ judged: StoreJudge.Judged, of store: StoreJudge.Store, in set: String) {
        stores.append(JudgedStore(set: set, store: store, judged: judged))
        if let newest = judged.profile.newest {
            noteClinical(newest)
        }
    }

    /// Notes what an Orthanc was found to hold.
    func note(_ check: OrthancCheck, in set: String) {
        orthancs.append(JudgedOrthanc(set: set, check: check))
    }

    /// Notes bytes of content that came back.
    func noteRestored(bytes: UInt64) {
        let sum = bytesRestored.addingReportingOverflow(bytes)
        bytesRestored = sum.overflow ? .max : sum.partialValue
    }

    /// Notes how much of a part came back, and in what time.
    func note(_ part: RestoredPart) {
        restored.append(part)
    }

    /// Notes that a sample alone of a part is to come back.
    func note(_ sampled: SampledPart) {
        samples.append(sampled)
    }

    /// Notes what isolation a server of a set was found to be in.
    func note(_ isolation: SandboxEvidence, of server: String, in set: String) {
        self.isolation["\(set)/\(server)"] = isolation.facts
    }

    /// Lets a test lay hand on `part`.
    func inject(_ moment: DrillMoment, _ part: any DrillPart) throws {
        try injection?(moment, part, self)
    }

    private var servers = 0

    /// Makes a folder of its own for a server, with a path short enough for a socket's.
    package func makeServerFolder() throws -> String {
        servers += 1
        let folder = "\(scratch)/s\(servers)"
        guard unsafe mkdir(folder, 0o711) == 0 else {
            throw FileSystemError.last("mkdir", folder)
        }
        return folder
    }

    /// Where a set's files are restored to.
    package func folder(of set: String) -> String { "\(scratch)/\(set)" }
}
