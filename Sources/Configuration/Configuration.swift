package import Model
package import Scheduling

/// What the hospital asked for: all of `toride.yaml`, checked.
///
/// Invariants: every name that refers to something refers to something defined; paths are absolute,
/// without `.`, `..` and doubled slashes; every schedule runs at some time; each list of names has
/// no name twice. The order is that of the file.
package struct Configuration: Hashable, Sendable {
    /// Whose backup it is.
    package let site: Site
    /// What this machine is.
    package let role: Role
    /// Folder of the catalog, the keys and the journal: an absolute path.
    package let state: String
    /// To whom run keys may be sealed. May be empty: only a backup needs the one named
    /// ``recoveryName``.
    package let recipients: [Recipient]
    /// Whose manifests are believed beside this host's own: on a drill host the backup hosts'.
    package let signers: [Signer]
    /// Where objects are kept; at least one.
    package let stores: [Store]
    /// When every set is verified that does not say so itself; nil where the file does not say.
    package let verification: Verification?
    /// What is backed up; may be empty on a new site.
    package let sets: [BackupSet]
    /// Sets that make one unit.
    package let groups: [Group]
    /// Restores that are to be proven.
    package let drills: [DrillPlan]
    /// How drills run on this machine.
    package let drill: DrillSettings

    /// The recipient without which there is no backup.
    package static let recoveryName = "recovery"
}

extension Configuration {
    /// Whose backup it is, and where.
    package struct Site: Hashable, Sendable {
        /// The hospital's name, as reports show it: one line.
        package let name: String
        /// In which schedules are read.
        package let timeZone: SiteTimeZone
        /// Seconds by which its clock is ahead of UTC, summer time apart.
        package var standardOffsetSeconds: Int64 { timeZone.standardOffsetSeconds }
        /// Of reports and messages, where nobody asks for another; Japanese if the file is silent.
        package let language: Language
    }

    /// A language of reports and messages.
    package enum Language: String, Hashable, Sendable, CaseIterable {
        /// Japanese.
        case japanese = "ja"
        /// English.
        case english = "en"
    }

    /// What a machine is (DESIGN §3, trust zones).
    package enum Role: String, Hashable, Sendable, CaseIterable {
        /// Seals, and holds no key that opens.
        case backup
        /// Restores, with a drill identity.
        case drill
    }

    /// A named public half of a recovery key.
    package struct Recipient: Hashable, Sendable {
        /// Its name in the file, such as `recovery` or `drill`.
        package let name: String
        /// `age1…`; only its characters are checked here, the key in it by whoever seals.
        package let text: String
    }

    /// A named public half of a signing key, as `toride init` prints it.
    package struct Signer: Hashable, Sendable {
        /// Its name in the file, such as that of the backup host.
        package let name: String
        /// 64 hexadecimal digits; only their number is checked here, the key in them by `Jobs`.
        package let text: String
    }

    /// A place that keeps objects.
    package struct Store: Hashable, Sendable {
        /// What kind of place, and where.
        package enum Place: Hashable, Sendable {
            /// A folder of this machine: an absolute path.
            case folder(String)
            /// A bucket of an S3 service.
            case s3(S3Location)
        }

        /// Its name in the file.
        package let name: String
        /// Where its objects lie.
        package let place: Place
        /// How its objects are locked when they are stored; nil if they are not.
        package let lock: LockPolicy?
        /// What the hospital declares it to be; nil if it does not say.
        package let copyClass: CopyClass?
        /// How soon after a reading every object is to be read again.
        package var readWithin: Duration = Store.readWithinUsual

        /// Whether the file system is to let nobody change what is stored: of folders alone.
        package var isImmutable = false

        /// What is asked of media, where they come and go at the folder; nil where it stays.
        package var media: MediaPolicy?

        /// How it is seen that a network is kept apart from it; nil if it is not looked.
        package var probe: NetworkProbe?

        /// When what is due there is read; nil if nobody does it on a schedule.
        package var readAt: CronSchedule?
        /// For how long it is then read at most.
        package var readFor: Duration = Store.readForUsual
        /// When it is attacked; nil if nobody does it on a schedule.
        package var attackAt: CronSchedule?

        /// The folder; nil of a store that is none.
        package var folder: String? {
            if case .folder(let path) = place { path } else { nil }
        }

        /// Whether an attacker with this host's credentials is to be unable to harm what is there.
        /// Immutable files alone are no such promise: whoever may set their flag may take it away.
        package var isToResistThief: Bool { copyClass == .writeOnce || lock != nil }

        /// Whether some attack is to fail on it: a thief's, a stranger's, or one from a network
        /// that is kept out (docs/decisions/0019).
        package var isToResist: Bool {
            isToResistThief || copyClass == .separateArea || copyClass == .segmentedNetwork
        }
    }

    /// How a copy is out of an attacker's reach (DESIGN §2, classes of "offline"). Declared by the
    /// hospital; what shows it is in docs/decisions/0019.
    package enum CopyClass: String, Hashable, Sendable, CaseIterable {
        /// A medium that lies physically detached.
        case detachedMedium = "O1"
        /// Attached only while data is transferred.
        case attachedForTransfer = "O2"
        /// A logically separate area, such as another tenant of a cloud.
        case separateArea = "O3"
        /// Cannot be overwritten or deleted until a time.
        case writeOnce = "O4"
        /// Only the network between is divided.
        case segmentedNetwork = "O5"
    }
}

// MARK: - Finding by name

extension Configuration {
    /// The store of that name.
    package func store(named name: String) -> Store? {
        stores.first { $0.name == name }
    }

    /// The set of that name.
    package func set(named name: String) -> BackupSet? {
        sets.first { $0.name == name }
    }

    /// The group of that name.
    package func group(named name: String) -> Group? {
        groups.first { $0.name == name }
    }

    /// The drill plan of that name.
    package func drill(named name: String) -> DrillPlan? {
        drills.first { $0.name == name }
    }

    /// The recipient of that name.
    package func recipient(named name: String) -> Recipient? {
        recipients.first { $0.name == name }
    }

    /// The stores of a set, in the set's order: the first takes the snapshot, the others copies.
    package func stores(of set: BackupSet) -> [Store] {
        set.stores.compactMap(store(named:))
    }

    /// To whom a set's run keys are sealed.
    package func recipients(of set: BackupSet) -> [Recipient] {
        set.recipients.compactMap(recipient(named:))
    }

    /// The sets that a drill restores, in order.
    package func sets(of plan: DrillPlan) -> [BackupSet] {
        switch plan.subject {
        case .set(let name): set(named: name).map { [$0] } ?? []
        case .group(let name): group(named: name)?.sets.compactMap(set(named:)) ?? []
        }
    }
}
