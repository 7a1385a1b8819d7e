package import Model

/// Under which key and salt a chunk was sealed, which stays true when it is moved unopened.
package struct ChunkOrigin: Hashable, Sendable {
    /// The run whose key opens it.
    package let run: KeyID
    /// The salt of the object that it was first stored in.
    package let salt: Digest

    /// Names an origin.
    package init(run: KeyID, salt: Digest) {
        self.run = run
        self.salt = salt
    }
}
