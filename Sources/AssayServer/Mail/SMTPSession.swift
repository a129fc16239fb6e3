import AssayCanonical
import AssayTerms

/// One message handed to a mail server, as a state machine: an answer comes in, what to do next goes out (RFC 5321, 3207, 4954).
///
/// Nothing but the greeting is said before TLS where TLS is wanted, and a password never without it. A message goes to those
/// recipients that the server takes; if it may take others later, it says who has it, so that only the others are tried again.
struct SMTPSession: Sendable {
    enum Action: Hashable, Sendable {
        case send([UInt8])
        /// Nothing may have arrived behind the answer; then TLS begins, and ``secured()`` says what follows.
        case startTLS
        /// How it ended; what is to be sent before the connection is closed.
        case finish(Ending, goodbye: [UInt8])
    }

    enum Ending: Hashable, Sendable {
        /// The server has it, except for so many recipients that it refused for good.
        case accepted(refusedRecipients: Int)
        /// These recipients' server has it; others may be taken later, as this code said of the first of them.
        case partly(accepted: [Text], Int)
        case refused(Int)
        /// It cannot be done as it was asked for, in words.
        case impossible(String)
    }

    private enum Step: Hashable {
        case greeting, hello, startTLS, password, login, loginUser, loginPassword, from, recipient(Int), data, body, over
    }

    private let server: MailServer
    private let password: Text?
    private let message: [UInt8]
    private let ownName: String
    private var step = Step.greeting
    private var isSecured: Bool
    private var accepted: [Text] = []
    private var refusedForGood = 0
    private var refusedForNow: Int?
    private var lastRefusal = 0

    /// - Parameters:
    ///   - message: lines that end in CRLF.
    ///   - ownName: how this machine introduces itself: a name, or an address in brackets.
    init(server: MailServer, password: Text?, message: [UInt8], ownName: String) {
        self.server = server
        self.password = password
        self.message = message
        self.ownName = ownName
        isSecured = server.security == .tls
    }

    /// What follows once TLS stands: everything the server said before is forgotten.
    mutating func secured() -> Action {
        isSecured = true
        step = .hello
        return Self.line("EHLO \(ownName)")
    }

    mutating func receive(_ reply: SMTPReply) -> Action {
        switch step {
        case .greeting:
            guard reply.code == 220 else { return refuse(reply.code) }
            step = .hello
            return Self.line("EHLO \(ownName)")
        case .hello:
            guard reply.code == 250 else { return refuse(reply.code) }
            return afterHello(Self.extensions(reply))
        case .startTLS:
            guard reply.code == 220 else { return refuse(reply.code) }
            return .startTLS
        case .password, .loginPassword:
            guard reply.code == 235 else { return refuse(reply.code) }
            return begin()
        case .login:
            guard reply.code == 334 else { return refuse(reply.code) }
            step = .loginUser
            return Self.line(Base64.encode(Array((server.user ?? "").utf8)))
        case .loginUser:
            guard reply.code == 334 else { return refuse(reply.code) }
            step = .loginPassword
            return Self.line(Base64.encode(Array((password ?? "").utf8)))
        case .from:
            guard reply.code == 250 else { return refuse(reply.code) }
            step = .recipient(0)
            return recipient(0)
        case .recipient(let place): return afterRecipient(place, reply.code)
        case .data:
            guard reply.code == 354 else { return refuse(reply.code) }
            step = .body
            return .send(Self.stuffed(message))
        case .body:
            guard reply.code == 250 else { return refuse(reply.code) }
            step = .over
            if let refusedForNow { return finish(.partly(accepted: accepted, refusedForNow)) }
            return finish(.accepted(refusedRecipients: refusedForGood))
        case .over: return finish(.impossible("the mail server said more than it was asked"))
        }
    }

    private mutating func afterHello(_ extensions: [[String]]) -> Action {
        if server.security == .starttls, !isSecured {
            guard extensions.contains(where: { $0.first == "STARTTLS" }) else {
                return finish(.impossible("the mail server offers no STARTTLS, and nothing is sent without TLS"))
            }
            step = .startTLS
            return Self.line("STARTTLS")
        }
        guard let user = server.user, let password, isSecured else { return begin() }
        let offered = extensions.first { $0.first == "AUTH" } ?? []
        if offered.contains("PLAIN") {
            step = .password
            return Self.line("AUTH PLAIN " + Base64.encode([0] + Array(user.utf8) + [0] + Array(password.utf8)))
        }
        guard offered.contains("LOGIN") else {
            return finish(.impossible("the mail server offers neither AUTH PLAIN nor AUTH LOGIN"))
        }
        step = .login
        return Self.line("AUTH LOGIN")
    }

    private mutating func begin() -> Action {
        step = .from
        return Self.line("MAIL FROM:<\(server.from)>")
    }

    private func recipient(_ place: Int) -> Action { Self.line("RCPT TO:<\(server.to[place])>") }

    private mutating func afterRecipient(_ place: Int, _ code: Int) -> Action {
        switch code {
        case 250, 251, 252: accepted.append(server.to[place])
        case 400..<500:
            refusedForNow = refusedForNow ?? code
            lastRefusal = code
        default:
            refusedForGood += 1
            lastRefusal = code
        }
        // The server is closing the connection.
        if code == 421 { return refuse(code) }
        if place + 1 < server.to.count {
            step = .recipient(place + 1)
            return recipient(place + 1)
        }
        guard !accepted.isEmpty else { return refuse(refusedForNow ?? lastRefusal) }
        step = .data
        return Self.line("DATA")
    }

    private mutating func refuse(_ code: Int) -> Action {
        // A positive answer that does not belong here is no leave to go on.
        finish((400..<600).contains(code) ? .refused(code) : .impossible("the mail server answered \(code), which does not belong there"))
    }

    private mutating func finish(_ ending: Ending) -> Action {
        step = .over
        return .finish(ending, goodbye: Array("QUIT\r\n".utf8))
    }

    private static func line(_ text: String) -> Action { .send(Array((text + "\r\n").utf8)) }

    /// The words of each line after the first, in capitals: `["AUTH", "PLAIN", "LOGIN"]`.
    private static func extensions(_ reply: SMTPReply) -> [[String]] {
        reply.lines.dropFirst().map { $0.uppercased().split { " =".contains($0) }.map(String.init) }
    }

    /// With a dot before each line that begins with one, and the line that ends it.
    static func stuffed(_ message: [UInt8]) -> [UInt8] {
        let (dot, lineFeed) = (UInt8(ascii: "."), UInt8(ascii: "\n"))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(message.count + 8)
        var startsLine = true
        for byte in message {
            if startsLine, byte == dot { bytes.append(dot) }
            bytes.append(byte)
            startsLine = byte == lineFeed
        }
        if !startsLine { bytes += [UInt8(ascii: "\r"), lineFeed] }
        return bytes + Array(".\r\n".utf8)
    }
}
