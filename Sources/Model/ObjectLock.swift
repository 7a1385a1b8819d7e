/// How an object is kept from being removed (S3 Object Lock).
package struct ObjectLock: Hashable, Sendable {
    /// How strong a lock is.
    package enum Mode: String, Hashable, Sendable, CaseIterable {
        /// Whoever has the right to bypass it can remove it.
        case governance
        /// Nobody can remove it, the owner of the account neither, until its time is over.
        case compliance
    }

    /// How strong it is.
    package let mode: Mode
    /// Until when it holds, by the store's clock.
    package let until: Timestamp

    /// States a lock.
    package init(mode: Mode, until: Timestamp) {
        self.mode = mode
        self.until = until
    }

    /// Whether this holds at least as strongly, and at least as long, as `other`.
    package func covers(_ other: ObjectLock) -> Bool {
        until >= other.until && (mode == .compliance || other.mode == .governance)
    }
}

/// How the objects of a store are to be locked when they are stored.
package struct LockPolicy: Hashable, Sendable {
    /// How strongly.
    package let mode: ObjectLock.Mode
    /// For how many days, 1 to ``daysMax``.
    package let days: Int

    /// A hundred years: what S3 services take at most.
    package static let daysMax = 36_500

    /// States a policy.
    package init(mode: ObjectLock.Mode, days: Int) {
        precondition((1...LockPolicy.daysMax).contains(days), "a lock of \(days) days")
        self.mode = mode
        self.days = days
    }

    /// The lock of an object that is stored at `now`.
    package func lock(from now: Timestamp) -> ObjectLock {
        ObjectLock(mode: mode, until: now.adding(.seconds(days * 86_400)))
    }
}
