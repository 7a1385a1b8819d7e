/// Whose an area is and who may enter it, as its service tells: by rights on the whole of it that
/// somebody was given.
package struct AccessList: Hashable, Sendable {
    /// By the service's name for him.
    package let owner: String
    /// Who else was given a right, each once; those of ``isOpen`` too.
    package let grantees: [String]
    /// How many more were given one by an e-mail address, which is nobody's to repeat.
    package let unnamed: Int
    /// Whether everybody was given one, or every user of the service.
    package let isOpen: Bool

    /// States who may enter an area.
    ///
    /// - Parameters:
    ///   - owner: whose it is.
    ///   - grantees: who else was given a right, each once.
    ///   - unnamed: how many more were given one by an e-mail address.
    ///   - isOpen: whether everybody was given one.
    package init(
        owner: String,
        grantees: [String] = [],
        unnamed: Int = 0,
        isOpen: Bool = false
    ) {
        self.owner = owner
        self.grantees = grantees
        self.unnamed = unnamed
        self.isOpen = isOpen
    }
}
