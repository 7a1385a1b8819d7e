package import Clinical
package import Model
package import Scheduling

extension Configuration {
    /// Sets that make one unit: database, messages, images.
    package struct Group: Hashable, Sendable {
        /// Its name.
        package let name: String
        /// Names of its sets, at least one.
        package let sets: [String]
        /// How far apart their snapshots may lie and still fit together.
        package let lag: Duration
        /// What must hold between them; may be empty.
        package let joins: [ClinicalJoin]
    }

    /// A restore that is to be proven.
    package struct DrillPlan: Hashable, Sendable {
        /// What is restored.
        package enum Subject: Hashable, Sendable {
            /// One set, by name.
            case set(String)
            /// A group of sets, by name.
            case group(String)
        }

        /// Its name.
        package let name: String
        /// What is restored.
        package let subject: Subject
        /// When it is due; nil if only by hand.
        package let schedule: CronSchedule?
        /// What has happened, in the drill's story.
        package let scenario: Scenario
        /// How many complete snapshots before the newest are passed over: 0 for the newest itself,
        /// at least 1 in the scenario ``Scenario/cyber``.
        package let generation: Int
        /// The store that is left, by name; nil in every scenario but ``Scenario/disaster``.
        package let store: String?
        /// How deep it goes, 0 to 4.
        package let level: Level
        /// How sure a sample of the files must be that is restored instead of all of them; nil for
        /// all. At level 2 alone, without joins and a recovery time.
        package let sample: SampleAim?
        /// How long it may take from the declaration until all is checked; nil for no promise.
        package let rto: Duration?
        /// How old the newest restored clinical data may be; nil for no promise.
        package let rpo: Duration?
        /// Files with the hospital's own SQL assertions: absolute paths, may be empty.
        package let assertions: [String]
        /// What must come back as the hospital knows it; at least one at ``Level/sentinels``, else
        /// none.
        package let sentinels: [Sentinel]
    }

    /// What a drill supposes to have happened.
    package enum Scenario: String, Hashable, Sendable, CaseIterable {
        /// A machine or a disk failed: the newest snapshot of the first store is restored.
        case failure
        /// An attacker encrypted or destroyed the systems, and perhaps poisoned what was backed up
        /// last: an earlier snapshot is restored, by a key that is not on this host.
        case cyber
        /// The building is lost: a copy in another store is restored, and nothing is known but what
        /// the configuration says.
        case disaster
    }

    /// How deep a drill goes (DESIGN §6).
    package enum Level: Int, Hashable, Sendable, Comparable, CaseIterable {
        /// The copies are there.
        case copies = 0
        /// Every byte is as it was stored.
        case bits = 1
        /// The files are back, and their formats are sound.
        case files = 2
        /// The database and the image server run and agree with the witness.
        case applications = 3
        /// Clinical sentinels are found, too.
        case sentinels = 4

        package static func < (one: Level, other: Level) -> Bool {
            one.rawValue < other.rawValue
        }
    }

    /// How drills run on this machine.
    package struct DrillSettings: Hashable, Sendable {
        /// Whether the drill identity may lie on this backup host, which can then open the past:
        /// promise 1 is `not-proven` (DESIGN §3). False if the file is silent.
        package let identityOnThisHost: Bool
        /// Folder for what a drill restores, an absolute path; nil to leave it to the drill.
        package let scratch: String?
    }
}
