import AssayTerms

/// Turns the text of alert rules into rules, or lists everything that is wrong with it.
package struct AlertRulesReader: DocumentReading {
    var problems: [PolicyProblems.Problem] = []

    /// - Parameter source: UTF-8 YAML as policies are written, at most 256 KiB.
    package static func read(_ source: [UInt8]) throws(PolicyProblems) -> AlertRules {
        try AlertRulesReader().document(source, noun: "file of alert rules") { $0.rules($1) }
    }

    private mutating func rules(_ node: YAMLNode) -> AlertRules? {
        guard let fields = fields(node, AlertTables.rules) else { return nil }
        requireFormat(AlertRules.format, in: fields)
        let address = fields["address"].flatMap { url($0, what: "'address'", limit: OutgoingURL.limit) }
        var receivers: [AlertReceiver] = []
        for item in items("receivers", in: fields) ?? [] {
            guard let receiver = receiver(item) else { continue }
            if receivers.contains(where: { $0.name == receiver.name }) {
                report(item.position, "there is a receiver '\(receiver.name)' already")
            } else {
                receivers.append(receiver)
            }
        }
        // Those that are written wrongly are known by name too, so that a mistake is told once.
        var names: [Text] = []
        for item in list("receivers", in: fields) ?? [] {
            if let name = item.scalar(named: "name"), !names.contains(name) { names.append(name) }
        }
        let routes = (items("routes", in: fields) ?? []).compactMap { route($0, receivers: names) }
        return AlertRules(address: address, receivers: receivers, routes: routes)
    }

    // MARK: - Receivers

    private mutating func receiver(_ node: YAMLNode) -> AlertReceiver? {
        // The kind says which keys there are; without a good one, all that any kind has are let pass.
        let kind = node.scalar(named: "kind")?.string ?? ""
        guard AlertTables.kinds.contains(kind) else {
            if let fields = fields(node, AlertTables.receiver), let node = fields["kind"], let word = text("kind", in: fields) {
                let question = NearNames.question(for: word.string, among: AlertTables.kinds)
                report(node.position, "'kind' cannot be '\(word)'\(question.isEmpty ? "; it is one of \(AlertTables.kinds.joined(separator: ", "))" : question)")
            }
            return nil
        }
        guard let fields = fields(node, AlertTables.receiver(ofKind: kind)) else { return nil }
        let name = identifier("name", in: fields)
        let made = settings(kind, fields)
        guard let name, let made else { return nil }
        return AlertReceiver(name: name, kind: made)
    }

    private mutating func settings(_ kind: String, _ fields: Fields) -> AlertReceiver.Kind? {
        switch kind {
        case "slack": return secret("url", in: fields).map { .slack(url: .secret($0)) }
        case "pagerduty":
            let key = secret("routing-key", in: fields)
            let url = fields.has("url") ? address("url", in: fields) : Self.pagerDuty
            return key.flatMap { key in url.map { .pagerDuty(url: $0, routingKey: key) } }
        case "alertmanager":
            let token = secret("token", in: fields)
            return address("url", in: fields).map { .alertmanager(url: $0, token: token) }
        case "webhook":
            let secret = secret("secret", in: fields)
            return address("url", in: fields).map { .webhook(url: $0, secret: secret) }
        default: return mail(fields).map { .mail($0) }
        }
    }

    private static let pagerDuty = (try? OutgoingURL("https://events.pagerduty.com/v2/enqueue")).map { AlertReceiver.Address.plain($0) }

    private mutating func mail(_ fields: Fields) -> MailServer? {
        let security = word(MailServer.Security.self, "security", in: fields) ?? .starttls
        let standardPort = security == .tls ? 465 : security == .plain ? 25 : 587
        let port = integer("port", in: fields) ?? standardPort
        let from = fields["from"].flatMap { mailbox($0, what: "'from'") }
        let to = (items("to", in: fields) ?? []).compactMap { mailbox($0, what: "an item of 'to'") }
        let user = text("user", in: fields)
        let password = secret("password", in: fields)
        if fields.has("user") != fields.has("password") { report(fields.position, "'user' and 'password' are written together") }
        if fields.has("password"), security == .plain {
            report(fields.keyPosition("password"), "a password is not sent without TLS; write 'security: starttls' or 'tls', or leave user and password out")
        }
        let authorities = text("ca", in: fields)
        if fields.has("ca"), security == .plain { report(fields.keyPosition("ca"), "'ca' is about TLS, which 'security: plain' does without") }
        guard let node = fields["host"], let host = text("host", in: fields) else { return nil }
        do {
            let read = try OutgoingURL(Text("https://\(IPAddress(host.string)?.isIPv4 == false ? "[\(host)]" : host.string):\(port)"))
            guard read.target == "/", !host.string.contains("/"), read.port == port else { throw OutgoingURL.Problem.noHost }
            guard let from, !to.isEmpty else { return nil }
            return MailServer(host: read.host, port: port, security: security, from: from, to: to, user: user, password: password,
                authorities: authorities)
        } catch {
            report(node.position, "'host' is the name or address of a mail server, without port or path, not '\(host)'")
            return nil
        }
    }

    /// An address as SMTP takes it: printable ASCII with one `@` and nothing that ends it.
    private mutating func mailbox(_ node: YAMLNode, what: String) -> Text? {
        guard let text = text(node, what: what, limit: 254) else { return nil }
        let parts = text.string.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>()[],;:\\\"".utf8.contains($0) }
        guard isPlain, parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            report(node.position, "\(what) is an address such as team@example.com, without a name, not '\(text)'")
            return nil
        }
        return text
    }

    // MARK: - Addresses and secrets

    private mutating func address(_ key: Text, in fields: Fields) -> AlertReceiver.Address? {
        guard let node = fields[key], let text = text(node, what: "'\(key)'", limit: OutgoingURL.limit) else { return nil }
        if Self.isReference(text) { return .secret(text) }
        return url(node, what: "'\(key)'", limit: OutgoingURL.limit).map { .plain($0) }
    }

    private mutating func url(_ node: YAMLNode, what: String, limit: Int) -> OutgoingURL? {
        guard let text = text(node, what: what, limit: limit) else { return nil }
        do {
            return try OutgoingURL(text)
        } catch {
            // Not repeated: it may hold what is secret.
            switch error {
            case .malformed(let why): report(node.position, "\(what) is no address that can be used: \(why)")
            case .blank, .scheme, .noHost, .brackets: report(node.position, "\(what) is an address that begins with https:// and names a host, or a reference such as env:NAME")
            }
            return nil
        }
    }

    /// A reference to a secret; what is written instead is not repeated, since it may be the secret.
    private mutating func secret(_ key: Text, in fields: Fields) -> Text? {
        guard let node = fields[key], let text = text(key, in: fields) else { return nil }
        guard Self.isReference(text) else {
            report(
                node.position,
                "'\(key)' is secret, so it is named and not written here: env:NAME, file:PATH or vault:MOUNT/PATH#FIELD; what stands here is none of these")
            return nil
        }
        return text
    }

    static func isReference(_ text: Text) -> Bool {
        for prefix in ["env:", "file:"] where text.string.hasPrefix(prefix) { return text.utf8Count > prefix.utf8.count }
        guard text.string.hasPrefix("vault:"), let hash = text.string.lastIndex(of: "#"), hash != text.string.index(before: text.string.endIndex)
        else { return false }
        return text.string[..<hash].dropFirst(6).split(separator: "/", maxSplits: 1).count == 2
    }

    // MARK: - Routes

    private mutating func route(_ node: YAMLNode, receivers: [Text]) -> AlertRoute? {
        guard let fields = fields(node, AlertTables.route) else { return nil }
        let match = fields["match"].flatMap { self.match($0) } ?? AlertMatch()
        let to = self.receivers("to", in: fields, among: receivers)
        let standard = AlertRoute.Timing.standard
        let timing = AlertRoute.Timing(
            waitMilliseconds: duration("group-wait", in: fields, least: 0) ?? standard.waitMilliseconds,
            intervalMilliseconds: duration("group-interval", in: fields, least: 1) ?? standard.intervalMilliseconds,
            repeatMilliseconds: duration("repeat-interval", in: fields, least: 1) ?? standard.repeatMilliseconds)
        var steps: [AlertRoute.Escalation] = []
        for item in items("escalate", in: fields) ?? [] {
            guard let step = self.fields(item, AlertTables.escalation) else { continue }
            let to = self.receivers("to", in: step, among: receivers)
            guard let after = duration("after", in: step, least: 1) else { continue }
            if let last = steps.last, last.afterMilliseconds >= after {
                report(step.keyPosition("after"), "steps stand in the order of their times, each later than the one before")
            }
            steps.append(.init(afterMilliseconds: after, to: to))
        }
        return AlertRoute(
            match: match, to: to, continues: boolean("continue", in: fields) ?? false,
            grouping: fields.has("group-by") ? words(AlertRoute.Grouping.self, "group-by", in: fields) ?? [] : [.model], timing: timing,
            escalation: steps)
    }

    private mutating func match(_ node: YAMLNode) -> AlertMatch? {
        guard let fields = fields(node, AlertTables.match) else { return nil }
        return AlertMatch(
            roles: texts("role", in: fields) ?? [], models: texts("model", in: fields) ?? [],
            severities: words(AlertSeverity.self, "severity", in: fields) ?? [])
    }

    private mutating func receivers(_ key: Text, in fields: Fields, among known: [Text]) -> [Text] {
        for item in list(key, in: fields) ?? [] {
            guard case .scalar(let name, _) = item.content, !name.isEmpty, !known.contains(name) else { continue }
            let question = NearNames.question(for: name.string, among: known.map(\.string))
            report(item.position, "there is no receiver '\(name)'\(question.isEmpty ? "; write it under 'receivers'" : question)")
        }
        return texts(key, in: fields) ?? []
    }

    /// `30s`, `5m`, `4h`, `1d`: milliseconds.
    private mutating func duration(_ key: Text, in fields: Fields, least: Int64) -> Int64? {
        guard let node = fields[key], let text = text(key, in: fields) else { return nil }
        if let milliseconds = AlertDuration.milliseconds(text), milliseconds >= least { return milliseconds }
        report(
            node.position,
            "'\(key)' is a whole number of s, m, h or d of at most 365 days, such as 30s or 4h\(least > 0 ? ", and not 0" : ""); '\(text)' is not")
        return nil
    }
}
