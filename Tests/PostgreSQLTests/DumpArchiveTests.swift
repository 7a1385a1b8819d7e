import FileSystem
import Format
import Glibc
import TestSupport
import Testing

@testable import PostgreSQL

/// Archives that no pg_dump wrote.
@Suite struct DumpArchiveTests {
    @Test(arguments: [(0, true), (4 << 20, true), ((4 << 20) + 1, false)])
    func `a statement of more than four mebibytes is refused`(count: Int, isTaken: Bool) throws {
        let definition = [UInt8](repeating: UInt8(ascii: ";"), count: count)
        try withTemporaryFolder { folder in
            let path = "\(folder)/dump"
            try FileHandle.open(path, O_WRONLY | O_CREAT).write(archive(definition))
            guard isTaken else {
                #expect(throws: DatabaseError.self) { _ = try DumpArchive(path: path) }
                return
            }
            let entries = try DumpArchive(path: path).entries
            #expect(entries.map(\.definition) == [definition])
            #expect(entries.first?.label == "FUNCTION public.f")
        }
    }

    /// Version 1.14 with one entry, and with integers of four bytes.
    private func archive(_ definition: [UInt8]) -> [UInt8] {
        var bytes = Array("PGDMP".utf8) + [1, 14, 0, 4, 8, 1]
        bytes += (0..<8).flatMap { _ in integer(0) }
        bytes += string("") + string("15.0") + string("") + integer(1)
        bytes += integer(1) + integer(0) + string("") + string("") + string("f")
        bytes += string("FUNCTION") + integer(2) + integer(definition.count) + definition
        bytes += string("") + string("") + string("public") + string("") + string("")
        bytes += string("owner") + string("")
        // No dependencies, and no data.
        return bytes + [1] + [1, 0, 0, 0] + [UInt8](repeating: 0, count: 9)
    }

    private func integer(_ value: Int) -> [UInt8] {
        var bytes: [UInt8] = [0]
        bytes.append(fixed: UInt32(value))
        return bytes
    }

    private func string(_ text: String) -> [UInt8] { integer(text.utf8.count) + text.utf8 }
}
