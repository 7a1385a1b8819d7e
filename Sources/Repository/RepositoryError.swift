package import Format
package import Model
package import ObjectStore

/// Why a repository could not be read or written.
package enum RepositoryError: ToldError, Equatable {
    /// The store failed.
    case store(StoreError)
    /// An object is not what FORMAT.md says.
    case format(FormatError, key: String)
    /// There is no repository here.
    case noRepository(place: String)
    /// There is one already.
    case alreadyThere(place: String)

    package var description: String {
        switch self {
        case .store(let error): error.description
        case .format(let error, let key): "\(key): \(error.description)"
        case .noRepository(let place): "\(place): there is no repository (toride.json is missing)"
        case .alreadyThere(let place): "\(place): there is a repository already"
        }
    }

    package var hint: String {
        switch self {
        case .store(let error): error.hint
        case .format(let error, _): error.hint
        case .noRepository: "mount the right store, or make a repository with `toride init`"
        case .alreadyThere: "use it, or choose an empty folder"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .store(let error): error.exitCode
        case .format(let error, _): error.exitCode
        case .noRepository: .couldNotLook
        case .alreadyThere: .usage
        }
    }
}

/// Runs `body` on a store and wraps what the store throws.
func storing<R>(_ body: () throws(StoreError) -> R) throws(RepositoryError) -> R {
    do throws(StoreError) {
        return try body()
    } catch {
        throw .store(error)
    }
}
