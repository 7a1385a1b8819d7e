/// A store of whose objects this machine may keep bytes in memory, which are then read in place of
/// those on the disk.
package protocol CachedStore: ObjectStore {
    /// Drops what is kept of an object, as far as it can be: it is read from the disk next.
    func forgetCache(of key: String)
}
