package import Format
package import Orthanc

/// An Orthanc that ran on what came back of one set.
package struct JudgedOrthanc: Hashable, Sendable {
    /// The set's name in the configuration.
    package let set: String
    /// What it holds.
    package let check: OrthancCheck

    /// States what an Orthanc was found to hold.
    package init(set: String, check: OrthancCheck) {
        self.set = set
        self.check = check
    }

    /// For records and programs: numbers alone.
    package var json: JSONValue { check.json }
}
