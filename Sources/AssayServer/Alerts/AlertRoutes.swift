import AssayJSON
import AssayTerms
import AssayWire
package import AssayWorkflows
import HTTPTypes

/// Alerts, who is told of them, and what became of it, under `/api/assay/v1`.
package func alertRoutes(_ useCases: UseCases) -> [Route] {
    (ruleRoutes(useCases) + lookRoutes(useCases) + silenceRoutes(useCases) + testRoutes(useCases)).map { $0.prefixed("/api/assay/v1") }
}

private func ruleRoutes(_ useCases: UseCases) -> [Route] {
    [
        // The file as it is, in any content type but JSON, or {"rules": "the file's text"}.
        Route("POST", "/alerts/rules", .administer, body: .anyContentType(limit: 1 << 20)) { exchange in
            let isJSON = exchange.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false
            let source = isJSON ? Array(try GovernanceBody(exchange).text("rules").string.utf8) : exchange.body
            let (rules, isNew) = try await useCases.applyAlertRules(source, by: exchange.principal)
            var answer = AlertJSON.rules(rules)
            answer["new"] = .bool(isNew)
            return .json(JSONValue.object(answer).bytes(), status: isNew ? 201 : 200)
        },
        Route("GET", "/alerts/rules", .administer) { exchange in
            let rules = try await useCases.alertRules(by: exchange.principal)
            return .json(JSONValue.object(["rules": rules.map { .object(AlertJSON.rules($0)) } ?? .null]).bytes())
        },
    ]
}

private func lookRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("GET", "/alerts", .read, on: .filtered) { exchange in
            let fields = try exchange.fields()
            let state = try word(AlertState.self, "state", fields.text("state"))
            let request = try NewestFirstRequest(fields, list: ["alerts", Text(state?.rawValue ?? "")])
            let page = try await useCases.alerts(state, after: request.after, limit: request.limit)
            return .json(list("alerts", page.items.map(AlertJSON.alert), next: request.token(page.next)))
        },
        Route("POST", "/alerts/acknowledgement", .read, on: .filtered) { exchange in
            let body = try GovernanceBody(exchange)
            let alert = try await useCases.acknowledgeAlert(
                key: try body.text("key"), comment: try body.optionalText("comment") ?? "", by: exchange.principal)
            return .json(AlertJSON.alert(alert).bytes())
        },
        Route("POST", "/alerts/resolution", .administer) { exchange in
            let body = try GovernanceBody(exchange)
            let alert = try await useCases.resolveAlert(key: try body.text("key"), comment: try body.text("comment"), by: exchange.principal)
            return .json(AlertJSON.alert(alert).bytes())
        },
        Route("GET", "/alerts/deliveries", .administer) { exchange in
            let fields = try exchange.fields()
            let (receiver, key) = (try nonEmpty(fields.text("receiver")), try nonEmpty(fields.text("key")))
            let request = try NewestFirstRequest(fields, list: ["alert-deliveries", receiver ?? "", key ?? ""])
            let page = try await useCases.alertDeliveries(
                receiver: receiver, key: key, after: request.after, limit: request.limit, by: exchange.principal)
            return .json(list("deliveries", page.items.map(AlertJSON.delivery), next: request.token(page.next)))
        },
    ]
}

private func silenceRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("GET", "/alerts/silences", .administer) { exchange in
            let silences = try await useCases.alertSilences(by: exchange.principal)
            return .json(JSONValue.object(["silences": .array(silences.map(AlertJSON.silence))]).bytes())
        },
        Route("POST", "/alerts/silences", .administer) { exchange in
            let body = try GovernanceBody(exchange)
            let text = try body.text("for")
            guard let milliseconds = AlertDuration.milliseconds(text) else {
                throw AssayError(.invalidArgument, "'for' is a whole number of s, m, h or d, such as 2h, not '\(text.string.prefix(32))'.")
            }
            let match = AlertMatch(
                keys: try texts("keys", body), roles: try texts("roles", body), models: try texts("models", body),
                severities: try texts("severities", body).map { text in
                    guard let word = try word(AlertSeverity.self, "severities", text) else {
                        throw AssayError(.invalidArgument, "'severities' holds an empty text.")
                    }
                    return word
                })
            let silence = try await useCases.silenceAlerts(
                match, milliseconds: milliseconds, comment: try body.text("comment"), by: exchange.principal)
            return .json(AlertJSON.silence(silence).bytes(), status: 201)
        },
        Route("DELETE", "/alerts/silences/{id}", .administer, body: Route.BodyRule.none) { exchange in
            try await useCases.endAlertSilence(id: exchange.parameter("id").string, by: exchange.principal)
            return .nothing
        },
    ]
}

private func testRoutes(_ useCases: UseCases) -> [Route] {
    [
        // To one receiver at once, or an alert through the rules.
        Route("POST", "/alerts/test", .administer) { exchange in
            let body = try GovernanceBody(exchange)
            if let receiver = try body.optionalText("receiver") {
                let attempt = try await useCases.testAlertReceiver(named: receiver, by: exchange.principal)
                return .json(JSONValue.object(["result": AlertJSON.attempt(attempt)]).bytes())
            }
            let severity = try word(AlertSeverity.self, "severity", body.optionalText("severity")) ?? .warning
            let state = try word(AlertState.self, "state", body.optionalText("state")) ?? .firing
            let (key, effect) = try await useCases.testAlert(
                severity, state, name: try body.optionalText("name") ?? "test", model: try nonEmpty(body.optionalText("model")),
                roles: try texts("roles", body), by: exchange.principal)
            return .json(JSONValue.object(["key": .string(key.string), "effect": .string(effect.rawValue)]).bytes(), status: 201)
        },
    ]
}

// MARK: - Parts

private func list(_ name: String, _ items: [JSONValue], next: Text?) -> JSONValue {
    [name: .array(items), "next_page_token": next.map { .string($0.string) } ?? .null]
}

private func nonEmpty(_ text: Text?) -> Text? { text.flatMap { $0.isEmpty ? nil : $0 } }

private func word<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type, _ name: String, _ text: Text?) throws -> Word? {
    guard let text = nonEmpty(text) else { return nil }
    guard let word = Word(rawValue: text.string) else {
        let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
        throw AssayError(.invalidArgument, "'\(name)' is one of \(words), not '\(text.string.prefix(64))'.")
    }
    return word
}

private func texts(_ name: String, _ body: GovernanceBody) throws -> [Text] {
    guard body.has(name) else { return [] }
    guard let array = body.members(without: [])[name]?.array, array.count <= 100, array.allSatisfy({ $0.string?.isEmpty == false }) else {
        throw AssayError(.invalidArgument, "'\(name)' must be an array of at most 100 strings that are not empty.")
    }
    return array.compactMap(\.string).map { Text($0) }
}
