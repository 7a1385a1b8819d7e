import Configuration
import Model
import Testing

@Suite("Stores of immutable files")
struct ImmutableStoreTests {
    private func text(_ vault: String) -> String {
        head.replacing("{path: /srv/toride}", with: "{path: /srv/toride}, vault: {\(vault)}")
    }

    private func vault(_ words: String) throws -> Configuration.Store {
        try #require(try parse(text(words)).store(named: "vault"))
    }

    @Test func `a folder is immutable only where that is asked for`() throws {
        #expect(try vault("path: /srv/vault, immutable: true").isImmutable)
        #expect(try !vault("path: /srv/vault, immutable: false").isImmutable)
        #expect(try !vault("path: /srv/vault").isImmutable)
    }

    @Test func `what is locked or of class O4 is to resist a thief`() throws {
        let bucket = "s3: {endpoint: https://s3.example.jp, bucket: ehr"
        #expect(try !vault("path: /srv/vault, immutable: true").isToResistThief)
        #expect(try vault("path: /srv/vault, immutable: true, class: O4").isToResistThief)
        #expect(try vault("\(bucket), lock: {mode: governance, days: 1}}").isToResistThief)
        #expect(try !vault("\(bucket)}, class: O3").isToResistThief)
        #expect(try !vault("path: /srv/vault, class: O1").isToResistThief)
    }

    @Test func `other areas and networks are to resist who has no business there`() throws {
        let bucket = "s3: {endpoint: https://s3.example.jp, bucket: ehr"
        #expect(try vault("\(bucket)}, class: O3").isToResist)
        #expect(try vault("path: /srv/vault, class: O5").isToResist)
        #expect(try vault("path: /srv/vault, class: O4").isToResist)
        #expect(try !vault("path: /srv/vault, class: O2").isToResist)
    }

    @Test func `a folder of class O4 may be kept by what lies beneath it`() throws {
        let store = try vault("path: /srv/vault, class: O4")
        #expect(store.isToResist && !store.isImmutable)
    }

    @Test(arguments: [
        "s3: {endpoint: https://s3.example.jp, bucket: ehr}, immutable: true",
        "path: /media/vault, media: {returnWithin: 14d}, immutable: true",
        "path: /srv/vault, immutable: yes",
    ])
    func `what is no folder that stays is not made immutable`(words: String) throws {
        let error = try refusal(of: text(words))
        #expect(error.description.contains("stores.vault.immutable"))
    }
}
