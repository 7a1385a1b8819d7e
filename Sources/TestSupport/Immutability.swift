import FileSystem
import Glibc

/// Files that the file system lets nobody change, where tests lie.
package enum Immutability {
    /// Whether files can be made so: by root, on most file systems.
    package static let isPossible: Bool = {
        let isDone = try? withTemporaryFolder { folder in
            let file = try FileHandle.open("\(folder)/probe", O_WRONLY | O_CREAT)
            try file.setImmutable(true)
            try file.setImmutable(false)
            return true
        }
        return isDone ?? false
    }()

    /// Takes the flag from every file in a folder and beneath, so that it can be removed.
    package static func end(in folder: String) throws {
        let directory = try FileHandle.open(folder, O_RDONLY | O_DIRECTORY)
        for name in try directory.names() {
            switch try directory.status(name: name).kind {
            case .regular:
                let file = try directory.open(name: name, O_RDONLY)
                if try file.isImmutable() {
                    try file.setImmutable(false)
                }
            case .directory:
                try end(in: "\(folder)/\(String(decoding: name, as: UTF8.self))")
            default:
                break
            }
        }
    }
}
