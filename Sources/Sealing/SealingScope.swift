package import Format
package import Model

/// Which repository and set sealed bytes belong to.
package struct SealingScope: Hashable, Sendable {
    /// The repository that everything sealed in it is bound to.
    package let repository: RepositoryID
    /// The set that everything sealed in it is bound to.
    package let set: SetID

    /// Binds to a set of a repository.
    package init(repository: RepositoryID, set: SetID) {
        self.repository = repository
        self.set = set
    }

    /// What is authenticated with the chunk of `entry`.
    package func context(_ entry: ChunkEntry) -> FrameContext {
        FrameContext(
            repository: repository,
            set: set,
            origin: entry.origin,
            kind: entry.kind,
            counter: entry.counter,
            chunk: entry.chunk
        )
    }

    /// What is authenticated with a frame that is no chunk.
    package func context(
        _ kind: FrameKind,
        origin: ChunkOrigin
    ) -> FrameContext {
        FrameContext(
            repository: repository,
            set: set,
            origin: origin,
            kind: kind,
            counter: 0,
            chunk: nil
        )
    }
}
