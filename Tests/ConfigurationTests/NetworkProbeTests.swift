import Configuration
import Model
import Testing

@Suite("Probes of stores that only the network keeps apart")
struct NetworkProbeTests {
    /// The lines of a probe, one of which may say something else.
    private static func probe(_ changes: [String: String] = [:]) -> String {
        let usual = [
            "from": "\"ward 3, PC 17\"",
            "command": "[/usr/bin/ssh, probe@192.0.2.117, toride, copy, reach]",
            "targets": "[192.0.2.10:445, \"[2001:db8::1]:445\"]",
            "controls": "[192.0.2.80:443]",
        ]
        let lines = usual.merging(changes) { $1 }.sorted { $0.key < $1.key }
        return lines.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    }

    private static func text(_ probe: String, class declared: String = "class: O5, ") -> String {
        head.replacing(
            "{path: /srv/toride}",
            with: "{path: /srv/toride}, nas: {path: /mnt/nas, \(declared)probe: {\(probe)}}"
        )
    }

    @Test func `a probe has a place, a program, targets and controls`() throws {
        let store = try #require(try parse(Self.text(Self.probe())).store(named: "nas"))
        let probe = try #require(store.probe)
        #expect(probe.from == "ward 3, PC 17")
        #expect(probe.command.first == "/usr/bin/ssh" && probe.command.count == 5)
        #expect(probe.targets.map(\.description) == ["192.0.2.10:445", "[2001:db8::1]:445"])
        #expect(probe.controls.map(\.description) == ["192.0.2.80:443"])
        #expect(store.isToResist && !store.isToResistThief)
    }

    @Test func `without it nothing is looked at`() throws {
        let text = head.replacing("/srv/toride}", with: "/srv/toride, class: O5}")
        #expect(try parse(text).store(named: "primary")?.probe == nil)
    }

    @Test(arguments: ["", "class: O1, ", "class: O3, "])
    func `no other store has one`(declared: String) throws {
        expectRuleBroken(
            Self.text(Self.probe(), class: declared),
            line: 4,
            key: "stores.nas.probe",
            "means something for class O5 alone"
        )
    }

    @Test(arguments: ["from", "command", "targets", "controls"])
    func `nothing of it may be missing`(key: String) {
        let parts = Self.probe([key: "~"])
        let without = parts.replacing("\(key): ~, ", with: "").replacing(", \(key): ~", with: "")
        expectRefused(Self.text(without), line: 4, key: "stores.nas.probe.\(key)", .missingKey)
    }

    @Test(arguments: [
        ("from", "\"\"", "from"),
        ("from", "\"a\\nb\"", "from"),
        ("from", "\(String(repeating: "x", count: 101))", "from"),
        ("command", "[ssh, ward]", "command[0]"),
        ("command", "[]", "command"),
        ("targets", "[]", "targets"),
        ("targets", "192.0.2.10:445", "targets"),
        ("targets", "[nas.example.jp:445]", "targets[0]"),
        ("targets", "[192.0.2.10]", "targets[0]"),
        ("targets", "[192.0.2.10:445, 192.0.2.10:445]", "targets[1]"),
        ("targets", "[\"[2001:db8::1]:445\", \"[2001:DB8::0:1]:445\"]", "targets[1]"),
        ("controls", "[]", "controls"),
        ("controls", "[192.0.2.80:443, 192.0.2.10:445]", "controls[1]"),
        ("controls", "[192.0.2.80:0]", "controls[0]"),
        ("until", "noon", "until"),
    ])
    func `what is said wrongly is refused at its key`(
        key: String,
        value: String,
        place: String
    ) throws {
        let error = try refusal(of: Self.text(Self.probe([key: value])))
        #expect(error.keyPath == "stores.nas.probe.\(place)", "\(error.description)")
    }

    @Test func `there are as many addresses as can be tried in some minutes`() throws {
        func list(_ count: Int) -> String {
            "[" + (1...count).map { "192.0.2.1:\($0)" }.joined(separator: ", ") + "]"
        }
        let most = Self.text(Self.probe(["targets": list(32)]))
        #expect(try parse(most).store(named: "nas")?.probe?.targets.count == 32)
        expectRuleBroken(
            Self.text(Self.probe(["targets": list(33)])),
            line: 4,
            key: "stores.nas.probe.targets",
            "has more than 32 addresses"
        )
    }
}
