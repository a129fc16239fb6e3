import AssayJSON
import AssayPolicy
package import AssayStore
package import AssayTerms

/// Messages of alerts, made from what a delivery says and sent once.
extension UseCases {
    /// How one attempt ended.
    package struct AlertAttempt: Sendable {
        package enum Ending: Sendable, Hashable {
            case delivered
            /// Trying again may help.
            case mayPass
            case final
            /// Nobody is left to tell, or nothing to tell of.
            case pointless
        }

        package var ending: Ending
        /// The HTTP status, or SMTP's code.
        package var status: Int?
        package var error: AttemptError?
        package var retryAfterSeconds: Int64?
        /// Those of a mail's recipients who have it, where others do not yet.
        package var reached: [Text] = []
        /// For people, without secrets.
        package var words: String
    }

    /// Newest first.
    ///
    /// - Throws: `permissionDenied` unless `actor` administers.
    package func alertDeliveries(
        receiver: Text?, key: Text?, after position: SearchPosition?, limit: Int, by actor: Principal
    ) async throws -> SearchPage<AlertDeliveryRecord> {
        try Self.requireAlertAdministrator(actor)
        return try await store.read { try $0.alertDeliveries(receiver: receiver, key: key, after: position, limit: limit) }
    }

    /// Sends a made-up alert to a receiver once, at once. It is no delivery and is not kept.
    ///
    /// - Throws: `permissionDenied` unless `actor` administers; `notFound` for a receiver that the rules have not.
    package func testAlertReceiver(named name: Text, by actor: Principal) async throws -> AlertAttempt {
        try Self.requireAlertAdministrator(actor)
        let rules = try await store.read { try alertRulesShelf.rules($0.alertRulesInForce()) }
        guard let receiver = rules.receiver(named: name) else {
            throw AssayError(.notFound, "The alert rules have no receiver '\(name.string.prefix(64))'. assay alert show prints them.")
        }
        let now = effects.nowMilliseconds()
        let details = AlertDetails(
            title: Text("A test that \(actor.name) asked for"), modelName: "example", version: 1, roles: [], value: "0.41", limit: "0.3",
            facts: [:], path: "")
        // Over at once, so that what a test raises elsewhere does not stay.
        let said = [
            AlertMessage.Said(
                key: Text("test/\(name)"), state: .firing, severity: .info, formerSeverity: nil, details: details, firedMilliseconds: now,
                resolvedMilliseconds: nil)
        ]
        let message = AlertMessage(
            deliveryID: effects.newUUID(), receiver: name, labels: "{\"test\":true}", createdMilliseconds: now,
            holdsUntilMilliseconds: now + 60_000, address: rules.address, said: said)
        let first = await send(message, to: receiver)
        guard first.ending == .delivered, case .pagerDuty = receiver.kind else { return first }
        let over = AlertMessage(
            deliveryID: effects.newUUID(), receiver: name, labels: message.labels, createdMilliseconds: now, holdsUntilMilliseconds: now,
            address: rules.address,
            said: [
                AlertMessage.Said(
                    key: said[0].key, state: .resolved, severity: .info, formerSeverity: nil, details: details, firedMilliseconds: now,
                    resolvedMilliseconds: now)
            ])
        return await send(over, to: receiver)
    }

    /// Raises, or ends, a made-up alert that goes through the rules as any other.
    ///
    /// - Throws: `permissionDenied` unless `actor` administers; `notFound` for a model that there is not.
    @discardableResult
    package func testAlert(
        _ severity: AlertSeverity, _ state: AlertState, name: Text, model: Text?, roles: [Text], by actor: Principal
    ) async throws -> (key: Text, effect: AlertEffect) {
        try Self.requireAlertAdministrator(actor)
        return try await store.write { tx in
            let found = try model.map { model in
                guard let found = try tx.registeredModel(named: model) else {
                    throw AssayError(.notFound, "There is no registered model '\(model.string.prefix(256))'.")
                }
                return found
            }
            let key = Text(["test", found?.id ?? "", name.string].filter { !$0.isEmpty }.joined(separator: "/"))
            let signal = try AlertSignal(
                key: key, severity: severity, state: state, title: "A test that somebody asked for", modelID: found?.id ?? "",
                modelName: found?.name ?? "", roles: roles, value: state == .firing ? "0.41" : "0.1", limit: "0.3", facts: ["test": true],
                path: "")
            return (key, try self.signal(signal, by: actor, in: tx))
        }
    }

    package struct AlertFiring: Sendable {
        package let model: Text
        package let severity: AlertSeverity
        package let count: Int64
    }

    /// How many alerts fire, of each model and severity, and how many messages wait for each receiver.
    package func alertNumbers() async throws -> (firing: [AlertFiring], waiting: [(receiver: Text, count: Int64)]) {
        try await store.read { tx in
            let firing = try tx.firingCounts().map { one in
                let name = one.modelID.isEmpty ? "" : try tx.registeredModel(id: one.modelID)?.name ?? Text(one.modelID)
                return AlertFiring(model: name, severity: one.severity, count: one.count)
            }
            return (firing, try tx.waitingAlertDeliveries())
        }
    }

    // MARK: - Sending

    /// Makes one attempt at a delivery, by the rules as they are now.
    func send(_ delivery: AlertDeliveryRecord, by rules: AlertRules) async throws -> AlertAttempt {
        guard let receiver = rules.receiver(named: delivery.receiver) else {
            return AlertAttempt(ending: .pointless, words: "the rules have no such receiver any more")
        }
        let said = try delivery.said.compactMap { one -> AlertMessage.Said? in
            guard let details = try details(one.sealedDetails, key: one.key) else { return nil }
            return AlertMessage.Said(
                key: one.key, state: one.state, severity: one.severity, formerSeverity: one.formerSeverity, details: details,
                firedMilliseconds: one.firedMilliseconds, resolvedMilliseconds: one.resolvedMilliseconds)
        }
        guard !said.isEmpty else {
            return AlertAttempt(ending: .pointless, error: .erased, words: "what it tells of was erased")
        }
        let message = AlertMessage(
            deliveryID: delivery.id, receiver: delivery.receiver, labels: delivery.labels, createdMilliseconds: delivery.createdMilliseconds,
            holdsUntilMilliseconds: delivery.holdsUntilMilliseconds, address: rules.address, said: said)
        return await send(message, to: receiver, reached: delivery.reached)
    }

    /// - Parameter reached: recipients of a mail who have it already.
    private func send(_ message: AlertMessage, to receiver: AlertReceiver, reached: [Text] = []) async -> AlertAttempt {
        do {
            switch receiver.kind {
            case .slack(let url): return await post(message.slack, message, to: try await address(url), secret: nil)
            case .pagerDuty(let url, let key):
                return await post(message.pagerDuty(routingKey: try await secrets.value(key)), message, to: try await address(url), secret: nil)
            case .alertmanager(let url, let token):
                let base = AlertMessage.base(try await address(url))
                guard let target = try? OutgoingURL(Text(base + "/api/v2/alerts")) else {
                    throw AssayError(.invalidArgument, "The Alertmanager's address is too long.")
                }
                let bearer = try await token.asyncMap { try await secrets.value($0) }
                return await post(message.alertmanager, message, to: target, secret: nil, bearer: bearer)
            case .webhook(let url, let secret):
                let secret = try await secret.asyncMap { try await secrets.value($0) }
                return await post(message.webhook, message, to: try await address(url), secret: secret)
            case .mail(let mail):
                let password = try await mail.password.asyncMap { try await secrets.value($0) }
                // The message is the same for whoever is left.
                var rest = mail
                rest.to.removeAll { reached.contains($0) }
                guard !rest.to.isEmpty else { return Self.attempt(.accepted) }
                return Self.attempt(await self.mail.send(message.mail(from: mail.from, to: mail.to), by: rest, password: password))
            }
        } catch {
            // A secret that is not there now may be there at the next attempt.
            return AlertAttempt(ending: .mayPass, error: .unreadable, words: (error as? AssayError)?.message ?? "it cannot be made")
        }
    }

    private func address(_ address: AlertReceiver.Address) async throws -> OutgoingURL {
        switch address {
        case .plain(let url): return url
        case .secret(let reference):
            let text = try await secrets.value(reference)
            // What is wrong with it is not said: it would repeat the secret.
            guard let url = try? OutgoingURL(text) else { throw AssayError(.invalidArgument, "\(reference) holds no address.") }
            return url
        }
    }

    private func post(
        _ value: JSONValue, _ message: AlertMessage, to url: OutgoingURL, secret: Text?, bearer: Text? = nil
    ) async -> AlertAttempt {
        let body = value.bytes()
        var headers = WebhookSignature.headers(
            deliveryID: message.deliveryID, seconds: effects.nowMilliseconds() / 1_000, body: body, secret: secret.map { Array($0.utf8) })
        if let bearer { headers.append(("Authorization", "Bearer \(bearer)")) }
        switch await outgoing.post(OutgoingMessage(headers: headers, body: body), to: url) {
        case .answered(let answer) where (200..<300).contains(answer.status):
            return AlertAttempt(ending: .delivered, status: answer.status, words: "the receiver answered HTTP \(answer.status)")
        case .answered(let answer):
            let isRedirect = (300..<400).contains(answer.status)
            let mayPass = answer.status >= 500 || [408, 425, 429].contains(answer.status)
            return AlertAttempt(
                ending: mayPass ? .mayPass : .final, status: answer.status, error: isRedirect ? .redirect : .status,
                retryAfterSeconds: answer.retryAfterSeconds,
                words: "the receiver answered HTTP \(answer.status)\(isRedirect ? "; redirects are not followed" : "")")
        case .failed(let failure, let words):
            return AlertAttempt(ending: failure.mayPass ? .mayPass : .final, error: AttemptError(failure), words: words)
        }
    }

    private static func attempt(_ outcome: MailOutcome) -> AlertAttempt {
        switch outcome {
        case .accepted: AlertAttempt(ending: .delivered, status: 250, words: "the mail server took it")
        case .partly(let reached, let code):
            AlertAttempt(
                ending: .mayPass, status: code, error: .status, reached: reached,
                words: "the mail server took it for \(reached.count) of the recipients and answered \(code) for others")
        case .refused(let code):
            AlertAttempt(
                ending: (400..<500).contains(code) ? .mayPass : .final, status: code, error: .status, words: "the mail server answered \(code)")
        case .failed(let failure, let words):
            AlertAttempt(ending: failure.mayPass ? .mayPass : .final, error: AttemptError(failure), words: words)
        }
    }
}

extension Optional {
    fileprivate func asyncMap<Value>(_ body: (Wrapped) async throws -> Value) async throws -> Value? {
        guard let value = self else { return nil }
        return try await body(value)
    }
}
