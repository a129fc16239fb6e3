import AssayTerms
import Testing

@Suite struct AddressTests {
    /// Which addresses requests may go to without anybody's leave; the words are those of the refusal.
    @Test(arguments: [
        // Public ones, beside the edges of blocks that are not.
        ("1.1.1.1", nil), ("8.8.8.8", nil), ("9.255.255.255", nil), ("11.0.0.0", nil), ("100.63.255.255", nil),
        ("100.128.0.0", nil), ("126.255.255.255", nil), ("128.0.0.0", nil), ("169.253.255.255", nil), ("169.255.0.0", nil),
        ("172.15.255.255", nil), ("172.32.0.0", nil), ("192.0.1.0", nil), ("192.167.255.255", nil), ("192.169.0.0", nil),
        ("198.17.255.255", nil), ("198.20.0.0", nil), ("223.255.255.255", nil), ("2606:4700:4700::1111", nil),
        ("2001:200::1", nil), ("2a00:1450:4001::8a", nil), ("3ffe::1", nil),
        // IPv4 that is not public.
        ("0.0.0.0", "unspecified"), ("0.1.2.3", "unspecified"), ("10.0.0.0", "private"), ("10.255.255.255", "private"),
        ("100.64.0.0", "shared"), ("100.100.100.200", "shared"), ("100.127.255.255", "shared"), ("127.0.0.1", "loopback"),
        ("127.255.255.255", "loopback"), ("169.254.169.254", "link-local"), ("172.16.0.0", "private"),
        ("172.31.255.255", "private"), ("192.0.0.192", "reserved for protocols"), ("192.0.2.1", "for documentation"),
        ("192.88.99.1", "a relay"), ("192.168.0.1", "private"), ("198.18.0.1", "for benchmarks"),
        ("198.19.255.255", "for benchmarks"), ("198.51.100.7", "for documentation"), ("203.0.113.7", "for documentation"),
        ("224.0.0.1", "multicast"), ("239.255.255.255", "multicast"), ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        // IPv6 that is not public.
        ("::", "unspecified"), ("::1", "loopback"), ("::2", "reserved"), ("fc00::1", "private"), ("fd00:ec2::254", "private"),
        ("fe80::1", "link-local"), ("febf::1", "link-local"), ("fec0::1", "private"), ("ff02::1", "multicast"),
        ("2001:db8::1", "for documentation"), ("2001::1", "reserved for protocols"), ("2001:1ff::", "reserved for protocols"),
        ("3fff::1", "for documentation"), ("100::1", "reserved"), ("4000::1", "reserved"), ("64:ff9b:1::1", "reserved"),
        // IPv6 that carries an IPv4 address is judged by it.
        ("::ffff:127.0.0.1", "loopback"), ("::ffff:a9fe:a9fe", "link-local"), ("::ffff:8.8.8.8", nil),
        ("64:ff9b::10.0.0.1", "private"), ("64:ff9b::8.8.8.8", nil), ("::127.0.0.1", "reserved"),
        ("2002:7f00:1::", "a relay"), ("2002:808:808::", "a relay"),
    ] as [(String, String?)])
    func judgement(_ text: String, _ objection: String?) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressJudge.objection(to: address) == objection)
    }

    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"), ("::ffff:1.2.3.4", "::ffff:102:304"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("0.0.0.0", "0.0.0.0"), ("255.1.2.3", "255.1.2.3"),
    ])
    func text(_ written: String, _ canonical: String) throws {
        #expect(try #require(IPAddress(written)).text == canonical)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "127.1", "0177.0.0.1", "256.0.0.1", "1.2.3.+4", "0x7f.0.0.1", "2130706433", "1.2.3.4 ",
        "::1%lo", "[::1]", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "g::", "12345::",
        "::1.2.3.4:5", "1.2.3.4::",
    ])
    func notAnAddress(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1", 80, true), ("127.0.0.1", "127.0.0.2", 80, false), ("127.0.0.1", "::ffff:127.0.0.1", 80, true),
        ("127.0.0.1:9999", "127.0.0.1", 9999, true), ("127.0.0.1:9999", "127.0.0.1", 9998, false),
        ("10.0.0.0/8", "10.255.0.1", 1, true), ("10.0.0.0/8", "11.0.0.1", 1, false), ("10.32.0.0/11:443", "10.63.9.9", 443, true),
        ("10.32.0.0/11:443", "10.64.0.0", 443, false), ("0.0.0.0/0", "8.8.8.8", 1, true), ("0.0.0.0/0", "fd00::1", 1, false),
        ("fd00::/8", "fdff::1", 1, true), ("fd00::/8", "fe00::1", 1, false), ("[fd00::1]:8443", "fd00::1", 8443, true),
        ("[fd00::1]:8443", "fd00::1", 443, false), ("[fd00::/16]:8443", "fd00:1::", 8443, true), ("::1", "::1", 5, true),
    ])
    func range(_ text: String, _ address: String, _ port: Int, _ isIn: Bool) throws {
        let range = try #require(AddressRange(text))
        #expect(range.contains(try #require(IPAddress(address)), port: port) == isIn)
    }

    @Test(arguments: [
        "", "localhost", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "127.0.0.1:", "127.0.0.1:0",
        "127.0.0.1:65536", "127.0.0.1:+1", "fd00::1/8", "[127.0.0.1]:80", "[::1", "::1]:80", "[::1]80", "1.2.3.4/24:80",
    ])
    func notARange(_ text: String) { #expect(AddressRange(text) == nil) }
}
