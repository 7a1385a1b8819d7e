import Model
import Testing

@Suite struct NetworkAddressTests {
    @Test(arguments: [
        ("192.0.2.10:445", "192.0.2.10:445"),
        ("255.255.255.255:65535", "255.255.255.255:65535"),
        ("0.0.0.0:1", "0.0.0.0:1"),
        ("[2001:db8::1]:445", "[2001:db8::1]:445"),
        ("[2001:DB8:0:0:0:0:0:01]:445", "[2001:db8::1]:445"),
        ("[0000:0000:0000:0000:0000:ffff:192.168.100.100]:65535", "[::ffff:192.168.100.100]:65535"),
        ("[::]:80", "[::]:80"),
    ])
    func `an address and a port are read, and have one spelling`(
        text: String,
        spelling: String
    ) throws {
        let address = try #require(NetworkAddress(text))
        #expect(address.description == spelling)
        #expect(NetworkAddress(spelling) == address)
        #expect(address.isIPv6 == text.hasPrefix("["))
    }

    @Test func `bytes are in network order`() throws {
        let address = try #require(NetworkAddress("192.0.2.10:445"))
        #expect(address.bytes == [192, 0, 2, 10] && address.port == 445)
        let other = try #require(NetworkAddress("[2001:db8::1]:445"))
        #expect(other.bytes == [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1])
    }

    @Test(arguments: [
        "", ":", "445", ":445", "192.0.2.10", "192.0.2.10:", "192.0.2.10:0", "192.0.2.10:65536",
        "192.0.2.10:+445", "192.0.2.10:0445", "192.0.2.10:-1", "192.0.2.10:445 ", " 192.0.2.10:445",
        "192.0.2:445", "192.0.2.256:445", "192.0.2.010:445", "0x7f000001:445", "localhost:445",
        "nas.example.jp:445", "2001:db8::1:445", "[192.0.2.10]:445", "[2001:db8::1]445",
        "[2001:db8::1]", "[]:445", "[:445", "]:445", "[[::1]]:445", "[fe80::1%eth0]:445",
        "192.0.2.10:445\0", "192.0.2.10\0:445", "192.0.2.10\0.jp:445", "１92.0.2.10:445",
        "192.0.2.10:４45", "192.0.2.10:445\n", "192.0.2.10:445\u{301}",
        "[0000:0000:0000:0000:0000:ffff:192.168.100.100]:655350",
    ])
    func `anything else is none`(text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    @Test(arguments: [
        ("192.0.2.10", "192.0.2.10:9000"), ("2001:db8::1", "[2001:db8::1]:9000"),
        ("[2001:db8::1]", "[2001:db8::1]:9000"),
    ])
    func `a host that is an address is taken as it is named`(host: String, spelling: String) {
        #expect(NetworkAddress(host: host, port: 9_000)?.description == spelling)
        let location = S3Location(isSecure: false, host: host, port: 9_000, bucket: "a")
        #expect(location.address?.description == spelling && !location.isOnThisHost)
    }

    @Test(arguments: ["nas", "nas.example.jp", "localhost", "", "[]", "192.0.2.10:1"])
    func `a host that has a name has no address`(host: String) {
        #expect(NetworkAddress(host: host, port: 9_000) == nil)
    }

    @Test func `a loopback is this machine, and nothing else is`() {
        for (host, isThisHost) in [
            ("127.0.0.1", true), ("127.255.0.9", true), ("::1", true), ("localhost", true),
            ("128.0.0.1", false), ("::2", false), ("::", false), ("localhost.example.jp", false),
        ] {
            let location = S3Location(isSecure: false, host: host, port: 80, bucket: "a")
            #expect(location.isOnThisHost == isThisHost, "\(host)")
        }
        #expect(NetworkAddress("[2001:db8::1]:445")?.isLoopback == false)
    }
}
