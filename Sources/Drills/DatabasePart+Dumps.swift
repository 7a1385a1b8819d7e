import FileSystem
import Glibc
import Model
import PostgreSQL
import Workers

/// Damaged copies of the dump itself: pg_restore often takes them without a word, so what it says
/// does not count, but what is left in the database.
extension DatabasePart {
    private struct Damage {
        let name: String
        /// Where, in per cent of the dump.
        let place: Int64
        /// Whether the dump ends there; else one bit is flipped.
        let isCut: Bool
    }

    private static let damages = [
        Damage(name: "dump, a bit flipped at 30 %", place: 30, isCut: false),
        Damage(name: "dump, a bit flipped at 50 %", place: 50, isCut: false),
        Damage(name: "dump, a bit flipped at 90 %", place: 90, isCut: false),
        Damage(name: "dump cut at 95 %", place: 95, isCut: true),
    ]

    /// Loads damaged copies of the dump, each into a database of its own; the comparison with the
    /// witness must fail, or the loading. Only in a self-test: each costs a restore.
    func dumpControls(
        _ cluster: DrillCluster,
        _ source: Witness,
        _ context: DrillContext
    ) throws -> [DrillControl] {
        guard context.controls == .all, let dump = dumpPath else {
            return []
        }
        let folder = "\(cluster.directory)/\(set)"
        let roles = try FileHandle.open("\(folder)/\(DatabaseFile.roles)", O_RDONLY)
            .readAll(bytesMax: 64 << 20)
        var controls: [DrillControl] = []
        for (number, damage) in Self.damages.enumerated() {
            try stop.check()
            context.progress("\(set): \(damage.name)")
            let copy = "\(folder)/damaged.dump"
            try Self.copy(dump, to: copy, with: damage)
            let database = "damaged\(number)"
            let found = try findings(cluster, source, copy, database, RolesScript(roles))
                .first { $0.severity == .failure }
            controls.append(
                DrillControl(set: set, sabotage: damage.name, foundAs: found?.code)
            )
            _ = unsafe unlink(copy)
        }
        return controls
    }

    private func findings(
        _ cluster: DrillCluster,
        _ source: Witness,
        _ dump: String,
        _ database: String,
        _ roles: RolesScript
    ) throws -> [Finding] {
        do throws(DatabaseError) {
            _ = try cluster.restore(
                dump: dump,
                into: database,
                facts: source.database,
                roles: roles
            )
        } catch {
            // Only what the dump's own bytes bring about is found; a full disk is not.
            switch error {
            case .toolFailed, .invalidFile, .untrustedDump:
                return [Finding(.databaseRestoreFailed, .named(set))]
            default: throw error
            }
        }
        return WitnessComparison.compare(source: source, restored: try gather(database))
    }

    private static func copy(_ path: String, to copy: String, with damage: Damage) throws {
        let source = try FileHandle.open(path, O_RDONLY)
        let size = Int64(clamping: try source.status().size)
        let place = size / 100 * damage.place
        let target = try FileHandle.open(copy, O_WRONLY | O_CREAT | O_TRUNC)
        var block = [UInt8](repeating: 0, count: 1 << 20)
        var position: Int64 = 0
        let end = damage.isCut ? place : size
        while position < end {
            let wanted = Int(min(Int64(block.count), end - position))
            let count = try source.readBlock(&block, bytesMax: wanted, at: position)
            guard count == wanted else {
                throw FileSystemError("read", path, code: EIO)
            }
            if !damage.isCut, (position..<position + Int64(count)).contains(place) {
                block[Int(place - position)] ^= 0x10
            }
            try target.write(Array(block[..<count]))
            position += Int64(count)
        }
    }
}
