import Drills
import Format
import Model
import Testing

/// What people note of a recovery: in order, not in the future, and with a name where it counts.
@Suite struct NotedStepsTests {
    private static let now = Timestamp(seconds: 1_795_402_800)

    /// So many seconds before now.
    private func ago(_ seconds: Int64) -> Timestamp {
        Timestamp(seconds: Self.now.seconds - seconds)
    }

    private func noted(_ steps: [NotedStep]) throws -> NotedSteps {
        var noted = NotedSteps()
        for step in steps {
            try noted.noteBefore(step, now: Self.now)
        }
        return noted
    }

    @Test func `steps before a drill stand in the order of a disaster`() throws {
        let noted = try noted([
            NotedStep(.declared, at: ago(300)), NotedStep(.mediumMounted, at: ago(100)),
            NotedStep(.keyObtained, at: ago(200), by: "鍵の保管者"),
        ])
        #expect(noted.steps.map(\.step) == [.declared, .keyObtained, .mediumMounted])
        #expect(noted[.keyObtained]?.by == "鍵の保管者")
    }

    @Test func `a declaration begins anew, any other step only itself`() throws {
        var noted = try noted([
            NotedStep(.declared, at: ago(300)), NotedStep(.keyObtained, at: ago(200)),
            NotedStep(.keyObtained, at: ago(250)),
        ])
        #expect(noted.steps.map(\.at) == [ago(300), ago(250)])
        try noted.noteBefore(NotedStep(.declared, at: ago(100)), now: Self.now)
        #expect(noted.steps == [NotedStep(.declared, at: ago(100))])
    }

    @Test func `nothing comes before the declaration`() throws {
        var noted = NotedSteps()
        #expect(throws: DrillStepError.notDeclared(.keyObtained)) {
            try noted.noteBefore(NotedStep(.keyObtained, at: ago(1)), now: Self.now)
        }
        try noted.noteBefore(NotedStep(.declared, at: ago(10)), now: Self.now)
        let early = DrillStepError.outOfOrder(.mediumMounted, before: .declared, at: ago(10))
        #expect(throws: early) {
            try noted.noteBefore(NotedStep(.mediumMounted, at: ago(11)), now: Self.now)
        }
        #expect(noted.steps.count == 1)
    }

    @Test func `nothing is noted of the future`() {
        var noted = NotedSteps()
        #expect(throws: DrillStepError.inTheFuture(.declared, ago(-1))) {
            try noted.noteBefore(NotedStep(.declared, at: ago(-1)), now: Self.now)
        }
        #expect(throws: DrillStepError.inTheFuture(.usable, ago(-1))) {
            try noted.noteAfter(
                NotedStep(.usable, at: ago(-1), by: "x"),
                checked: ago(10),
                now: Self.now
            )
        }
        #expect(noted == NotedSteps())
    }

    @Test func `charts are opened by someone, after they came back and before interfaces`() throws {
        var noted = NotedSteps()
        func note(_ step: DrillStep, _ seconds: Int64, _ name: String?) throws {
            let step = NotedStep(step, at: ago(seconds), by: name)
            try noted.noteAfter(step, checked: ago(100), now: Self.now)
        }
        #expect(throws: DrillStepError.nobodyNamed(.usable)) { try note(.usable, 50, nil) }
        #expect(throws: DrillStepError.outOfOrder(.usable, before: .checked, at: ago(100))) {
            try note(.usable, 101, "Dr. Sato")
        }
        try note(.usable, 50, "Dr. Sato")
        #expect(throws: DrillStepError.outOfOrder(.interfacesBack, before: .usable, at: ago(50))) {
            try note(.interfacesBack, 51, nil)
        }
        try note(.interfacesBack, 40, nil)
        #expect(throws: DrillStepError.outOfOrder(.interfacesBack, before: .usable, at: ago(30))) {
            try note(.usable, 30, "Dr. Sato")
        }
        #expect(noted.steps.map(\.at) == [ago(50), ago(40)])
    }

    @Test(arguments: ["", "two\nlines", String(repeating: "x", count: 201)])
    func `a name is one line`(name: String) {
        var noted = NotedSteps()
        #expect(throws: DrillStepError.name) {
            try noted.noteBefore(NotedStep(.declared, at: ago(1), by: name), now: Self.now)
        }
    }

    @Test func `files give back what they were given, and take nothing else`() throws {
        let noted = try noted([
            NotedStep(.declared, at: ago(300), by: "院長"), NotedStep(.keyObtained, at: ago(200)),
        ])
        #expect(try NotedSteps(decoding: noted.encoded) == noted)
        for text in ["", "{}", #"{"steps":[],"version":2}"#, #"{"steps":[{}],"version":1}"#] {
            #expect(throws: FormatError.self) { try NotedSteps(decoding: Array(text.utf8)) }
        }
    }

    // MARK: - The clock

    @Test func `time counts from the declaration, and who says so is told`() throws {
        let noted = try noted([
            NotedStep(.declared, at: ago(600)), NotedStep(.keyObtained, at: ago(540)),
        ])
        var timeline = DrillTimeline(after: noted.steps, at: Self.now)
        #expect(timeline.lead == .seconds(600))
        #expect(timeline.reached[.keyObtained] == .seconds(60))
        #expect(timeline.reached[.begun] == .seconds(600))
        timeline.reach(.checked)
        #expect(try #require(timeline.reached[.checked]) >= .seconds(600))
        #expect(
            timeline.sources
                == .object([
                    "begun": .string("program"), "checked": .string("program"),
                    "declared": .string("person"), "key-obtained": .string("person"),
                ])
        )
    }

    @Test func `without a declaration time counts from the start of the program`() {
        let timeline = DrillTimeline(after: [], at: Self.now)
        #expect(timeline.lead == .zero)
        #expect(timeline.reached == [.declared: .zero, .begun: .zero])
        #expect(DrillTimeline().reached == timeline.reached)
    }

    @Test func `a clock that was set back makes no negative times`() {
        let late = [NotedStep(.declared, at: ago(-60)), NotedStep(.keyObtained, at: ago(-30))]
        let timeline = DrillTimeline(after: late, at: Self.now)
        #expect(timeline.reached.values.allSatisfy { $0 == .zero })
    }
}
