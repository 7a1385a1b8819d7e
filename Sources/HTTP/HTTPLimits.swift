/// How long, how slowly and how much a server may answer.
package struct HTTPLimits: Hashable, Sendable {
    /// How long a connection may take to be there, TLS included.
    package let connect: Duration
    /// How long one request may take, from name lookup to the answer's last byte.
    package let total: Duration
    /// Bytes of an answer's body.
    package let bytesMax: Int
    /// A request that moves fewer bytes in a second for so many seconds is ended, a server that
    /// only thinks too; 0 for as slow as it likes.
    package let bytesPerSecondMin: Int
    /// For how long it may be slower; 0 for as long as it likes.
    package let slowSecondsMax: Int

    /// Bytes of an answer's head, which has some hundred; curl takes 100 KiB for each line of it.
    static let headBytesMax = 256 << 10

    /// Limits a client's requests.
    ///
    /// - Parameters:
    ///   - connect: how long a connection may take to be there.
    ///   - total: how long one request may take.
    ///   - bytesMax: bytes of an answer's body.
    ///   - bytesPerSecondMin: what is slow; 0 for nothing.
    ///   - slowSecondsMax: for how many seconds it may be slow; 0 for ever.
    package init(
        connect: Duration,
        total: Duration,
        bytesMax: Int,
        bytesPerSecondMin: Int = 0,
        slowSecondsMax: Int = 0
    ) {
        self.connect = connect
        self.total = total
        self.bytesMax = bytesMax
        self.bytesPerSecondMin = bytesPerSecondMin
        self.slowSecondsMax = slowSecondsMax
    }
}
