import Model
import Testing

@Suite struct SampleAimTests {
    private func aim(_ confidence: String, _ defects: String) throws -> SampleAim {
        SampleAim(
            confidence: try #require(Percentage(confidence)),
            defects: try #require(Percentage(defects))
        )
    }

    /// DOMAIN §4.3, and the ends of what may be asked for.
    @Test(
        arguments: [
            ("95%", "5%", 59), ("99%", "5%", 90), ("95%", "1%", 299), ("99%", "1%", 459),
            ("95%", "0.1%", 2_995), ("99%", "0.1%", 4_603), ("90%", "20%", 11),
            ("99.99%", "0.01%", 92_099),
        ]
    )
    func `so many files show so small a share with so much confidence`(
        confidence: String,
        defects: String,
        files: Int
    ) throws {
        #expect(try aim(confidence, defects).filesMin == files)
    }

    @Test func `one file less would not do`() throws {
        for (confidence, defects) in [("95%", "1%"), ("99.9%", "0.5%"), ("90%", "20%")] {
            let aim = try aim(confidence, defects)
            func overlooked(_ count: Int) -> Double {
                (0..<count).reduce(1.0) { chance, _ in chance * (1 - aim.defects.fraction) }
            }
            #expect(overlooked(aim.filesMin) <= 1 - aim.confidence.fraction)
            #expect(overlooked(aim.filesMin - 1) > 1 - aim.confidence.fraction)
        }
    }

    @Test func `a share is a number of percent, and is written as it is read`() {
        for (text, hundredths, written) in [
            ("95%", 9_500, "95%"), ("99.9 %", 9_990, "99.9%"), ("0.01%", 1, "0.01%"),
            ("1.50%", 150, "1.5%"), ("0.05%", 5, "0.05%"), ("100%", 10_000, "100%"),
            ("0%", 0, "0%"),
        ] {
            #expect(Percentage(text)?.hundredths == hundredths, "\(text)")
            #expect(Percentage(text)?.description == written, "\(text)")
        }
    }

    @Test func `anything else is none`() {
        for text in [
            "", "%", " %", "95", "95 % ", ".5%", "1.%", "1.234%", "1.2.3%", "-1%", "+1%", "100.01%",
            "1000%", "９5%", "1e1%", "95%%", "0x1%", "1,5%",
        ] {
            #expect(Percentage(text) == nil, "\(text)")
        }
    }
}
