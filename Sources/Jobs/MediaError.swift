package import Model

/// What is wrong with what was asked about media.
package enum MediaError: ToldError, Equatable {
    /// The configuration has no store of media.
    case noStore
    /// It has several, and none was named.
    case severalStores([String])
    /// The store that was named has no media.
    case notMedia(String)
    /// Every store is one of media.
    case noHome
    /// Nothing is mounted at the store's folder.
    case notMounted(String)
    /// What is mounted is not empty and no medium.
    case notEmpty(String, found: String)
    /// What is mounted is a medium already.
    case isMedium(String, label: String)
    /// The label is none.
    case label(String)
    /// Another medium has the label.
    case labelTaken(String)
    /// The medium that is mounted is not in the catalog.
    case unknown(String)
    /// The medium that is mounted is not the one that its label says, of another repository, or on
    /// another device than it was made on.
    case wrong(String)
    /// No medium has the label.
    case noSuchMedium(String, known: [String])
    /// Some process keeps the medium from being unmounted.
    case busy(String, said: String)

    package var description: String {
        switch self {
        case .noStore: "no store of the configuration has media"
        case .severalStores(let names): "there are media at \(names.joined(separator: ", "))"
        case .notMedia(let name): "store \(name) has no media"
        case .noHome: "every store is one of media"
        case .notMounted(let path): "nothing is mounted at \(path)"
        case .notEmpty(let path, let found): "\(path) is not empty: it has \(found)"
        case .isMedium(let path, let label): "\(path) is a medium already: \(label)"
        case .label(let reason): reason
        case .labelTaken(let label): "there is another medium \(label)"
        case .unknown(let label): "the catalog does not know the medium \(label)"
        case .wrong(let label):
            "the medium \(label) is not what it says, not of this site, or on another device"
        case .noSuchMedium(let label, _): "there is no medium \(label)"
        case .busy(let path, let said): "\(path) cannot be unmounted: \(said)"
        }
    }

    package var hint: String {
        switch self {
        case .noStore, .notMedia: "write media: {} beneath the store with the mount point as path:"
        case .severalStores: "name one with --store"
        case .noHome: "a backup needs a store that is always there"
        case .notMounted: "mount the medium there, or name a folder on purpose: --allow-folder"
        case .notEmpty: "nothing is written over: make an empty file system on it, or take another"
        case .isMedium: "run `toride media attach`"
        case .label: "write what stands on its outside, such as 2026-A"
        case .labelTaken: "choose another label; `toride media list` names those that are taken"
        case .unknown: "take it up with `toride media init` and its label, if it is yours"
        case .wrong:
            "take it out; `toride media list` tells which one should be here. If its dock or case "
                + "was replaced, run `toride media attach --new-device`"
        case .noSuchMedium(_, let known):
            known.isEmpty
                ? "make one with `toride media init`"
                : "the media are: \(known.joined(separator: ", "))"
        case .busy(let path, _): "see with `fuser -vm \(path)` who uses it, then run this again"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .notMounted, .busy: .couldNotLook
        case .wrong: .failed
        default: .usage
        }
    }
}
