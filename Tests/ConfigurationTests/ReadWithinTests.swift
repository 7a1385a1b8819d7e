import Configuration
import Testing

@Suite struct ReadWithinTests {
    private func store(_ options: String) throws -> Configuration.Store {
        try #require(try parse(text(options)).stores.first)
    }

    private func text(_ options: String) -> String {
        head.replacing("{path: /srv/toride}", with: "{path: /srv/toride\(options)}")
    }

    @Test func `every object is read within 90 days where nothing is said`() throws {
        #expect(try store("").readWithin == .seconds(90 * 86_400))
    }

    @Test func `a store may ask for more or less`() throws {
        #expect(try store(", readWithin: 1d").readWithin == .seconds(86_400))
        #expect(try store(", readWithin: 24h").readWithin == .seconds(86_400))
        #expect(try store(", readWithin: 3650d").readWithin == .seconds(3_650 * 86_400))
        let bucket = head.replacing(
            "{path: /srv/toride}",
            with: "{s3: {endpoint: https://s3.example.jp, bucket: ehr}, readWithin: 30d}"
        )
        #expect(try parse(bucket).stores.first?.readWithin == .seconds(30 * 86_400))
    }

    @Test(arguments: ["23h", "3651d", "0d", "90", "a quarter"])
    func `what is no such time is refused`(time: String) throws {
        let error = try refusal(of: text(", readWithin: \(time)"))
        #expect(error.keyPath == "stores.primary.readWithin")
        #expect(error.line == 4)
    }
}
