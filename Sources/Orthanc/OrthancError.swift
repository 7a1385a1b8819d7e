package import FileSystem
package import HTTP
package import Model
package import Processes

/// An Orthanc that could not be asked. Nothing of this says that the data is bad.
package enum OrthancError: ToldError, Equatable {
    /// A program that is needed is not installed.
    case toolMissing(String, package: String)
    /// The server does not even start on an empty store: the machine's fault, not the data's.
    case notStartedEmpty(String)
    /// The user of the sandbox may not read so many of the restored files.
    case unreadable(Int)
    /// The server runs, and does not answer for so long.
    case silent(Duration)
    /// A process could not be run, or was ended by us.
    case process(ProcessError)
    /// The server did not answer a request.
    case request(HTTPError)
    /// An answer is not what Orthanc's documentation says.
    case strangeAnswer(String)
    /// A file of the server's own could not be read or written.
    case file(FileSystemError)

    package var description: String {
        switch self {
        case .toolMissing(let name, _): "\(name) is not installed"
        case .notStartedEmpty(let said):
            "Orthanc does not start on an empty store\(said.isEmpty ? "" : ": \(said)")"
        case .unreadable(let count):
            "\(count) restored files may not be read by the user that Orthanc runs as"
        case .silent(let time): "Orthanc runs, and did not answer in \(time)"
        case .process(let error): error.description
        case .request(let error): error.description
        case .strangeAnswer(let what): "Orthanc's answer to \(what) is not understood"
        case .file(let error): error.description
        }
    }

    package var hint: String {
        switch self {
        case .toolMissing(_, let package): "install the package \(package)"
        case .notStartedEmpty: "start Orthanc by hand on an empty folder and look at what it says"
        case .unreadable: "let the owner of the storage folder read all files in it"
        case .silent: "start Orthanc by hand on a copy and look what it waits for"
        case .process(let error): error.hint
        case .request(let error): error.hint
        case .strangeAnswer: "use the version of Orthanc that the hospital runs"
        case .file(let error): error.hint
        }
    }

    // Whoever could not ask has shown nothing, neither good nor bad.
    package var exitCode: ExitCode { .notProven }
}
