import Glibc

/// A user of this machine, as a child may run.
package struct Account: Hashable, Sendable {
    /// As in the password database.
    package let name: String
    /// The user's number.
    package let userID: UInt32
    /// The number of the user's own group.
    package let groupID: UInt32

    /// Looks a user up; nil if there is none of that name.
    package init?(named name: String) {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        let failure = unsafe getpwnam_r(name, &entry, &buffer, buffer.count, &found)
        guard failure == 0, unsafe found != nil else {
            return nil
        }
        self.name = name
        userID = unsafe entry.pw_uid
        groupID = unsafe entry.pw_gid
    }

    /// Takes a user by number, who need not have a name: files keep their owner on any machine.
    package init(userID: UInt32, groupID: UInt32) {
        name = "\(userID)"
        self.userID = userID
        self.groupID = groupID
    }

    /// Whether this process may become any other user.
    package static var isRoot: Bool { geteuid() == 0 }
}
