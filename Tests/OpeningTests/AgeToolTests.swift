import Foundation
import Format
import Model
import Opening
import Primitives
import Sealing
import Testing

/// Both ways with the distribution's `age` and `age-keygen`.
@Suite struct AgeToolTests {
    @Test func `tells whether the tools are here`() {
        if !AgeTool.isInstalled {
            print("AGE INTEROPERATION NOT RUN: age and age-keygen are not installed")
        }
    }

    @Test(.enabled(if: AgeTool.isInstalled), arguments: AgeRoundTripTests.sizes)
    func `the tool opens what we seal`(size: Int) throws {
        let tool = try AgeTool()
        let identity = try AgeIdentity.generate()
        try tool.write(try identity.file(created: Timestamp(seconds: 0)), to: "key")
        #expect(try tool.run("age-keygen", "-y", "key") == Array("\(identity.recipient)\n".utf8))
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let file = try AgeSealer.seal(try secret(payload), to: [identity.recipient])
        for stored in [file, AgeArmor.encode(file)] {
            try tool.write(try secret(stored), to: "file")
            #expect(try tool.run("age", "-d", "-i", "key", "file") == payload)
        }
    }

    @Test(.enabled(if: AgeTool.isInstalled), arguments: AgeRoundTripTests.sizes)
    func `we open what the tool seals`(size: Int) throws {
        let tool = try AgeTool()
        _ = try tool.run("age-keygen", "-o", "key")
        let identities = try AgeIdentities(file: try tool.read("key"))
        let recipient = try #require(identities.recipients.first)
        let payload = try SecretBytes.random(count: size)
        try tool.write(payload, to: "payload")
        let other = try AgeIdentity.generate().recipient
        for armor in [[], ["-a"]] {
            let file = try tool.run(
                ["age", "-r", "\(other)", "-r", "\(recipient)"] + armor + ["payload"]
            )
            #expect(AgeArmor.isArmored(file) == !armor.isEmpty)
            let opened = try AgeOpener.open(file, with: identities, bytesMax: 1 << 20)
            let isSame = opened.matches(payload)
            #expect(isSame)
            if !armor.isEmpty {
                #expect(AgeArmor.encode(try AgeArmor.decode(file)) == file)
            }
        }
    }
}

/// Runs the tools in a folder of their own.
private final class AgeTool {
    static let isInstalled = ["age", "age-keygen"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
    }

    private struct Failed: Error {
        let arguments: [String]
        let status: Int32
    }

    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "toride-age-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    }

    func run(_ arguments: String...) throws -> [UInt8] {
        try run(arguments)
    }

    func run(_ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/\(arguments[0])")
        process.arguments = Array(arguments.dropFirst())
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(arguments: arguments, status: process.terminationStatus)
        }
        return Array(bytes)
    }

    func write(_ secret: borrowing SecretBytes, to name: String) throws {
        let path = folder.appending(path: name).path
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let failure = secret.write(to: descriptor)
        try #require(failure == 0)
    }

    func read(_ name: String) throws -> SecretBytes {
        let bytes = try Data(contentsOf: folder.appending(path: name))
        return try secret(bytes)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }
}
