package import Drills
import FileSystem
import Format
package import HostState

/// Where that lies which people noted of drills: beside the drills' tokens, a file for the steps
/// before a plan's next drill, and one for those after each drill.
package struct DrillStepFiles: Sendable {
    /// A few steps with a name each.
    private static let bytesMax = 64 << 10

    private let folder: String

    /// Uses the host's own folder.
    package init(_ state: HostState) {
        folder = "\(state.path)/drills"
    }

    /// What was noted; nothing if there is no file.
    ///
    /// - Parameter name: a plan's, for its next drill; a drill's id, for what came after it.
    /// - Returns: the steps, in the order of a disaster.
    /// - Throws: ``HostStateError/damaged(_:)``; ``FileSystemError``.
    package func noted(as name: String) throws -> NotedSteps {
        let path = path(name)
        guard let bytes = try SmallFile.read(path, bytesMax: Self.bytesMax) else {
            return NotedSteps()
        }
        do throws(FormatError) {
            return try NotedSteps(decoding: bytes)
        } catch {
            throw HostStateError.damaged(path)
        }
    }

    /// Keeps what was noted in the place of what was.
    ///
    /// - Parameters:
    ///   - noted: all steps.
    ///   - name: a plan's or a drill's, as for ``noted(as:)``.
    /// - Throws: ``FileSystemError``.
    package func keep(_ noted: NotedSteps, as name: String) throws {
        try FolderTree.make(folder, mode: 0o700)
        try SmallFile.write(noted.encoded, to: path(name))
    }

    /// Forgets what a drill has taken into its record; what was noted meanwhile stays.
    ///
    /// - Parameters:
    ///   - taken: what the drill took.
    ///   - plan: the plan's name.
    /// - Throws: ``FileSystemError``.
    package func forget(_ taken: NotedSteps, before plan: String) throws {
        guard !taken.steps.isEmpty, try noted(as: plan) == taken else {
            return
        }
        try SmallFile.remove(path(plan))
    }

    private func path(_ name: String) -> String { "\(folder)/\(name).steps" }
}
