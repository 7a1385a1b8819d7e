import Model
import Testing

@testable import S3Store

@Suite struct S3DocumentTests {
    private func root(_ text: String) -> S3Element? { S3Document.root(of: Array(text.utf8)) }

    @Test func `an answer is read with its texts and in its order`() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <Name>bucket</Name><!-- a comment -->
              <Version><Key>a&amp;b</Key><ETag>&quot;0a&quot;</ETag></Version>
              <DeleteMarker><Key><![CDATA[c<d]]></Key></DeleteMarker>
              <Version><Key>日&#10;本</Key></Version>
            </ListVersionsResult>
            """
        let list = try #require(root(text))
        #expect(list.name == "ListVersionsResult")
        #expect(list.children.map(\.name) == ["Name", "Version", "DeleteMarker", "Version"])
        #expect(list["Name"] == "bucket")
        #expect(list["Other"] == nil)
        #expect(list.first("Version")?["ETag"] == "\"0a\"")
        #expect(list.children.dropFirst().map { $0["Key"] } == ["a&b", "c<d", "日\n本"])
    }

    @Test func `a prefix of names and white space before the document say nothing`() {
        let text = " \r\n\t<s:Error xmlns:s='http://x.invalid/'><s:Code>A</s:Code></s:Error>"
        #expect(root(text)?["Code"] == "A")
    }

    @Test(arguments: [
        "", "a", "<a/>", "    ", "<a>b</a", "<a><b></a></b>", "<a>b</a><c>d</c>", "<a>&b;</a>",
        "<a>\u{1}</a>", "{\"a\": 1}", "<html><body>busy<br></body></html>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a>bcd</a>",
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>b</a>\0",
    ])
    func `what is no whole document is none`(text: String) {
        #expect(root(text) == nil)
    }

    @Test func `an answer that is cut anywhere is none`() {
        let text = Array("<Error><Code>SlowDown</Code></Error>".utf8)
        #expect(S3Document.root(of: text)?["Code"] == "SlowDown")
        for count in text.indices {
            #expect(S3Document.root(of: Array(text[..<count])) == nil, "\(count)")
        }
    }

    @Test func `bytes that are no UTF-8, depth and size have an end`() {
        #expect(S3Document.root(of: Array("<a>".utf8) + [0xff] + Array("</a>".utf8)) == nil)
        let deep = { (depth: Int) in
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        #expect(root(deep(16)) != nil)
        #expect(root(deep(17)) == nil)
        #expect(root("<a>\(String(repeating: "<b/>", count: 100_000))</a>") == nil)
        let large = [UInt8](repeating: UInt8(ascii: "x"), count: S3Document.bytesMax)
        #expect(S3Document.root(of: Array("<a>".utf8) + large + Array("</a>".utf8)) == nil)
    }

    @Test func `what is written comes back`() throws {
        let written = S3Document.bytes(
            "Delete",
            S3Document.element("Object", holding: S3Document.element("Key", "a&<b>\"'\r日"))
        )
        let read = try #require(S3Document.root(of: written))
        #expect(read.first("Object")?["Key"] == "a&<b>\"'\r日")
        let again = try #require(read.first("Object").map { S3Document.element($0) })
        #expect(root(again) == read.first("Object"))
    }

    @Test func `moments are read with and without a fraction`() throws {
        let whole = try #require(Timestamp(rfc3339: "2026-01-02T03:04:05Z"))
        #expect(Timestamp(s3: "2026-01-02T03:04:05Z") == whole)
        #expect(Timestamp(s3: "2026-01-02T03:04:05+00:00") == whole)
        #expect(Timestamp(s3: "2026-01-02T03:04:05.000Z") == whole)
        #expect(Timestamp(s3: "2026-01-02T03:04:05.000000000Z") == whole)
        let half = Timestamp(seconds: whole.seconds, nanoseconds: 500_000_000)
        #expect(Timestamp(s3: "2026-01-02T03:04:05.5Z") == half)
        #expect(Timestamp(s3: "2026-01-02T03:04:05.5000000009Z") == half)
        for wrong in [
            "", "Z", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:05.Z",
            "2026-13-02T03:04:05Z", "2026-01-02T03:04:05.1+09:00", "Fri, 02 Jan 2026 03:04:05 GMT",
        ] {
            #expect(Timestamp(s3: wrong) == nil, "\(wrong)")
        }
    }
}
