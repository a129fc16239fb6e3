import AssayCanonical
import AssayJSON
import AssayPolicy
import AssayTerms

/// Messages in the words of each kind of receiver.
extension AlertMessage {
    /// More are counted and not named, so that no message grows beyond what receivers take.
    private static let namedLimit = 20

    // MARK: - Slack

    /// The payload of an incoming webhook: a line, and a block of text with a bar in the severity's colour.
    var slack: JSONValue {
        let named = said.prefix(Self.namedLimit).map { one in
            let title = Self.slackText("\(Self.subject(one)): \(one.details.title)")
            let link = link(one).map { "<\($0.replacing("|", with: "%7C").replacing(">", with: "%3E"))|\(title)>" } ?? title
            let state = one.state == .resolved ? "resolved" : one.severity.rawValue
            return "*\(state)* \(link)" + (Self.measure(one).map { "\n\(Self.slackText($0))" } ?? "") + "\n`\(Self.slackText(one.key.string).replacing("`", with: "'"))`"
        }
        let more = said.count > Self.namedLimit ? ["and \(said.count - Self.namedLimit) more"] : []
        let color =
            switch (state, severity) {
            case (.resolved, _): "#2eb67d"
            case (.firing, .critical): "#c0152f"
            case (.firing, .warning): "#d97706"
            case (.firing, .info): "#2b6cb0"
            }
        let text = (named + more).joined(separator: "\n\n")
        return [
            "text": .string(Self.slackText(headline)),
            "attachments": [["color": .string(color), "fallback": .string(Self.slackText(headline)), "mrkdwn_in": ["text"], "text": .string(text)]],
        ]
    }

    /// What Slack would read as its own markup.
    private static func slackText(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    // MARK: - PagerDuty

    /// An event of the Events API v2. One incident a group: what it is resolved by has the key that triggered it.
    func pagerDuty(routingKey: Text) -> JSONValue {
        var event: JSONObject = [
            "routing_key": .string(routingKey.string), "event_action": .string(state == .firing ? "trigger" : "resolve"),
            "dedup_key": .string(groupKey),
        ]
        guard state == .firing, let first = firing.first else { return .object(event) }
        var details: JSONObject = ["firing": .integer(Int64(firing.count)), "resolved": .integer(Int64(resolved.count))]
        details["alerts"] = .array(said.prefix(Self.namedLimit).map { .object(Self.summary($0)) })
        event["payload"] = [
            "summary": .string(String(headline.prefix(1_024))), "source": .string(address?.host ?? "assay"),
            "severity": .string(severity.rawValue), "timestamp": .string(Self.time(first.firedMilliseconds)),
            "component": .string(Self.subject(first)), "group": .string(labels.string), "class": "monitor", "custom_details": .object(details),
        ]
        event["client"] = "Assay"
        if let address { event["client_url"] = .string(Self.base(address)) }
        if let link = link(first) { event["links"] = [["href": .string(link), "text": .string(first.details.title.string)]] }
        return .object(event)
    }

    private static func summary(_ said: Said) -> JSONObject {
        var object = said.details.json
        object["key"] = .string(said.key.string)
        object["state"] = .string(said.state.rawValue)
        object["severity"] = .string(said.severity.rawValue)
        object["since"] = .string(time(said.firedMilliseconds))
        return object
    }

    // MARK: - Alertmanager

    /// The body of `POST /api/v2/alerts`. Alertmanager takes two alerts for the same if their labels are, so what changes from look to
    /// look is in the annotations; where a severity changed, the alert with the earlier one is ended.
    var alertmanager: JSONValue {
        .array(
            said.flatMap { one -> [JSONValue] in
                var alerts = [alert(one, severity: one.severity, end: one.resolvedMilliseconds ?? holdsUntilMilliseconds)]
                if let former = one.formerSeverity { alerts.append(alert(one, severity: former, end: createdMilliseconds)) }
                return alerts
            })
    }

    private func alert(_ said: Said, severity: AlertSeverity, end: Int64) -> JSONValue {
        var alert: JSONObject = [
            "labels": .object(Self.labels(said, severity: severity)), "annotations": .object(Self.annotations(said)),
            "startsAt": .string(Self.time(said.firedMilliseconds)), "endsAt": .string(Self.time(max(end, said.firedMilliseconds))),
        ]
        if let link = link(said) { alert["generatorURL"] = .string(link) }
        return .object(alert)
    }

    private static func labels(_ said: Said, severity: AlertSeverity) -> JSONObject {
        var labels: JSONObject = ["alertname": "AssayAlert", "alert": .string(said.key.string), "severity": .string(severity.rawValue)]
        if !said.details.modelName.isEmpty { labels["model"] = .string(said.details.modelName.string) }
        if let version = said.details.version { labels["model_version"] = .string(String(version)) }
        if !said.details.roles.isEmpty { labels["roles"] = .string(said.details.roles.map(\.string).joined(separator: ",")) }
        return labels
    }

    private static func annotations(_ said: Said) -> JSONObject {
        var annotations: JSONObject = ["summary": .string(said.details.title.string)]
        if let value = said.details.value { annotations["value"] = .string(value.string) }
        if let limit = said.details.limit { annotations["limit"] = .string(limit.string) }
        return annotations
    }

    // MARK: - Webhook

    /// Alertmanager's webhook payload, version 4, so that whatever reads Alertmanager's reads ours.
    var webhook: JSONValue {
        let alerts = said.map { one -> JSONValue in
            let labels = Self.labels(one, severity: one.severity)
            return [
                "status": .string(one.state.rawValue), "labels": .object(labels), "annotations": .object(Self.annotations(one)),
                "startsAt": .string(Self.time(one.firedMilliseconds)),
                "endsAt": .string(one.resolvedMilliseconds.map(Self.time) ?? "0001-01-01T00:00:00Z"),
                "generatorURL": .string(link(one) ?? ""), "fingerprint": .string(Self.fingerprint(one.key)), "facts": .object(one.details.facts),
            ]
        }
        return [
            "version": "4", "groupKey": .string(groupKey), "truncatedAlerts": 0, "status": .string(state.rawValue),
            "receiver": .string(receiver.string), "groupLabels": (try? JSONValue(parsing: Array(labels.utf8))) ?? [:],
            "commonLabels": .object(Self.common(said.map { Self.labels($0, severity: $0.severity) })),
            "commonAnnotations": .object(Self.common(said.map(Self.annotations))),
            "externalURL": .string(address.map(Self.base) ?? ""), "alerts": .array(alerts),
        ]
    }

    /// 16 hexadecimal digits, one for each key.
    private static func fingerprint(_ key: Text) -> String { String(SHA256Hasher.digest(of: Array(key.utf8)).hex.prefix(16)) }

    private static func common(_ objects: [JSONObject]) -> JSONObject {
        guard let first = objects.first else { return [:] }
        return JSONObject(first.members.filter { member in objects.allSatisfy { $0[member.name] == member.value } }.map { ($0.name, $0.value) })
    }

    // MARK: - Mail

    /// A message of RFC 5322 in plain text. The body is base 64, so that no line of it is too long or ends the message.
    func mail(from: Text, to: [Text]) -> [UInt8] {
        let host = from.string.split(separator: "@").last.map(String.init) ?? "localhost"
        let head = [
            "From: <\(from)>", "To: \(to.map { "<\($0)>" }.joined(separator: ",\r\n "))",
            "Subject: \(Self.encodedWords(headline))", "Date: \(Self.mailDate(createdMilliseconds))", "Message-ID: <\(deliveryID)@\(host)>",
            "X-Assay-Group: \(groupKey)", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
        ]
        var lines: [String] = []
        for one in said.prefix(Self.namedLimit) {
            lines.append("\(one.state == .resolved ? "RESOLVED" : one.severity.rawValue.uppercased())  \(Self.subject(one)): \(one.details.title)")
            if let measure = Self.measure(one) { lines.append("  measured: \(measure)") }
            lines.append("  since:    \(Self.time(one.firedMilliseconds))")
            if let end = one.resolvedMilliseconds { lines.append("  until:    \(Self.time(end))") }
            if !one.details.roles.isEmpty { lines.append("  for:      \(one.details.roles.map(\.string).joined(separator: ", "))") }
            lines.append("  alert:    \(one.key)")
            if let link = link(one) { lines.append("  more:     \(link)") }
            lines.append("")
        }
        if said.count > Self.namedLimit { lines.append("and \(said.count - Self.namedLimit) more") }
        let body = Base64.encode(Array(lines.joined(separator: "\r\n").utf8))
        var text = head.joined(separator: "\r\n") + "\r\n\r\n"
        var rest = body[...]
        while !rest.isEmpty {
            text += rest.prefix(76) + "\r\n"
            rest = rest.dropFirst(76)
        }
        return Array(text.utf8)
    }

    /// RFC 2047: text beyond ASCII, or too long for one line, as base 64 in words that each hold whole characters.
    static func encodedWords(_ text: String) -> String {
        if text.utf8.count <= 200, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > 45 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Base64.encode($0))?=" }.joined(separator: "\r\n ")
    }

    /// `Fri, 27 Nov 2026 02:11:04 +0000`.
    static func mailDate(_ milliseconds: Int64) -> String {
        let text = time(milliseconds)
        guard text.utf8.count == 24 else { return "Thu, 01 Jan 1970 00:00:00 +0000" }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // 1970-01-01 was a Thursday.
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let parts = text.split { "-T:.Z".contains($0) }
        let day = days[Int(milliseconds / 86_400_000 % 7)]
        let month = months[(Int(parts[1]) ?? 1) - 1]
        return "\(day), \(parts[2]) \(month) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) +0000"
    }
}
