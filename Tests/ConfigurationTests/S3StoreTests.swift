import Model
import Testing

@testable import Configuration

@Suite("Stores in S3")
struct S3StoreTests {
    /// A configuration whose second store is `s3`.
    private static func text(_ s3: String, class copyClass: String = "") -> String {
        head.replacing(
            "{path: /srv/toride}",
            with: "{path: /srv/toride}, vault: {s3: {\(s3)}\(copyClass)}"
        )
    }

    private static let plain = "endpoint: https://s3.example.jp:9000, bucket: ehr"

    private func vault(_ text: String) throws -> Configuration.Store {
        let configuration = try Configuration.parse(Array(text.utf8), file: "toride.yaml")
        return try #require(configuration.store(named: "vault"))
    }

    @Test func `what is not said has sensible values`() throws {
        let store = try vault(Self.text(Self.plain))
        let expected = S3Location(
            isSecure: true,
            host: "s3.example.jp",
            port: 9000,
            bucket: "ehr"
        )
        #expect(store.place == .s3(expected))
        #expect(store.lock == nil && store.folder == nil)
    }

    @Test func `everything can be said`() throws {
        let store = try vault(
            Self.text(
                "endpoint: 'http://[2001:db8::1]', bucket: ehr.vault-1, prefix: /toride/a/, "
                    + "region: ap-northeast-1, style: virtual-hosted, ca: /etc/ca.pem, "
                    + "proxy: 'http://proxy:3128', credentials: /etc/toride/vault, profile: put, "
                    + "lock: {mode: compliance, days: 35}",
                class: ", class: O4"
            )
        )
        let expected = S3Location(
            isSecure: false,
            host: "2001:db8::1",
            port: 80,
            bucket: "ehr.vault-1",
            prefix: "toride/a/",
            region: "ap-northeast-1",
            style: .virtualHosted,
            caFile: "/etc/ca.pem",
            proxy: "http://proxy:3128",
            credentials: .file("/etc/toride/vault", profile: "put")
        )
        #expect(store.place == .s3(expected))
        #expect(store.lock == LockPolicy(mode: .compliance, days: 35))
        #expect("\(store.place)" == "http://[2001:db8::1]/ehr.vault-1/toride/a")
    }

    @Test func `Amazon is asked by the bucket's own host`() throws {
        let text = Self.text(
            "endpoint: https://s3.ap-northeast-1.amazonaws.com, bucket: ehr"
        )
        guard case .s3(let location) = try vault(text).place else {
            Issue.record("no S3 store")
            return
        }
        #expect(location.style == .virtualHosted && location.port == 443)
    }

    @Test(arguments: [
        ("endpoint: s3.example.jp, bucket: ehr", "endpoint"),
        ("endpoint: 'https://user:secret@s3.example.jp', bucket: ehr", "endpoint"),
        ("endpoint: https://s3.example.jp/path, bucket: ehr", "endpoint"),
        ("endpoint: https://s3.example.jp:0, bucket: ehr", "endpoint"),
        ("endpoint: https://s3.example.jp:65536, bucket: ehr", "endpoint"),
        ("endpoint: https://, bucket: ehr", "endpoint"),
        ("endpoint: 'https://[::1', bucket: ehr", "endpoint"),
        ("endpoint: https://s3.example.jp, bucket: EHR", "bucket"),
        ("endpoint: https://s3.example.jp, bucket: a..b", "bucket"),
        ("endpoint: https://s3.example.jp, bucket: ab", "bucket"),
        ("endpoint: https://s3.example.jp, bucket: ehr, prefix: ../a", "prefix"),
        ("endpoint: https://s3.example.jp, bucket: ehr, prefix: '/'", "prefix"),
        ("endpoint: https://s3.example.jp, bucket: ehr, proxy: 'http://u:p@proxy'", "proxy"),
        ("endpoint: https://s3.example.jp, bucket: ehr, profile: a", "profile"),
        (
            "endpoint: https://s3.example.jp, bucket: ehr, lock: {mode: compliance, days: 0}",
            "lock.days"
        ),
        (
            "endpoint: https://s3.example.jp, bucket: ehr, lock: {mode: strong, days: 1}",
            "lock.mode"
        ),
    ])
    func `what cannot be reached is refused`(s3: String, key: String) throws {
        let error = try refusal(of: Self.text(s3))
        #expect(error.description.contains("stores.vault.s3.\(key)"))
        #expect(!error.description.contains("secret"))
    }

    @Test func `a store of class O4 locks what it stores`() throws {
        let error = try refusal(of: Self.text(Self.plain, class: ", class: O4"))
        #expect(error.description.contains("stores.vault.class"))
    }

    @Test func `two names for one bucket are one copy`() throws {
        let text = head.replacing(
            "{path: /srv/toride}",
            with: "{s3: {\(Self.plain)}}, b: {s3: {\(Self.plain), region: x, credentials: /c}}"
        )
        let error = try refusal(of: text)
        #expect(error.description.contains("stores.b.s3"))
    }
}
