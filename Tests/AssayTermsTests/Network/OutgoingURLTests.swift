import AssayTerms
import Testing

@Suite struct OutgoingURLTests {
    @Test(arguments: [
        ("https://example.com", "example.com", 443, "https://example.com/"),
        ("HTTPS://Example.COM:443/A?b=C#d", "example.com", 443, "https://example.com/A?b=C"),
        ("http://h:8080?q", "h", 8080, "http://h:8080/?q"),
        ("https://h:/x", "h", 443, "https://h/x"),
        ("https://h/a b/é%20\"<>", "h", 443, "https://h/a%20b/%C3%A9%20%22%3C%3E"),
        ("https://[0:0::1]:9/", "::1", 9, "https://[::1]:9/"),
        ("https://127.1/", "127.1", 443, "https://127.1/"),
        ("https://h#@evil", "h", 443, "https://h/"),
    ])
    func parts(_ text: String, _ host: String, _ port: Int, _ requested: String) throws {
        let url = try OutgoingURL(Text(text))
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.requested == requested)
        #expect(url.text == Text(text))
    }

    @Test(arguments: [
        ("  ", .blank), ("", .blank), ("ftp://h", .scheme("ftp")), ("h.example/x", .scheme("")), ("://h", .scheme("")),
        ("https://", .noHost), ("https:h", .noHost), ("https:///x", .noHost), ("https://:80/", .noHost),
        ("https://[::1/", .brackets), ("https://[::1]x/", .brackets), ("https://[127.0.0.1]/", .brackets),
        ("https://a[::1]/", .malformed("its host is no name in ASCII; write others in their xn-- form")),
        ("https://h:99999/", .malformed("its port is not a number from 1 to 65535")),
        ("https://h:0/", .malformed("its port is not a number from 1 to 65535")),
        ("https://h:8 0/", .malformed("its port is not a number from 1 to 65535")),
    ] as [(String, OutgoingURL.Problem)])
    func problems(_ text: String, _ problem: OutgoingURL.Problem) {
        #expect(throws: problem) { try OutgoingURL(Text(text)) }
    }

    /// What two readers of a URL might take for different hosts is none at all.
    @Test(arguments: [
        "https://user:pw@h/", "https://h@evil/", "https://h\\@evil/", "https://h\t/", "https://h\n.evil/", "https://h%2eevil/",
        "https://bücher.example/", "https://h /", "https://h\u{3002}evil/",
    ])
    func ambiguous(_ text: String) {
        #expect(throws: OutgoingURL.Problem.self) { try OutgoingURL(Text(text)) }
    }
}
