package import Model

/// One look at whether a recovery key still opens what is sealed to it.
package struct KeyCheckRow: Hashable, Sendable {
    /// The public half, as `age1…`.
    package var recipient: String
    /// When; whole seconds.
    package var time: Timestamp
    /// `proven` if the key opened the challenge.
    package var verdict: Verdict
    /// Where the signed record lies; nil if there is none.
    package var recordKey: String?

    /// States a check.
    package init(recipient: String, time: Timestamp, verdict: Verdict, recordKey: String?) {
        self.recipient = recipient
        self.time = time
        self.verdict = verdict
        self.recordKey = recordKey
    }
}
