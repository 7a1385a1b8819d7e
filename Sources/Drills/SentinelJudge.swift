import Model

/// Asks for the clinical sentinels among what came back.
struct SentinelJudge {
    private let parts: [any DrillPart]
    private let context: DrillContext

    /// Takes what came back.
    init(_ parts: [any DrillPart], _ context: DrillContext) {
        self.parts = parts
        self.context = context
    }

    /// Judges one.
    ///
    /// - Parameter sentinel: what must have come back.
    /// - Returns: what is wrong, a doubt if it could not be asked for; nil if it holds.
    func judge(_ sentinel: Sentinel) -> Finding? {
        let subject = Subject.named(sentinel.title)
        do {
            guard let part = parts.first(where: { $0.set == sentinel.set }) else {
                throw NotAsked(set: sentinel.set)
            }
            guard let found = try part.digest(of: sentinel.question, context) else {
                return Finding(.sentinelMissing, subject)
            }
            return found == sentinel.digest ? nil : Finding(.sentinelDiffers, subject)
        } catch {
            return Finding(.partSkipped, subject, error: error)
        }
    }

    /// Asks for a sentinel that holds as if it were known to be another: that must be told.
    func control(_ sentinel: Sentinel) -> DrillControl {
        var bytes = sentinel.digest.bytes
        bytes[0] ^= 1
        let other = Sentinel(
            title: sentinel.title,
            set: sentinel.set,
            question: sentinel.question,
            digest: Digest(bytes) ?? .zero
        )
        let found = judge(other)?.code
        return DrillControl(
            set: sentinel.set,
            sabotage: "sentinel known to be another",
            foundAs: found == .sentinelDiffers ? found : nil
        )
    }
}
