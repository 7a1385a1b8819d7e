import HostState
package import Model
import ObjectStore
package import Verification

/// A verification of one store that writes down what it has read, so that one that is stopped can
/// be gone on with.
package struct ContinuableVerification: Sendable {
    /// When it began: the one that was stopped, if this goes on with it.
    package let started: Timestamp
    /// Whether it goes on with one that was stopped.
    package let isContinued: Bool
    /// Whether what it reads is written down: not without a site, and not while another
    /// verification of the store is under way.
    package var isWrittenDown: Bool { journal != nil }
    private let verifier: Verifier
    private let journal: VerificationJournal?

    /// Prepares.
    ///
    /// - Parameters:
    ///   - verifier: of the part.
    ///   - part: which store.
    ///   - site: whose state folder keeps the journal; nil to keep none.
    ///   - age: how old one that was stopped may be, for this to go on with it; nil to begin anew.
    ///   - now: the host's clock.
    /// - Throws: ``FileSystemError`` of the state folder.
    package init(
        _ verifier: Verifier,
        of part: VerifyPlan.Part,
        in site: Site?,
        continuing age: Duration?,
        now: Timestamp
    ) throws {
        self.verifier = verifier
        journal = try site.flatMap { site in
            try VerificationJournal(
                of: part.store.place,
                in: site.state,
                continuing: age,
                now: now
            )
        }
        started = journal?.started ?? now
        isContinued = journal?.isContinued ?? false
    }

    /// Verifies; what was read is written down if it is stopped.
    ///
    /// - Parameter progress: told how far it is with what is left to read.
    /// - Returns: what was read, by both if it goes on with another, and what is wrong with it.
    /// - Throws: as ``Verifier/run(goingOnFrom:progress:)``; ``HostStateError`` if it was stopped
    ///   and what was read could not be written down.
    package func run(
        progress: @escaping Verifier.Progress = { _, _ in }
    ) throws -> VerificationReport {
        do {
            return try verifier.run(goingOnFrom: journal, progress: progress)
        } catch {
            try journal?.check()
            throw error
        }
    }

    /// Forgets what was read: the verdict is known and written down.
    package func end() throws {
        try journal?.remove()
    }
}

extension VerificationJournal: ReadingMemory {}
