import Model
import Reporting
import Testing

struct SubjectTextTests {
    private let set: SetID

    init() throws {
        set = SetID(try #require(RandomID(hex: "1f0c9a2b00112233445566778899aabb")))
    }

    @Test
    func `subjects are named in both languages`() {
        let snapshot = SnapshotRef(set: set, sequence: 12)
        let cases: [(Subject, String, String)] = [
            (.repository, "保管庫", "the repository"),
            (.object("toride.json"), "toride.json", "toride.json"),
            (.snapshot(snapshot), "世代 1f0c9a2b@12", "snapshot 1f0c9a2b@12"),
            (.set(set), "セット 1f0c9a2b", "set 1f0c9a2b"),
            (.path(Array("srv/カルテ".utf8)), "srv/カルテ", "srv/カルテ"),
            (.path([]), "/", "/"),
            (.table("public.orders"), "表 public.orders", "table public.orders"),
            (.named("sandbox"), "sandbox", "sandbox"),
        ]
        for (subject, japanese, english) in cases {
            #expect(SubjectText.describe(subject, .japanese) == japanese)
            #expect(SubjectText.describe(subject, .english) == english)
        }
    }

    @Test
    func `a set that the configuration names goes by that name`() {
        let snapshot = SnapshotRef(set: set, sequence: 3)
        #expect(
            SubjectText.describe(.snapshot(snapshot), .english, names: [set: "ehr-db"])
                == "snapshot ehr-db@3"
        )
    }

    @Test(arguments: Language.allCases)
    func `no name can write a line of its own`(language: Language) {
        let hostile = "x\n\u{1b}[32mproven"
        let subjects: [Subject] = [
            .object(hostile), .path(Array(hostile.utf8)), .table(hostile), .named(hostile),
        ]
        for subject in subjects {
            let text = SubjectText.describe(subject, language)
            #expect(text.hasSuffix(#"x\u{a}\u{1b}[32mproven"#))
        }
        #expect(SubjectText.describe(set, names: [set: hostile]) == #"x\u{a}\u{1b}[32mproven"#)
    }
}
