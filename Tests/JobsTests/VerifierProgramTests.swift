import Testing

@testable import Jobs

/// Whether a program can be put on a medium as it is.
@Suite struct VerifierProgramTests {
    /// A program for 64-bit Linux with program headers of these types.
    private func program(_ types: [UInt8]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64 + 56 * types.count)
        bytes.replaceSubrange(0..<6, with: [0x7f, 0x45, 0x4c, 0x46, 2, 1])
        bytes[32] = 64  // The table stands behind the header.
        bytes[54] = 56
        bytes[56] = UInt8(types.count)
        for (number, type) in types.enumerated() {
            bytes[64 + 56 * number] = type
        }
        return bytes
    }

    @Test func `a program without an interpreter needs nothing else`() {
        #expect(VerifierProgram.isAlone(program([1, 1, 4])))
        #expect(!VerifierProgram.isAlone(program([6, 3, 1])))
    }

    @Test func `what is cut short, or no program, is not taken for one`() {
        let whole = program([1, 1, 4])
        for length in 0..<(64 + 56 * 2 + 4) {
            #expect(!VerifierProgram.isAlone(Array(whole[..<length])), "\(length)")
        }
        #expect(!VerifierProgram.isAlone(Array("#!/bin/sh\n".utf8)))
        #expect(!VerifierProgram.isAlone(program([])))
        var huge = whole
        huge.replaceSubrange(32..<40, with: [UInt8](repeating: 0xff, count: 8))
        #expect(!VerifierProgram.isAlone(huge))
    }
}
