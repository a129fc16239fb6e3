import AssayServer
import AssayTerms
import AssayWorkflows
import Synchronization
import Testing

/// Names that no name server knows; how often each was asked for is counted.
private final class FixedNames: NameResolver {
    private let addresses: [IPAddress]
    private let count = Mutex(0)

    var lookUps: Int { count.withLock { $0 } }

    init(_ addresses: String...) { self.addresses = addresses.compactMap { IPAddress($0) } }

    func addresses(of host: String) async throws(UnresolvedName) -> [IPAddress] {
        count.withLock { $0 += 1 }
        guard host == "name.invalid" else { throw UnresolvedName("unknown") }
        return addresses
    }
}

/// Requests go to the address that was judged, and nowhere else.
@Suite struct OutgoingClientTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nthanks"
    private let message = OutgoingMessage(headers: [("X-Test", "yes")], body: Array("{}".utf8))

    /// On a machine that is busy with all tests at once, the usual limits would cut off what they should not.
    private func client(_ allowed: [String], _ names: any NameResolver) throws -> OutgoingClient {
        OutgoingClient(
            targets: OutgoingTargets(allowed: try allowed.map { try #require(AddressRange($0)) }, resolver: names),
            answerLimit: .seconds(600), bodyLimit: .seconds(600))
    }

    private func with(_ answer: String, _ body: (Receiver) async throws -> Void) async throws {
        let receiver = try Receiver(answer: answer)
        defer { receiver.close() }
        try await body(receiver)
    }

    /// The name resolves nowhere but in this test, so the request can only have been pinned; it still carries the name.
    @Test func theJudgedAddressIsConnectedTo() async throws {
        try await with(Self.ok) { receiver in
            let names = FixedNames("127.0.0.1")
            let client = try client(["127.0.0.1:\(receiver.port)"], names)
            let url = try OutgoingURL(Text("http://Name.invalid:\(receiver.port)/a?b=c#d"))
            guard case .answered(let answer) = await client.post(message, to: url) else {
                Issue.record("no answer")
                return
            }
            #expect(answer.status == 200 && answer.body == Array("thanks".utf8))
            let lines = try #require(receiver.received.first).split(separator: "\r\n")
            #expect(lines.first == "POST /a?b=c HTTP/1.1")
            let headers = lines.map { $0.lowercased() }
            #expect(headers.contains("host: name.invalid:\(receiver.port)"))
            #expect(headers.contains("x-test: yes"))
            #expect(lines.last == "{}")
            #expect(names.lookUps == 1)
        }
    }

    /// One address that may not be connected to is enough, whichever the name server lists first.
    @Test(arguments: [
        ["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1", "8.8.8.8"], ["::ffff:169.254.169.254"], ["64:ff9b::7f00:1"],
        ["fd00:ec2::254"],
    ])
    func privateAddressesAreRefused(_ addresses: [String]) async throws {
        struct Names: NameResolver {
            let addresses: [IPAddress]
            func addresses(of host: String) async throws(UnresolvedName) -> [IPAddress] { addresses }
        }
        let client = OutgoingClient(
            targets: OutgoingTargets(allowed: [], resolver: Names(addresses: addresses.compactMap { IPAddress($0) })))
        let url = try OutgoingURL("https://name.invalid/")
        await #expect {
            try await client.check(url)
        } throws: { error in
            (error as? AssayError)?.message.hasPrefix(
                "Webhook URL must not resolve to a non-public IP address. 'name.invalid' resolves to ") == true
        }
        guard case .failed(.addressRefused, _) = await client.post(message, to: url) else {
            Issue.record("it was sent")
            return
        }
    }

    @Test func literalsAreJudgedWithoutANameServer() async throws {
        let names = FixedNames()
        let client = try client(["[fd00::1]:8443"], names)
        for text in ["https://127.0.0.1/", "https://[::1]/", "https://[fd00::1]/", "https://169.254.169.254/latest/meta-data/"] {
            let url = try OutgoingURL(Text(text))
            await #expect(throws: AssayError.self) { try await client.check(url) }
        }
        for text in ["https://1.1.1.1/", "https://[2606:4700:4700::1111]/", "https://[fd00::1]:8443/", "http://[fd00::1]:8443/"] {
            try await client.check(OutgoingURL(Text(text)))
        }
        #expect(names.lookUps == 0)
        await #expect { try await client.check(OutgoingURL("https://other.invalid/")) } throws: { error in
            (error as? AssayError)?.message == "Cannot resolve Webhook URL hostname 'other.invalid': unknown"
        }
    }

    /// Plain http goes to addresses that an administrator named, not to public ones.
    @Test(arguments: [[], ["10.0.0.0/8"]])
    func plainHTTPNeedsLeave(_ allowed: [String]) async throws {
        let client = try client(allowed, FixedNames("1.1.1.1"))
        for text in ["http://1.1.1.1/", "http://name.invalid/"] as [Text] {
            let url = try OutgoingURL(text)
            await #expect { try await client.check(url) } throws: { error in
                (error as? AssayError)?.message.hasPrefix("Invalid webhook URL scheme: 'http'. Allowed schemes are: https.") == true
            }
        }
    }

    @Test func redirectsAreNotFollowed() async throws {
        try await with(Self.ok) { target in
            let answer = "HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:\(target.port)/\r\nContent-Length: 0\r\n\r\n"
            try await with(answer) { receiver in
                let client = try client(["127.0.0.1"], FixedNames())
                let url = try OutgoingURL(Text("http://127.0.0.1:\(receiver.port)/"))
                guard case .answered(let answer) = await client.post(message, to: url) else {
                    Issue.record("no answer")
                    return
                }
                #expect(answer.status == 307)
                #expect(receiver.received.count == 1 && target.received.isEmpty)
            }
        }
    }

    @Test func answersAreCutOff() async throws {
        let body = String(repeating: "x", count: 300_000)
        let answer = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        try await with(answer) { receiver in
            let client = try client(["127.0.0.1"], FixedNames())
            let url = try OutgoingURL(Text("http://127.0.0.1:\(receiver.port)/"))
            guard case .answered(let answer) = await client.post(message, to: url) else {
                Issue.record("no answer")
                return
            }
            #expect(answer.status == 503 && answer.body.count == 65_536 && answer.retryAfterSeconds == 7)
        }
    }

    /// An address that takes no connection is passed over; one that took it and gave no answer is not.
    @Test func whatFailedIsTold() async throws {
        try await with(Self.ok) { receiver in
            let url = try OutgoingURL(Text("http://name.invalid:\(receiver.port)/"))
            let client = try client(["127.0.0.0/8"], FixedNames("127.0.0.2", "127.0.0.1"))
            guard case .answered = await client.post(message, to: url) else {
                Issue.record("the second address was not tried")
                return
            }
            let nobody = try self.client(["127.0.0.0/8"], FixedNames("127.0.0.2"))
            guard case .failed(.connect, _) = await nobody.post(message, to: url) else {
                Issue.record("not told that nothing took the connection")
                return
            }
            let secure = try OutgoingURL(Text("https://name.invalid:\(receiver.port)/"))
            guard case .failed(.tls, _) = await client.post(message, to: secure) else {
                Issue.record("not told that TLS failed")
                return
            }
        }
        try await with("") { receiver in
            let client = try client(["127.0.0.1"], FixedNames())
            let url = try OutgoingURL(Text("http://127.0.0.1:\(receiver.port)/"))
            guard case .failed(.disconnected, _) = await client.post(message, to: url) else {
                Issue.record("not told that there was no answer")
                return
            }
            #expect(receiver.received.count == 1)
        }
    }

    @Test func theSystemsResolverKnowsThisMachine() async throws {
        let addresses = try await SystemResolver().addresses(of: "localhost")
        #expect(!addresses.isEmpty && addresses.allSatisfy { AddressJudge.objection(to: $0) == "loopback" })
        await #expect(throws: UnresolvedName.self) { try await SystemResolver().addresses(of: "no-such-name.invalid") }
    }
}
