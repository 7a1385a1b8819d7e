package import Clinical
import Format
package import Model
package import Recovery
package import Repository

/// One set in a drill: restored, judged, and sabotaged to see whether its judges would notice.
///
/// The same object lives through all phases, in this order: ``restore(_:)``, ``judge(_:)``,
/// ``judgeUse(_:)``, ``controls(_:)``.
package protocol DrillPart: AnyObject {
    /// The set's name.
    var set: String { get }
    /// The manifest of the snapshot that is drilled.
    var stored: StoredManifest { get }
    /// The moment of the source's view in it; nil if nobody opened the snapshot.
    var cut: Timestamp? { get }
    /// Whether data come back: looking at a store alone tells no time of a recovery.
    var restores: Bool { get }
    /// How deep the part can prove: DOMAIN §4.2.
    var level: Int { get }
    /// What it is called when the data did not come back.
    var failureCode: FindingCode { get }

    /// Runs `body` while what the part needs is there, such as a server of its own.
    ///
    /// - Throws: if that cannot be had; `body` itself throws nothing.
    func with(_ context: DrillContext, _ body: () -> Void) throws

    /// Brings the set's data back.
    func restore(_ context: DrillContext) throws -> [Finding]

    /// Compares what came back with what was sealed.
    func judge(_ context: DrillContext) throws -> [Finding]

    /// The keys that a query of the hospital's own gives, a row each.
    ///
    /// - Throws: if the part has nothing that can be asked, or it gives no answer or no keys.
    func keys(_ query: String, of key: ClinicalJoin.Key) throws -> [UInt64]

    /// The hash of what a clinical sentinel asks for; nil if that did not come back.
    ///
    /// - Throws: if the part has nothing that can be asked so, or it gives no answer.
    func digest(of question: Sentinel.Question, _ context: DrillContext) throws -> Digest?

    /// Asks servers and programs that work on what came back, and may write into it: once all else
    /// of the drill was judged.
    func judgeUse(_ context: DrillContext) throws -> [Finding]

    /// Sabotages throw-away copies; the judges of ``judge(_:)`` must find each.
    func controls(_ context: DrillContext) throws -> [DrillControl]
}

extension DrillPart {
    /// What most parts are called then.
    package var failureCode: FindingCode { .restoreFailed }

    /// Files cannot be asked, nor can a database that was not brought up.
    package func keys(_ query: String, of key: ClinicalJoin.Key) throws -> [UInt64] {
        throw NotAsked(set: set)
    }

    /// Nothing can be asked of what was not restored.
    package func digest(
        of question: Sentinel.Question,
        _ context: DrillContext
    ) throws -> Digest? {
        throw NotAsked(set: set)
    }

    /// Nothing works on what was not restored.
    package func judgeUse(_ context: DrillContext) throws -> [Finding] { [] }

    /// Needs nothing: most parts only write files.
    package func with(_ context: DrillContext, _ body: () -> Void) throws {
        body()
    }
}

/// A part that brings back the data of a snapshot that an identity has opened.
package protocol RestoringPart: DrillPart {
    /// The snapshot that is drilled.
    var snapshot: OpenedSnapshot { get }
}

extension RestoringPart {
    /// The manifest of the snapshot.
    package var stored: StoredManifest { snapshot.stored }
    /// What the snapshot's root says.
    package var cut: Timestamp? { snapshot.root.cut }
    /// It does.
    package var restores: Bool { true }
}

/// A part did not come back, or is nothing that can be asked so.
struct NotAsked: Error, CustomStringConvertible {
    let set: String
    var description: String { "\(set) did not come back, or cannot be asked that" }
}
