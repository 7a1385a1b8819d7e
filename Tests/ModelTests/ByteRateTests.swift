import Model
import Testing

@Suite struct ByteRateTests {
    @Test func `units are of 1024, written short or in full`() {
        for text in ["40M", "40MiB", "40MiB/s", "40M/s"] {
            #expect(ByteRate(text)?.bytesPerSecond == 40 << 20)
        }
        #expect(ByteRate("64K")?.bytesPerSecond == 64 << 10)
        #expect(ByteRate("999999G")?.bytesPerSecond == 999_999 << 30)
        #expect(ByteRate("40M")?.description == "40.0 MiB/s")
    }

    @Test func `anything else is none`() {
        for text in [
            "", "/s", "M", "iB", "40", "40B", "40MB", "40m", "40 M", "-1M", "+1M", "1.5M", "0M",
            "63K", "1000000G", "40M/s/s", "４０M", "40T",
        ] {
            #expect(ByteRate(text) == nil, "\(text)")
        }
    }
}
