/// Where an Orthanc keeps its images and its index, in a set's snapshot.
package struct OrthancFolders: Hashable, Sendable {
    /// `StorageDirectory` in the snapshot: bytes, without a leading slash.
    package let storage: [UInt8]
    /// `IndexDirectory`, likewise.
    package let index: [UInt8]
    /// Folders of this machine that the server must not see: state and stores.
    package let hidden: [String]

    /// States where they are.
    package init(storage: [UInt8], index: [UInt8], hidden: [String]) {
        self.storage = storage
        self.index = index
        self.hidden = hidden
    }
}
