import Model
import Testing

@testable import Drills

/// A forecast is reckoned from what was measured, or is none.
@Suite struct RestoreForecastTests {
    private func part(_ bytes: UInt64, _ time: Duration) throws -> RestoredPart {
        let id = try #require(RandomID([UInt8](repeating: 1, count: RandomID.byteCount)))
        return RestoredPart(set: "files", id: SetID(id), bytes: bytes, time: time)
    }

    @Test func `everything takes as long as it is larger`() throws {
        let forecast = RestoreForecast(
            from: try [part(300, .seconds(2)), part(100, .seconds(2))],
            of: [("files", 400), ("images", 3_600)]
        )
        #expect(forecast.time == .seconds(40))
        #expect(forecast.bytes == 4_000)
    }

    @Test(arguments: [(1_024, 256), (131_072, 40)] as [(UInt64, Int64)])
    func `of a sample what takes longer counts, bytes or files`(
        measured: UInt64,
        seconds: Int64
    ) throws {
        let restored = try part(measured, .seconds(2))
        let sample = DrawnSample(
            aim: SampleAim(
                confidence: try #require(Percentage("90%")),
                defects: try #require(Percentage("20%"))
            ),
            seed: .zero,
            files: 20,
            strata: [:],
            drawnPaths: [[1]],
            paths: [[1], [2]]
        )
        let forecast = RestoreForecast(
            from: [restored],
            of: [("files", 65_536), ("images", 65_536)],
            samples: [SampledPart(set: "files", id: restored.id, sample: sample)]
        )
        // By files ten times as long, and as long again for the images.
        #expect(forecast.time == .seconds(seconds))
    }

    @Test func `a part of a second counts as a whole one`() throws {
        let forecast = RestoreForecast(
            from: [try part(1_000, .milliseconds(10))],
            of: [("files", 1_000)]
        )
        #expect(forecast.time == .seconds(1))
    }

    @Test func `where a size is not known nobody can tell, and the set is named`() throws {
        let forecast = RestoreForecast(
            from: [try part(100, .seconds(1))],
            of: [("files", 100), ("images", nil)]
        )
        #expect(forecast == .unknown(.sizesUnknown(["images"])))
        #expect(forecast.time == nil)
    }

    @Test func `where nothing was measured nobody can tell`() throws {
        let all: [[RestoredPart]] = try [[], [part(0, .seconds(1))], [part(100, .zero)]]
        for restored in all {
            let forecast = RestoreForecast(from: restored, of: [("files", 100)])
            #expect(forecast == .unknown(.nothingMeasured))
        }
    }

    @Test func `sizes beyond all reason do no harm`() throws {
        let forecast = RestoreForecast(
            from: [try part(1, .seconds(1_000_000))],
            of: [("files", UInt64.max), ("images", UInt64.max)]
        )
        #expect(forecast.time == .seconds(1_000_000_000_000))
        #expect(forecast.bytes == UInt64(1) << 63)
    }
}
