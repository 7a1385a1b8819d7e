import FileSystem
import HostState
package import Model
package import ObjectStore
package import Verification
import Workers

/// A verification of one store that writes down what it has read, so that one that is stopped can
/// be gone on with.
package struct ContinuableVerification: Sendable {
    /// For whom it is: what one has read does not count for the other.
    package enum Purpose: String, Sendable {
        /// A person asked for it.
        case byHand = "by hand"
        /// The schedule did.
        case scheduled
    }

    /// When it began: the one that was stopped, if this goes on with it.
    package let started: Timestamp
    /// Whether it goes on with one that was stopped.
    package let isContinued: Bool
    /// Why nothing that is read is written down, if so; nil without a site too.
    package let obstacle: (any ToldError)?
    private let verifier: Verifier
    private let journal: VerificationJournal?

    /// Whether it can be gone on with, if it is stopped.
    package var isWrittenDown: Bool { journal != nil }

    /// Prepares. If nothing can be written down it is done all the same.
    ///
    /// - Parameters:
    ///   - verifier: of the part.
    ///   - part: which store, and which sets of it.
    ///   - site: whose state folder keeps the journal; nil to keep none.
    ///   - purpose: for whom.
    ///   - age: how old one that was stopped may be, for this to go on with it; nil to begin anew.
    ///   - now: the host's clock.
    package init(
        _ verifier: Verifier,
        of part: VerifyPlan.Part,
        in site: Site?,
        for purpose: Purpose,
        continuing age: Duration?,
        now: Timestamp
    ) {
        self.verifier = verifier
        let sets = part.request.sets.map { $0.sorted().map(\.hex) } ?? ["all"]
        let work = ([purpose.rawValue, part.store.place] + sets).joined(separator: "\n")
        var journal: VerificationJournal?
        var obstacle: (any ToldError)?
        if let site {
            do throws(FileSystemError) {
                journal = try VerificationJournal(
                    of: work,
                    in: site.state,
                    continuing: age,
                    now: now
                )
                obstacle = journal == nil ? PlanError.busy(part.store.place) : nil
            } catch {
                obstacle = error
            }
        }
        (self.journal, self.obstacle) = (journal, obstacle)
        started = journal?.started ?? now
        isContinued = journal?.isContinued ?? false
    }

    /// Verifies; what was read is written down if it is stopped.
    ///
    /// - Parameter progress: told how far it is with what is left to read.
    /// - Returns: what was read, by both if it goes on with another, and what is wrong with it.
    /// - Throws: as ``Verifier/run(goingOnFrom:progress:)``; ``HostStateError`` if it was stopped,
    ///   or the store went away, and what was read could not be written down.
    package func run(
        progress: @escaping Verifier.Progress = { _, _ in }
    ) throws -> VerificationReport {
        do {
            return try verifier.run(goingOnFrom: journal, progress: progress)
        } catch  where error is Stopped || error is StoreError {
            // A store that went away comes back: what was read of it counts.
            try journal?.check()
            throw error
        }
    }

    /// Forgets what was read: the verdict is known and written down.
    package func end() throws {
        try journal?.remove()
    }
}

extension VerificationJournal: ReadingMemory {
    /// Whether that very object was read; one that nothing tells from another is read again.
    package func has(_ object: StoredObject) -> Bool {
        object.mark.map { has(object.key, size: object.size, mark: $0) } ?? false
    }

    /// Notes that an object was read.
    package func note(_ object: StoredObject) {
        if let mark = object.mark {
            note(object.key, size: object.size, mark: mark)
        }
    }
}
