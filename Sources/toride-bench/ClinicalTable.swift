import Clinical
import Console
import Drills
import Format
import Glibc
import Model
import Workers

/// What it takes to judge a clinical store, on one thread: read every file, make facts of it, fold
/// them, and judge what must hold between files.
struct ClinicalTable {
    private let format: ClinicalFormat
    private let folder: String

    init(_ format: ClinicalFormat, _ folder: String) {
        self.format = format
        self.folder = folder
    }

    /// Judges the store twice, the second time from the page cache, and tells what that took.
    func print() throws {
        for round in ["first", "cached"] {
            let clock = ContinuousClock()
            let start = clock.now
            let profile = try StoreJudge(
                StoreJudge.Store(
                    root: RecordPath.relative(folder),
                    format: format,
                    waived: [],
                    localOffset: 9 * 3_600
                ),
                witness: nil,
                cut: Timestamp(seconds: Int64(time(nil))),
                stop: StopFlag()
            ).judge(restoredTo: "/").profile
            let seconds = (clock.now - start) / .seconds(1)
            var usage = rusage()
            _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            let figures = [
                "\(format.rawValue), \(round): \(profile.files) files, \(ByteCount(profile.bytes))",
                "\(Int(Double(profile.files) / seconds)) files/s",
                "\(Int(Double(profile.bytes) / seconds / 1e6)) MB/s",
                "peak \(usage.ru_maxrss >> 10) MiB", "broken \(profile.broken.mapValues(\.count))",
            ]
            Terminal.write(figures.joined(separator: " · ") + "\n", to: STDOUT_FILENO)
        }
    }
}
