import Backup
import Console
import Format
import Model

/// Results of jobs as programs read them.
enum ResultJSON {
    static func backup(_ result: BackupRun.Result, set: String) -> JSONValue {
        let manifest = result.manifest
        return .object([
            "bytes": .integer(Int64(clamping: result.contentBytes)),
            "bytesNew": .integer(Int64(clamping: manifest.new.bytes)),
            "bytesRead": .integer(Int64(clamping: result.counts.bytesRead)),
            "complete": .bool(manifest.complete),
            "files": .integer(Int64(clamping: result.files)),
            "findings": FindingLines.json(result.findings),
            "id": .string(result.name.hex),
            "sequence": .integer(Int64(clamping: manifest.sequence)),
            "set": .string(set),
            "setId": .string(result.set.hex),
        ])
    }
}
