@testable import AssayServer
import AssayTerms
import Testing

/// What is said to a mail server, answer by answer, and what never is.
@Suite struct SMTPSessionTests {
    private static func server(
        _ security: MailServer.Security, to: [Text] = ["team@example.com"], user: Text? = nil
    ) -> MailServer {
        MailServer(
            host: "smtp.example", port: 25, security: security, from: "assay@example.com", to: to, user: user,
            password: user == nil ? nil : "env:P")
    }

    private static func session(_ server: MailServer, password: Text? = nil, message: String = "A: b\r\n\r\nc\r\n") -> SMTPSession {
        SMTPSession(server: server, password: password, message: Array(message.utf8), ownName: "here")
    }

    /// What is said, one item an answer: lines, `TLS`, or how it ended.
    private func talk(_ session: inout SMTPSession, _ replies: String...) -> [String] {
        var reader = SMTPReplyReader()
        return replies.map { text in
            guard let reply = reader.read(Array((text + "\r\n").utf8))?.first else { return "?" }
            switch session.receive(reply) {
            case .send(let bytes): return String(decoding: bytes, as: UTF8.self)
            case .startTLS: return "TLS"
            case .finish(let ending, _): return "\(ending)"
            }
        }
    }

    @Test func aPlainServerIsHandedTheMessage() {
        var session = Self.session(Self.server(.plain), message: "Subject: x\r\n\r\n.hidden\r\n..two\r\nend\r\n")
        let said = talk(&session, "220 hello", "250-smtp.example\r\n250 SIZE 10", "250 ok", "250 ok", "354 go on", "250 taken")
        #expect(
            said == [
                "EHLO here\r\n", "MAIL FROM:<assay@example.com>\r\n", "RCPT TO:<team@example.com>\r\n", "DATA\r\n",
                "Subject: x\r\n\r\n..hidden\r\n...two\r\nend\r\n.\r\n", "accepted(refusedRecipients: 0)",
            ])
    }

    @Test func nothingIsSaidBeforeTLSButTheGreeting() {
        var session = Self.session(Self.server(.starttls, user: "u"), password: "p")
        #expect(talk(&session, "220 hello", "250-smtp.example\r\n250-AUTH PLAIN\r\n250 STARTTLS", "220 begin") == ["EHLO here\r\n", "STARTTLS\r\n", "TLS"])
        #expect(session.secured() == .send(Array("EHLO here\r\n".utf8)))
        #expect(talk(&session, "250-x\r\n250 AUTH LOGIN PLAIN", "235 ok") == ["AUTH PLAIN AHUAcA==\r\n", "MAIL FROM:<assay@example.com>\r\n"])
    }

    @Test func withoutSTARTTLSNothingIsSent() {
        var session = Self.session(Self.server(.starttls))
        #expect(talk(&session, "220 hello", "250 smtp.example").last?.contains("offers no STARTTLS") == true)
        var plain = Self.session(Self.server(.starttls))
        #expect(talk(&plain, "220 hello", "250-x\r\n250 STARTTLS", "454 not now").last == "refused(454)")
    }

    @Test func loginInTwoStepsWhereThatIsOffered() {
        var session = Self.session(Self.server(.tls, user: "u"), password: "p")
        let said = talk(&session, "220 hello", "250-x\r\n250 AUTH=LOGIN", "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "535 no")
        #expect(said == ["EHLO here\r\n", "AUTH LOGIN\r\n", "dQ==\r\n", "cA==\r\n", "refused(535)"])
        var none = Self.session(Self.server(.tls, user: "u"), password: "p")
        #expect(talk(&none, "220 hello", "250-x\r\n250 AUTH CRAM-MD5").last?.contains("neither AUTH PLAIN nor AUTH LOGIN") == true)
    }

    @Test func someRecipientsAreNotAll() {
        let three: [Text] = ["a@x", "b@x", "c@x"]
        var session = Self.session(Self.server(.plain, to: three))
        #expect(talk(&session, "220 h", "250 x", "250 ok", "250 ok", "550 no", "250 ok", "354 go", "250 ok").last == "accepted(refusedRecipients: 1)")
        var later = Self.session(Self.server(.plain, to: three))
        #expect(talk(&later, "220 h", "250 x", "250 ok", "250 ok", "451 later", "250 ok", "354 go", "250 ok").last == "partly(accepted: [a@x, c@x], 451)")
        var none = Self.session(Self.server(.plain, to: three))
        #expect(talk(&none, "220 h", "250 x", "250 ok", "550 no", "551 no", "450 later").last == "refused(450)")
    }

    @Test(arguments: [
        ("554 go away", "refused(554)"), ("250 ok", "impossible(\"the mail server answered 250, which does not belong there\")"),
        ("421 closing", "refused(421)"),
    ])
    func otherGreetingsEndIt(_ greeting: String, _ ending: String) {
        var session = Self.session(Self.server(.plain))
        #expect(talk(&session, greeting) == [ending])
    }

    @Test func repliesAreReadInPiecesAndRefusedWhenTheyAreNone() {
        for cut in 0...20 {
            var reader = SMTPReplyReader()
            let bytes = Array("250-a b\r\n250 c\r\n220 d\r\n".utf8)
            let first = reader.read(bytes[..<cut])
            let second = reader.read(bytes[cut...])
            #expect((first ?? []) + (second ?? []) == [SMTPReply(code: 250, lines: ["a b", "c"]), SMTPReply(code: 220, lines: ["d"])])
            #expect(reader.isEmpty)
        }
        for bad in ["hello\r\n", "25\r\n", "250_x\r\n", "250-a\r\n251 b\r\n", "999 x\r\n", "HTTP/1.1 200 OK\r\n", String(repeating: "2", count: 5_000)] {
            var reader = SMTPReplyReader()
            #expect(reader.read(Array(bad.utf8)) == nil, "\(bad.prefix(20))")
        }
        var endless = SMTPReplyReader()
        #expect(endless.read(Array(String(repeating: "250-x\r\n", count: 300).utf8)) == nil)
    }
}
