// A host of the tests' own, to be killed, looked into and run as another user:
//
//   toride-testhost init FOLDER IDENTITY-FILE
//   toride-testhost backup FOLDER RECIPIENT [KEY-FILE]
//   toride-testhost restore FOLDER IDENTITY-FILE TARGET
//   toride-testhost remove FOLDER
//
// The first makes a host, its store and a custodian's identity, and prints his recipient. The
// second backs up FOLDER/source into FOLDER/store with the state in FOLDER/state. With KEY-FILE it
// holds that file's 32 bytes as a secret from its start, prints `holding` after the backup, and
// ends when its input does. The third restores the newest snapshot. The last removes a tree. All
// print what came of it.

import Backup
import FileSystem
import Format
import Glibc
import HostState
import LocalStore
import Model
import Opening
import Primitives
import Recovery
import Repository

func run(_ arguments: [String]) throws {
    switch (arguments.first, arguments.count) {
    case ("init", 3): try initialise(arguments[1], arguments[2])
    case ("backup", 3): try backUp(arguments[1], try AgeRecipient(arguments[2]))
    case ("backup", 4):
        guard let control = try SecretFile.read(arguments[3], count: 32) else {
            throw BackupError.sourcePath(arguments[3], reason: "is not there")
        }
        try backUp(arguments[1], try AgeRecipient(arguments[2]))
        hold(control)
    case ("restore", 4): try restore(arguments[1], arguments[2], to: arguments[3])
    case ("remove", 2): print("removed \(FolderTree.remove(arguments[1]))")
    default:
        throw BackupError.sourcePath("toride-testhost", reason: "wrong arguments")
    }
}

/// Keeps `control` in memory until the input ends.
func hold(_ control: borrowing SecretBytes) {
    print("holding")
    fflush(nil)
    while getchar() != EOF {}
}

func initialise(_ folder: String, _ identityFile: String) throws {
    for name in ["source", "state", "store"] {
        try FolderTree.make("\(folder)/\(name)", mode: 0o700)
    }
    try HostState(path: "\(folder)/state").makeSigningKey()
    let store = try LocalStore(name: "primary", root: "\(folder)/store")
    _ = try Repository(creating: RepositoryID(try Randomness.id()), in: store)
    let identity = try AgeIdentity.generate()
    let file = try FileHandle.open(identityFile, O_WRONLY | O_CREAT | O_EXCL)
    try identity.write(to: file.descriptor, created: Timestamp(seconds: Int64(time(nil))))
    print(identity.recipient)
}

func backUp(_ folder: String, _ recipient: AgeRecipient) throws {
    print("process \(getpid())")
    fflush(nil)
    let store = try LocalStore(name: "primary", root: "\(folder)/store")
    let run = BackupRun(
        request: BackupRun.Request(
            set: "files",
            recipients: [recipient],
            remembered: nil,
            host: "test",
            tool: "test"
        ),
        repository: try Repository(opening: store),
        state: HostState(path: "\(folder)/state"),
        now: { Timestamp(seconds: Int64(time(nil))) }
    )
    let result = try run.run(try TreeSource(paths: ["\(folder)/source"]))
    tell(result.findings)
    print("complete \(result.manifest.complete)")
    print("new \(result.manifest.new.bytes)")
    print("files \(result.files)")
}

func restore(_ folder: String, _ identity: String, to target: String) throws {
    let state = HostState(path: "\(folder)/state")
    let repository = try Repository(
        opening: try LocalStore(name: "primary", root: "\(folder)/store")
    )
    let file = try FileHandle.open(identity, O_RDONLY)
    guard let set = try state.id(of: "files"), let signer = try state.verifyingKey(),
        let secret = try SecretBytes.read(from: file.descriptor, bytesMax: 4_096),
        let newest = try History(of: repository.store, trusting: TrustedSigners([signer]))
            .newest(of: set)
    else {
        throw RecoveryError.noSuchSnapshot("files", hint: "back it up first")
    }
    let snapshot = try OpenedSnapshot(
        newest,
        in: repository,
        with: try AgeIdentities(file: secret)
    )
    let restorer = TreeRestorer(
        snapshot,
        TreeRestorer.Request(target: target, isPrivileged: geteuid() == 0)
    )
    defer { tell(restorer.findings) }
    try restorer.run()
}

func tell(_ findings: [Finding]) {
    for finding in findings {
        if case .path(let path) = finding.subject {
            print("finding \(finding.code.rawValue) \(String(decoding: path, as: UTF8.self))")
        } else {
            print("finding \(finding.code.rawValue)")
        }
    }
}

do {
    try run(Array(CommandLine.arguments.dropFirst()))
} catch {
    print("error \(error)")
    exit((error as? any ToldError)?.exitCode.rawValue ?? 5)
}
