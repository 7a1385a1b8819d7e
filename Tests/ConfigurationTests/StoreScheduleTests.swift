import Configuration
import Scheduling
import Testing

@Suite struct StoreScheduleTests {
    private func text(_ options: String) -> String {
        head.replacing("{path: /srv/toride}", with: "{path: /srv/toride\(options)}")
    }

    private func store(_ options: String) throws -> Configuration.Store {
        try #require(try parse(text(options)).stores.first)
    }

    @Test func `nothing is done to a store that nobody asks for`() throws {
        let store = try store(", class: O4")
        #expect(store.readAt == nil && store.attackAt == nil)
    }

    @Test func `a store says when it is read, for how long, and when it is attacked`() throws {
        let words = ", class: O4, readAt: \"0 1 * * *\", readFor: 90m, attackAt: \"@monthly\""
        let store = try store(words)
        #expect(store.readAt?.text == "0 1 * * *")
        #expect(store.readFor == .seconds(90 * 60))
        #expect(store.attackAt?.text == "@monthly")
        #expect(try self.store(", readAt: \"@daily\"").readFor == .seconds(4 * 3_600))
    }

    @Test(arguments: [("1m", true), ("24h", true), ("59s", false), ("1441m", false)])
    func `a reading takes a minute at least and a day at most`(time: String, isTaken: Bool) throws {
        let options = ", readAt: \"@daily\", readFor: \(time)"
        guard !isTaken else {
            #expect(try store(options).readFor >= .seconds(60))
            return
        }
        let error = try refusal(of: text(options))
        #expect(error.keyPath == "stores.primary.readFor")
        #expect(error.hint.contains("4h"))
    }

    @Test(arguments: ["@hourly", "0,30 3 1 * *", "0 3,15 * * 0"])
    func `more than one attack a day is refused`(schedule: String) throws {
        let error = try refusal(of: text(", class: O4, attackAt: \"\(schedule)\""))
        #expect(error.keyPath == "stores.primary.attackAt")
        #expect(error.hint.contains("once a month"))
        #expect(try store(", class: O4, attackAt: \"@daily\"").attackAt != nil)
    }

    @Test func `how long without when is refused`() throws {
        let error = try refusal(of: text(", readFor: 4h"))
        #expect(error.keyPath == "stores.primary.readFor")
        #expect(error.hint.contains("readAt:"))
    }

    @Test(arguments: [
        "readAt: \"0 0 30 2 *\"", "readAt: nightly", "readAt: \"@daily\", readFor: 0h",
    ])
    func `what never comes, or takes no time, is refused`(words: String) throws {
        let error = try refusal(of: text(", \(words)"))
        #expect(error.line == 4)
    }

    @Test(arguments: ["", ", class: O1", ", class: O2", ", immutable: true"])
    func `what is to resist nothing is not attacked`(options: String) throws {
        let error = try refusal(of: text("\(options), attackAt: \"@monthly\""))
        #expect(error.keyPath == "stores.primary.attackAt")
        #expect(error.hint.contains("class:"))
    }

    @Test(arguments: ["O3", "O4", "O5"])
    func `what is to resist something may be attacked`(declared: String) throws {
        #expect(try store(", class: \(declared), attackAt: \"@monthly\"").attackAt != nil)
    }
}
