import Catalog
import Console
import Format
import Jobs
import Model
import Reporting

/// Media as an operator reads them, and as programs do.
enum MediaLines {
    /// Says how `toride-verify` came to a medium, unless all is well.
    static func tell(_ program: MediaJob.Program, _ terminal: Terminal) {
        switch program {
        case .alone: return
        case .needsLibraries:
            terminal.remark(
                terminal.words(
                    "媒体の toride-verify は、ほかの機械では動かないことがあります。"
                        + "単体で動くもの（make install）を使ってください。",
                    "toride-verify on the medium may not run on another machine: install the "
                        + "static one (make install)"
                )
            )
        case .missing:
            terminal.remark(
                terminal.words(
                    "toride-verify が見つからず、媒体に入っていません。make install で入れてください。",
                    "toride-verify was not found and is not on the medium: make install puts it "
                        + "beside toride"
                )
            )
        }
    }

    /// What a medium lies on, for people; nil where nothing of that is known.
    static func device(_ row: MediumRow, _ terminal: Terminal) -> String? {
        let serial = row.serial.map {
            terminal.words("シリアル番号 ", "serial ") + SafeText.escaped($0)
        }
        let filesystem = row.filesystem.map {
            terminal.words("ファイルシステム ", "file system ") + SafeText.escaped($0)
        }
        let known = [serial, filesystem].compactMap(\.self)
        return known.isEmpty ? nil : "  " + known.joined(separator: "  ")
    }

    /// What the catalog knows of a medium, for programs.
    static func json(_ row: MediumRow) -> JSONValue {
        .object(members(row))
    }

    /// How a medium stands, for programs.
    static func json(_ medium: MediaStanding.Medium, _ now: Timestamp) -> JSONValue {
        let own: [String: JSONValue] = [
            "heads": .object(
                medium.heads.mapValues { .integer(Int64(clamping: $0.sequence)) }
            ),
            "here": .bool(medium.isHere),
            "lastRead": moment(medium.lastRead),
            "onlineSeconds": .integer(medium.online(until: now).components.seconds),
            "presences": .array(
                medium.presences.map {
                    .object(["attached": moment($0.attached), "detached": moment($0.detached)])
                }
            ),
        ]
        return .object(members(medium.row).merging(own) { $1 })
    }

    private static func members(_ row: MediumRow) -> [String: JSONValue] {
        [
            "added": moment(row.added), "custodian": .string(row.custodian),
            "due": moment(row.due), "filesystem": row.filesystem.map { .string($0) } ?? .null,
            "id": .string(row.id.hex), "label": .string(row.label),
            "location": .string(row.location),
            "serial": row.serial.map { .string($0) } ?? .null, "store": .string(row.store),
        ]
    }

    private static func moment(_ time: Timestamp?) -> JSONValue {
        time.map { .string($0.rfc3339) } ?? .null
    }
}
