import AssayTerms
import FuzzedModels
import HTTPTypes

@testable import AssayServer

/// Heads, forms and addresses, and the names that go to a directory.
enum ServerParsers {
    private static let rules = BrowserRules(hosts: BrowserRules.hosts(listeningOn: "assay.example.org"), port: 5_000)
    /// Written out anew, so that what the rules let through is held against a list and not against themselves.
    private static let hosts: Set<String> = {
        let names = ["localhost", "127.0.0.1", "[::1]", "assay.example.org"]
        return Set(names + names.map { $0 + ":5000" })
    }()

    static let all: [Parser] = [
        .text("Host", ["localhost:5000", "127.0.0.1", "[::1]:5000", "assay.example.org"]) { text in
            try rules.check(authority: text, headers: [:], isLink: false)
            return hosts.contains(text.lowercased()) ? .sound : .broken("a foreign host is taken")
        },
        .text("Origin", ["http://localhost:5000", "https://assay.example.org:5000"]) { text in
            try rules.check(authority: "localhost:5000", headers: [.origin: text], isLink: true)
            guard let mark = text.firstRange(of: "://"), ["http", "https"].contains(text[..<mark.lowerBound].lowercased()) else {
                // A header's field takes no line ends: what is left then is no origin.
                return HTTPField(name: .origin, value: text).value == text ? .broken("an origin without a scheme is taken") : .refused
            }
            return hosts.contains(text[mark.upperBound...].lowercased()) ? .sound : .broken("a foreign origin is taken")
        },
        .text("cookies", ["assay=0a1b; other=2", "a=b;assay=cc", "assay-login=1; assay=2"]) { text in
            let headers: HTTPFields = [.cookie: text]
            guard let value = Cookies(isSecure: false).value(.session, in: headers) else { return .refused }
            // The field writes a space for what no header can hold.
            let line = headers[.cookie] ?? ""
            let named = line.split(separator: ";").filter { $0.drop { $0 == " " }.hasPrefix("assay=") }.count
            return named == 1 && !value.contains(";") && line.contains("assay=" + value) ? .sound : .broken("one of several cookies is taken")
        },
        .text("percent coding", ["a%20b%C3%A9", "plain", "%00"]) { text in
            guard let decoded = PercentCoding.decode(text, plusIsSpace: false) else { return .refused }
            return Parser.same(PercentCoding.decode(PercentCoding.encode(decoded.string), plusIsSpace: false), decoded as Text?)
        },
        .text("query", ["a=1&b=%26&c", "run_id=x+y&z=%3D"]) { text in
            guard let pairs = PercentCoding.query(text) else { return .refused }
            let again = pairs.map { PercentCoding.encode($0.name.string) + "=" + PercentCoding.encode($0.value.string) }
            guard let read = PercentCoding.query(again.joined(separator: "&")) else { return .broken("what it wrote it does not read") }
            return Parser.same(read.map { [$0.name, $0.value] }, pairs.map { [$0.name, $0.value] })
        },
        Parser("form", ["csrf=0a&name=vera&password=a%20b", "a=&b=1"]) { bytes in
            guard let fields = FormFields(bytes) else { return .refused }
            _ = fields["csrf"]
            return .sound
        },
        Parser("answers of a mail server", ["220 hello\r\n250-a\r\n250 AUTH PLAIN\r\n", "250-x\n250 y\n"]) { bytes in
            var whole = SMTPReplyReader()
            guard let replies = whole.read(bytes) else { return .refused }
            var pieces = SMTPReplyReader()
            var found: [SMTPReply] = []
            for byte in bytes {
                guard let more = pieces.read([byte]) else { return .broken("in pieces it is refused") }
                found += more
            }
            guard replies.allSatisfy({ (200..<600).contains($0.code) && !$0.lines.isEmpty }) else { return .broken("a code there is not") }
            return Parser.same(found, replies)
        },
        .text("where to go after logging in", ["/requests?state=open", "/", "/models/a%20b"]) { text in
            let place = LoginAddress.safe(text)
            guard place == text else { return .refused }
            let second = place.dropFirst().first
            let isOurs = place.hasPrefix("/") && second != "/" && second != "\\" && place.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
            return isOurs ? .sound : .broken("it leads elsewhere")
        },
        .text("name in a directory's filter", ["*)(uid=*", "a\\b\u{0}c", "é"]) { text in
            let escaped = DirectoryText.escaped(text)
            guard escaped.utf8.allSatisfy({ !"*()\u{0}=,+<>;\"#& |!".utf8.contains($0) && $0 < 0x80 }) else { return .broken("it means something") }
            var bytes: [UInt8] = []
            var rest = escaped.utf8[...]
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "\\") else {
                    bytes.append(byte)
                    continue
                }
                guard let number = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return .broken("half an escape") }
                bytes.append(number)
                rest = rest.dropFirst(2)
            }
            guard bytes == Array(text.utf8) else { return .broken("another name") }
            // What needs no escape shows nothing.
            return escaped == text ? .refused : .sound
        },
    ]
}
