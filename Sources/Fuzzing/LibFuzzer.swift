import Glibc

/// Feeds one parser with hostile bytes, as libFuzzer's main calls it (fuzz/fuzz.sh). `FUZZ_PARSER`
/// names the parser; with `FUZZ_TELL` it says whether the bytes were taken.
///
/// A broken promise, a crash, a hang or too much memory ends the run.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let outcome = chosen.outcome(of: bytes)
    if case .broken(let promise) = outcome {
        preconditionFailure("\(chosen.name): \(promise)")
    }
    if isTelling {
        unsafe puts("\(outcome)")
    }
    return 0
}

private let isTelling = unsafe getenv("FUZZ_TELL") != nil

private let chosen: Parser = {
    let name = unsafe getenv("FUZZ_PARSER").map { unsafe String(cString: $0) } ?? ""
    guard let parser = Parser.all.first(where: { $0.name == name }) else {
        preconditionFailure("FUZZ_PARSER is one of \(Parser.all.map(\.name))")
    }
    return parser
}()
