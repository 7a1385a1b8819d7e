import Configuration
import Scheduling
import Testing

@Suite struct ConfigurationTemplateTests {
    private func template(
        _ language: Configuration.Language,
        recovery: String? = "age1recovery"
    ) -> ConfigurationTemplate {
        ConfigurationTemplate(
            siteName: "中央病院",
            timeZone: "Asia/Tokyo",
            language: language,
            recovery: recovery,
            drill: "age1drill",
            state: "/var/lib/toride",
            store: "/srv/toride"
        )
    }

    /// The file with every example in use.
    private func uncommented(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("#") && !line.hasPrefix("##") ? line.dropFirst() : line
        }
        return lines.joined(separator: "\n")
    }

    @Test(arguments: Configuration.Language.allCases)
    func `says what it was told and nothing else`(language: Configuration.Language) throws {
        let configuration = try parse(template(language).text)
        #expect(configuration.site.name == "中央病院")
        #expect(configuration.site.timeZone.identifier == "Asia/Tokyo")
        #expect(configuration.site.language == language)
        #expect(configuration.role == .backup)
        #expect(configuration.state == "/var/lib/toride")
        #expect(configuration.recipients.map(\.name) == ["recovery", "drill"])
        #expect(configuration.recipients.map(\.text) == ["age1recovery", "age1drill"])
        #expect(configuration.stores.map(\.folder) == ["/srv/toride"])
        #expect(configuration.stores.first?.readAt?.text == "0 1 * * *")
        #expect(configuration.stores.first?.readFor == .seconds(4 * 3_600))
        #expect(configuration.sets.isEmpty)
        #expect(!configuration.drill.identityOnThisHost)
    }

    @Test(arguments: Configuration.Language.allCases)
    func `its examples are valid once they are uncommented`(
        language: Configuration.Language
    ) throws {
        let configuration = try parse(uncommented(template(language).text))
        #expect(configuration.stores.map(\.name) == ["primary", "vault"])
        #expect(configuration.stores.last?.lock != nil)
        #expect(configuration.stores.last?.attackAt?.text == "0 3 1 * *")
        #expect(configuration.sets.map(\.name) == ["ssmix2", "orthanc", "ehr-db", "orders"])
        #expect(configuration.groups.map(\.name) == ["ehr"])
        #expect(configuration.drills.map(\.name) == ["weekly", "half-yearly"])
        #expect(configuration.drill.scratch != nil)
    }

    @Test(arguments: Configuration.Language.allCases)
    func `its sets need no other store than the first`(
        language: Configuration.Language
    ) throws {
        let lines = template(language).text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "#  vault:"))
        let end = try #require(lines[start...].firstIndex(of: ""))
        let rest = lines[..<start] + lines[end...]
        let configuration = try parse(uncommented(rest.joined(separator: "\n")))
        #expect(configuration.stores.map(\.name) == ["primary"])
        #expect(configuration.sets.count == 4)
    }

    @Test func `parses without any recipient, and shows where they go`() throws {
        let bare = ConfigurationTemplate(siteName: "H", timeZone: "UTC")
        #expect(try parse(bare.text).recipients.isEmpty)
        #expect(bare.text.contains("#recipients:\n#  recovery: age1…\n"))
        let half = template(.english, recovery: nil)
        #expect(try parse(half.text).recipients.map(\.name) == ["drill"])
    }

    @Test(arguments: [
        "a\"b", "a\\b", "a: b # c", "'", "{a}", "*a", "null", "a\u{FEFF}b", "\u{1F3E5} 病院", "%",
    ])
    func `any name survives the way through the file`(name: String) throws {
        let text = ConfigurationTemplate(siteName: name, timeZone: "UTC").text
        #expect(try parse(text).site.name == name)
    }

    @Test func `a name of two lines is refused when the text is read, and breaks nothing else`() {
        let text = ConfigurationTemplate(siteName: "a\nrole: drill\u{85}", timeZone: "UTC").text
        #expect(throws: ConfigurationError.self) { try parse(text) }
        #expect(!text.contains("\nrole: drill"))
    }

    @Test(arguments: Configuration.Language.allCases)
    func `its lines fit on a terminal`(language: Configuration.Language) {
        for line in template(language).text.split(separator: "\n") {
            let columns = line.unicodeScalars.map { $0.value < 0x1100 ? 1 : 2 }.reduce(0, +)
            #expect(columns <= 100, "\(line)")
        }
    }
}
