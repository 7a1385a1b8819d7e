package import Format
package import Model
package import ObjectStore

/// What could be done to a store, and what could not.
package struct AttackReport: Sendable {
    /// Each attack, in the order in which they were tried.
    package internal(set) var attempts: [Attempt] = []
    /// The objects that were made for it, by key, with the hash of their bytes.
    package internal(set) var sacrifices: [String: ObjectName] = [:]
    /// Who may enter the area, where that was asked and told.
    package internal(set) var access: AccessList?
    /// What was harmed, and what is not known.
    package internal(set) var findings: [Finding] = []

    /// Nothing yet.
    package init() {}

    /// Proven if nothing was harmed, and everything was answered.
    package var verdict: Verdict { Verdict(findings) }

    /// What an attack came to.
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// The store did not do it, and all is as before.
        case refused
        /// The store did it, and all is as before: the bytes are still read.
        case harmless
        /// Something is less than before.
        case harmed
        /// The store gave no answer, or did not let us look.
        case unanswered
        /// There is no such attack on a store of this kind.
        case notApplicable = "not-applicable"
    }

    /// What is less than before.
    package enum Loss: String, Hashable, Sendable, CaseIterable {
        /// The object's bytes cannot be read any more.
        case bytes
        /// Its lock ends sooner, is weaker or gone.
        case lock
        /// The store keeps no more versions.
        case versions
        /// The store can lock nothing any more.
        case locks
        /// Somebody is in who has no business there, or a network reaches it.
        case separation
    }

    /// One attack.
    package struct Attempt: Hashable, Sendable {
        /// What was tried.
        package let trial: Trial
        /// What the store said; nil if it gave no answer.
        package let answer: AttackAnswer?
        /// What is less than before; nil if nothing is.
        package let loss: Loss?
        /// What was done to the whole store is as it was; nil where nothing had to be undone.
        package let isUndone: Bool?
        /// Why it is not known what became of it; nil if it is.
        package let reason: String?

        /// States what became of an attack.
        package init(
            _ trial: Trial,
            _ answer: AttackAnswer?,
            loss: Loss? = nil,
            isUndone: Bool? = nil,
            reason: String? = nil
        ) {
            self.trial = trial
            self.answer = answer
            self.loss = loss
            self.isUndone = isUndone
            self.reason = reason
        }
    }

    /// Adds what is wrong with the store besides.
    package mutating func add(_ finding: Finding) {
        findings.append(finding)
    }

    /// What it is called that a trial got through.
    ///
    /// - Parameter trial: its name.
    /// - Returns: the finding's code.
    package static func code(ofHarmBy trial: String) -> FindingCode {
        switch Trial.Kind(rawValue: trial) {
        case .trespass, .owners: .areaNotSeparate
        case .reach: .storeReachable
        case nil: .attackSucceeded
        }
    }

    /// Adds an attack, and what it means for the store.
    ///
    /// - Parameters:
    ///   - attempt: what was tried, and what became of it.
    ///   - place: the store's name and place.
    package mutating func add(_ attempt: Attempt, at place: String) {
        attempts.append(attempt)
        if let finding = attempt.finding(place) {
            findings.append(finding)
        }
    }
}

extension AttackReport.Attempt {
    /// Longest word of a store that is repeated, in characters.
    private static let wordMax = 100

    /// What it came to, by what was seen afterwards; the answer alone shows nothing.
    package var outcome: AttackReport.Outcome {
        guard loss == nil else {
            return .harmed
        }
        guard reason == nil else {
            return .unanswered
        }
        return switch answer {
        case .done: .harmless
        case .refused, .told: .refused
        case .notApplicable: .notApplicable
        case nil: .unanswered
        }
    }

    /// The answer in a word: a refusal's own, as `403 AccessDenied`, or what was seen.
    package var word: String {
        switch answer {
        case .done: "done"
        case .refused(let word), .told(let word): String(word.prefix(Self.wordMax))
        case .notApplicable: "not-applicable"
        case nil: "none"
        }
    }

    /// As records and programs have it (FORMAT.md §13.1).
    package var json: JSONValue {
        var members: [String: JSONValue] = [
            "answer": .string(word),
            "attack": .string(trial.name),
            "lost": loss.map { .string($0.rawValue) } ?? .null,
            "outcome": .string(outcome.rawValue),
        ]
        members["by"] = trial.by.map { .string($0) }
        members["target"] = trial.target.map { .string($0) }
        return .object(members)
    }

    fileprivate func finding(_ place: String) -> Finding? {
        var evidence = ["attack": trial.name]
        evidence["by"] = trial.by
        evidence["target"] = trial.target
        switch outcome {
        case .harmed:
            evidence["answer"] = word
            evidence["lost"] = loss?.rawValue
            evidence["undone"] = isUndone.map { "\($0)" }
            let code = AttackReport.code(ofHarmBy: trial.name)
            return Finding(code, .named(place), evidence: evidence)
        case .unanswered:
            evidence["reason"] = reason ?? "no answer"
            return Finding(.attackUnanswered, .named(place), evidence: evidence)
        case .refused, .harmless, .notApplicable:
            return nil
        }
    }
}
