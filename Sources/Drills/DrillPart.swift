import FileSystem
import Glibc
package import Model
package import Recovery

/// One set in a drill: restored, judged, and sabotaged to see whether its judges would notice.
///
/// The same object lives through all phases, in this order: ``restore(into:)``, ``judge(_:)``,
/// ``controls(_:)``.
package protocol DrillPart: AnyObject {
    /// The set's name.
    var set: String { get }
    /// The snapshot that is drilled.
    var snapshot: OpenedSnapshot { get }
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

    /// The keys that a query of the hospital's own gives: the first column, as text.
    ///
    /// - Throws: if the part has nothing that can be asked, or it gives no answer.
    func keys(_ query: String) throws -> [UInt64]

    /// Sabotages throw-away copies; the judges of ``judge(_:)`` must find each.
    func controls(_ context: DrillContext) throws -> [DrillControl]
}

extension DrillPart {
    /// What most parts are called then.
    package var failureCode: FindingCode { .restoreFailed }

    /// Files cannot be asked, nor can a database that was not brought up.
    package func keys(_ query: String) throws -> [UInt64] {
        throw NotAsked(set: set)
    }

    /// Needs nothing: most parts only write files.
    package func with(_ context: DrillContext, _ body: () -> Void) throws {
        body()
    }
}

/// A part has no database that could be asked.
struct NotAsked: Error, CustomStringConvertible {
    let set: String
    var description: String { "the database of \(set) was not brought up" }
}
