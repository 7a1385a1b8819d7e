import Format
package import HostState
package import Model
package import Recovery
package import Repository

/// Tells whether what a drill found shows that what lies under true hashes is false, and then has
/// the set's next backup on this host begin an epoch. docs/decisions/0004.
package struct DrillDistrust {
    /// One snapshot that was drilled.
    package struct Drilled {
        private let set: String
        private let snapshot: OpenedSnapshot
        private let repository: Repository

        /// States what was drilled.
        ///
        /// - Parameters:
        ///   - set: its name in the configuration.
        ///   - snapshot: which snapshot of it.
        ///   - repository: where it lies.
        package init(set: String, snapshot: OpenedSnapshot, in repository: Repository) {
            self.set = set
            self.snapshot = snapshot
            self.repository = repository
        }

        fileprivate func distrust(_ state: HostState) throws {
            let manifest = snapshot.stored.manifest
            // What another host backs up is that host's to answer.
            if try state.id(of: set) == manifest.set {
                try state.distrust(set, epoch: manifest.epoch)
            }
        }

        /// Whether a file of it could not be restored, and no plain damage is the reason: damage is
        /// what a verification finds, and what the next backup stores anew.
        fileprivate func isShownFalse(by finding: Finding) -> Bool {
            let codes: Set<FindingCode> = [.chunkDamaged, .chunkMissing, .fileDigestDiffers]
            // A list that does not open is told as another finding.
            guard codes.contains(finding.code), case .path(let path) = finding.subject,
                let record = try? snapshot.record(at: path), record.path == path
            else {
                return false
            }
            guard let key = finding.evidence["pack"], case .pack(let name) = StoredKind(key: key)
            else {
                return true
            }
            let bytesMax = 2 * Limits.packBytesMax
            let pack = try? repository.get(key, name: name, bytesMax: bytesMax)
            return finding.code != .chunkMissing && pack != nil
        }
    }

    private let state: HostState

    /// Answers for the sets that this host backs up.
    package init(_ state: HostState) {
        self.state = state
    }

    /// Looks at what a drill found.
    ///
    /// - Throws: ``HostStateError``, ``FileSystemError`` if it cannot be written down.
    package func answer(_ findings: [Finding], about drilled: [Drilled]) throws {
        for one in drilled where findings.contains(where: { one.isShownFalse(by: $0) }) {
            try one.distrust(state)
        }
    }
}
