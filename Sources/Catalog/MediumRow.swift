package import Model

/// A medium that can be taken away: who keeps it, where, and until when it must be back.
package struct MediumRow: Hashable, Sendable {
    /// As on the medium itself.
    package var id: RandomID
    /// What stands on its outside.
    package var label: String
    /// The name of the store that it belongs to.
    package var store: String
    /// The UUID of its file system; nil where that was not to be had.
    package var filesystem: String?
    /// The serial number of the device that it lies on; nil where none is told.
    package var serial: String?
    /// Who keeps it.
    package var custodian: String
    /// Where it lies when it is not here.
    package var location: String
    /// When the catalog learnt of it, by the host's clock.
    package var added: Timestamp
    /// When it must be back; nil while it is here.
    package var due: Timestamp?
    /// When it was given up; nil while it counts.
    package var retired: Timestamp?
    /// Since when it is not what it ought to be; nil if it was when it was last attached.
    package var doubted: Timestamp?

    /// Whether anything is asked of it: it was not given up.
    package var counts: Bool { retired == nil }

    /// States what is known of a medium.
    package init(
        id: RandomID,
        label: String,
        store: String,
        filesystem: String?,
        serial: String? = nil,
        custodian: String,
        location: String,
        added: Timestamp,
        due: Timestamp? = nil,
        retired: Timestamp? = nil,
        doubted: Timestamp? = nil
    ) {
        self.id = id
        self.label = label
        self.store = store
        self.filesystem = filesystem
        self.serial = serial
        self.custodian = custodian
        self.location = location
        self.added = added
        self.due = due
        self.retired = retired
        self.doubted = doubted
    }
}

/// A time in which a medium was here.
package struct MediumPresence: Hashable, Sendable {
    /// From when, by the host's clock.
    package var attached: Timestamp
    /// Until when; nil while it is here.
    package var detached: Timestamp?

    /// States when a medium was here.
    package init(attached: Timestamp, detached: Timestamp? = nil) {
        self.attached = attached
        self.detached = detached
    }
}
