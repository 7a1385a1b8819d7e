import Model
import Testing

/// `toride doctor` tells which stores nobody reads or attacks unless somebody thinks of it.
@Suite struct DoctorScheduleTests {
    /// The site's configuration with options of its store.
    private func yaml(_ site: TestSite, _ options: String) -> String {
        site.yaml.replacing("{path: \(site.store)}", with: "{path: \(site.store)\(options)}")
    }

    @Test func `a store that nobody reads is told with the line to add, and is no fault`() throws {
        try withSite { site in
            let before = try site.run(["doctor"])
            let told = "✗ reading primary: nobody reads it on a schedule\n  → add readAt: "
            #expect(before.out.contains(told), "\(before.out)")
            #expect(!before.out.contains("attack primary"), "it is to resist nothing")
            try site.configure(yaml(site, ", readAt: \"0 1 * * *\""))
            let after = try site.run(["doctor"])
            #expect(after.out.contains("✓ reading primary\n"), "\(after.out)")
            #expect(before.code == after.code)
            try site.configure("\(site.yaml)\nverify: {schedule: \"0 12 * * *\"}\n")
            let verified = try site.run(["doctor"])
            #expect(verified.out.contains("✓ reading primary\n"), "\(verified.out)")
        }
    }

    @Test func `a store that is to resist and that nobody attacks is told`() throws {
        try withSite { site in
            try site.configure(yaml(site, ", class: O4"))
            let before = try site.run(["doctor"])
            let told = "✗ attack primary: nobody attacks it on a schedule\n  → add attackAt: "
            #expect(before.out.contains(told), "\(before.out)")
            let japanese = try site.run(["doctor", "--lang", "ja"])
            #expect(japanese.out.contains("✗ 定期攻撃試験 primary: "), "\(japanese.out)")
            #expect(!japanese.out.contains("on a schedule"), "\(japanese.out)")
            try site.configure(yaml(site, ", class: O4, attackAt: \"@monthly\""))
            let after = try site.run(["doctor"])
            #expect(after.out.contains("✓ attack primary\n"), "\(after.out)")
            #expect(before.code == after.code)
        }
    }

    @Test(arguments: ["O1", "O2", "O3", "O5"])
    func `a class that nothing can show is told with what would`(declared: String) throws {
        try withSite { site in
            try site.configure(yaml(site, ", class: \(declared)"))
            let outcome = try site.run(["doctor"])
            #expect(outcome.out.contains("✗ attack primary: "), "\(outcome.out)")
            #expect(!outcome.out.contains("nobody attacks it"), "\(outcome.out)")
            #expect(outcome.out.contains("\n  → Configure what shows it "), "\(outcome.out)")
            let japanese = try site.run(["doctor", "--lang", "ja"])
            let lines = japanese.out.split(separator: "\n")
            let told = try #require(lines.first { $0.contains("定期攻撃試験 primary: ") })
            #expect(told.hasSuffix("ません"), "\(told)")
            #expect(!japanese.out.contains("Configure what"), "\(japanese.out)")
        }
    }

    @Test func `a drill host is asked for neither`() throws {
        try withSite { site in
            try site.configure("role: drill\n\(yaml(site, ", class: O4"))")
            let outcome = try site.run(["doctor"])
            #expect(!outcome.out.contains("on a schedule"), "\(outcome.out)")
        }
    }
}
