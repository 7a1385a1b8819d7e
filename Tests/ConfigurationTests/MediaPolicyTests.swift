import Configuration
import Testing

@Suite("Stores of media")
struct MediaPolicyTests {
    /// A configuration whose second store has `media`, and a set that lies in `stores`.
    private static func text(_ media: String, stores: String = "[primary, rdx]") -> String {
        head.replacing(
            "{path: /srv/toride}",
            with: "{path: /srv/toride}, rdx: {path: /mnt/rdx, \(media)}"
        ) + """
            sets:
              ehr: {source: {files: {paths: [/srv/ehr]}}, stores: \(stores)}

            """
    }

    private func policy(_ media: String) throws -> Configuration.MediaPolicy? {
        let store = try parse(Self.text(media)).store(named: "rdx")
        return try #require(store).media
    }

    @Test func `what is not said has sensible values`() throws {
        let day = 86_400
        for media in ["media: {}", "media: {returnWithin: 31d, onlineMax: 24h}"] {
            let policy = try #require(try policy(media))
            #expect(policy.returnWithin == .seconds(31 * day) && policy.onlineMax == .seconds(day))
        }
        #expect(try policy("media: {onlineMax: 4h}")?.onlineMax == .seconds(4 * 3_600))
        #expect(try policy("class: O1") == nil)
    }

    @Test func `what is said wrongly is refused at its key`() throws {
        for (media, key) in [
            ("media: {returnWithin: 0d}", "media.returnWithin"),
            ("media: {onlineMax: soon}", "media.onlineMax"),
            ("media: {offline: 4h}", "media.offline"),
            ("media: [rdx]", "media"),
            ("media: ~", "media"),
        ] {
            let error = try refusal(of: Self.text(media))
            #expect(error.description.contains("stores.rdx.\(key)"), "\(error.description)")
        }
    }

    @Test func `a bucket is no medium`() throws {
        let s3 = "s3: {endpoint: https://s3.example.jp, bucket: ehr}, media: {}"
        let error = try refusal(of: Self.text(s3).replacing("path: /mnt/rdx, ", with: ""))
        #expect(error.description.contains("stores.rdx.media"))
    }

    @Test func `no backup waits for a medium`() throws {
        for stores in ["[rdx, primary]", "[rdx]"] {
            let error = try refusal(of: Self.text("media: {}", stores: stores))
            #expect(error.description.contains("sets.ehr.stores"), "\(error.description)")
        }
        let alone =
            head.replacing("{path: /srv/toride}", with: "{path: /mnt/rdx, media: {}}")
            + "sets: {ehr: {source: {files: {paths: [/srv/ehr]}}}}\n"
        #expect(try refusal(of: alone).description.contains("sets.ehr.stores"))
    }
}
