package import Model

/// Why no image was made.
package enum SealError: ToldError, Equatable {
    /// The store is no folder, or one whose name cannot be handed on.
    case notFolder(String)
    /// The image, or what is made of it, is there.
    case exists(String)
    /// Only root can lay one folder over another.
    case needsRoot
    /// The program that makes it failed.
    case notMade(String, said: String)

    package var description: String {
        switch self {
        case .notFolder(let name): "\(name): an image is made of a folder"
        case .exists(let path): "\(path) is there"
        case .needsRoot: "an image in erofs needs root"
        case .notMade(let program, let said): "\(program): \(said)"
        }
    }

    package var hint: String {
        switch self {
        case .notFolder: "name a store with path:, whose path has no colon, comma or backslash"
        case .exists: "choose another name; what is there is not written over"
        case .needsRoot: "run it as root, or with --format squashfs"
        case .notMade: "look at the room beside the image, and at what the program said"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .notFolder, .exists: .usage
        case .needsRoot, .notMade: .couldNotLook
        }
    }
}
