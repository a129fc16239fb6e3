import AssayJSON
import AssayLedgerFormat
import AssayPolicy
package import AssayStore
package import AssayTerms

/// Alerts, raised together with their entries and with what receivers will be told.
extension UseCases {
    /// Takes how something stands, inside the caller's change.
    ///
    /// A key that begins to fire, changes its severity or is over has an entry (`alert.fired`, `alert.resolved`), and its receivers'
    /// groups are due from then on; said again, only what was measured and when is new. What nobody wants told is kept all the
    /// same, and the server's log says so. Messages are made and sent afterwards by ``AlertWorker``.
    ///
    /// - Throws: `conflict` for a key that is another model's; `corrupt` where the stored rules cannot be read.
    @discardableResult
    package func signal(_ signal: AlertSignal, by actor: Principal = .server, in tx: any StoreTransaction) throws -> AlertEffect {
        let now = effects.nowMilliseconds()
        let standing = try tx.alert(key: signal.key)
        if let standing, standing.modelID != signal.modelID {
            throw AssayError(.conflict, "The alert '\(signal.key)' is about another model. Name what is about this one by another key.")
        }
        let effect = Self.effect(of: signal, on: standing)
        guard effect != .ignored else { return effect }
        let rules = try alertRulesShelf.rules(tx.alertRulesInForce())
        let (targets, steps) = rules.targets(of: signal.subject)
        let sealed = try seal(signal.details, key: signal.key, modelID: signal.modelID)
        var alert =
            standing
            ?? AlertRecord(
                key: signal.key, modelID: signal.modelID, severity: signal.severity, state: .firing, episode: 0, sealedDetails: sealed,
                firedMilliseconds: now, seenMilliseconds: now, isRouted: false, isLogged: true)
        let former = alert.severity
        alert.sealedDetails = sealed
        alert.seenMilliseconds = now
        alert.isRouted = !targets.isEmpty
        if effect != .repeated { alert.isLogged = false }
        switch effect {
        case .fired:
            alert.state = .firing
            alert.episode += 1
            alert.firedMilliseconds = now
            alert.resolvedMilliseconds = nil
            alert.acknowledgement = nil
        case .resolved:
            alert.state = .resolved
            alert.resolvedMilliseconds = now
        // Whoever took it on did so for less.
        case .changed where signal.severity > former: alert.acknowledgement = nil
        case .changed, .repeated, .ignored: break
        }
        alert.severity = signal.severity
        if standing == nil { alert.number = try tx.insertAlert(alert) } else { try tx.updateAlert(alert) }
        try route(alert, effect, targets, steps, grew: signal.severity > former, now: now, in: tx)
        if effect != .repeated { try recordSignal(signal, effect, former: former, by: actor, in: tx) }
        return effect
    }

    private static func effect(of signal: AlertSignal, on standing: AlertRecord?) -> AlertEffect {
        switch (standing?.state, signal.state) {
        case (nil, .resolved), (.resolved, .resolved): .ignored
        case (nil, .firing), (.resolved, .firing): .fired
        case (.firing, .resolved): .resolved
        case (.firing, .firing): standing?.severity == signal.severity ? .repeated : .changed
        }
    }

    /// Puts a firing alert into the groups it belongs to, and has them looked at if there is something new.
    private func route(
        _ alert: AlertRecord, _ effect: AlertEffect, _ targets: [AlertRules.Target], _ steps: [AlertRules.Step], grew: Bool, now: Int64,
        in tx: any StoreTransaction
    ) throws {
        if alert.state == .firing {
            for target in targets { try tx.joinAlertGroup(AlertGroupRecord(target), alert: alert.number, now: now) }
        }
        guard effect != .repeated else { return }
        try tx.wakeAlertGroups(ofAlert: alert.number, now: now)
        if alert.state == .resolved {
            try tx.setAlertSteps([], ofAlert: alert.number)
        } else if effect == .fired || grew {
            try tx.setAlertSteps(
                steps.map { step in
                    AlertStepRecord(
                        alert: alert.number, group: AlertGroupRecord(step.target), dueMilliseconds: now + step.afterMilliseconds)
                }, ofAlert: alert.number)
        }
    }

    private func recordSignal(
        _ signal: AlertSignal, _ effect: AlertEffect, former: AlertSeverity, by actor: Principal, in tx: any StoreTransaction
    ) throws {
        var payload = signal.details.json
        payload["key"] = .string(signal.key.string)
        payload["model_id"] = .string(signal.modelID)
        payload["severity"] = .string(signal.severity.rawValue)
        if effect == .changed { payload["was"] = .string(former.rawValue) }
        try record(
            kind: effect == .resolved ? "alert.resolved" : "alert.fired", by: actor,
            topics: [LedgerTopic.alerts] + (signal.modelID.isEmpty ? [] : [LedgerTopic.model(signal.modelID)]),
            domain: Self.alertDomain(ofModel: signal.modelID), payload: .object(payload), in: tx)
    }

    // MARK: - What an alert says

    static func alertDomain(ofModel id: String) -> String { id.isEmpty ? LedgerTopic.alerts : LedgerTopic.model(id) }

    private func seal(_ details: AlertDetails, key: Text, modelID: String) throws -> [UInt8] {
        try keyring.seal(
            JSONValue.object(details.json).bytes(), domain: Text(Self.alertDomain(ofModel: modelID)), context: Text("alert:\(key)"))
    }

    /// `nil` once the model was erased.
    func details(_ sealed: [UInt8], key: Text) throws -> AlertDetails? {
        let bytes: [UInt8]
        do {
            bytes = try keyring.open(sealed, context: Text("alert:\(key)"))
        } catch let error as AssayError where error.code == .notFound {
            return nil
        }
        guard let json = try? JSONValue(parsing: bytes) else {
            throw AssayError(.corrupt, "What the alert '\(key)' said cannot be read any more.")
        }
        return try AlertDetails(json)
    }

    func subject(of alert: AlertRecord, _ details: AlertDetails?) -> AlertSubject {
        AlertSubject(
            key: alert.key, severity: alert.severity, roles: details?.roles ?? [], modelID: alert.modelID,
            modelName: details?.modelName ?? "", version: details?.version)
    }
}

extension LedgerTopic {
    package static let alerts = "alerts"
}

extension AlertStepRecord {
    /// Of an episode from its beginning.
    init(_ step: AlertRules.Step, of alert: AlertRecord) {
        self.init(
            alert: alert.number, group: AlertGroupRecord(step.target), dueMilliseconds: alert.firedMilliseconds + step.afterMilliseconds)
    }
}

extension AlertGroupRecord {
    init(_ target: AlertRules.Target) {
        self.init(
            receiver: target.receiver, labels: target.labels, waitMilliseconds: target.timing.waitMilliseconds,
            intervalMilliseconds: target.timing.intervalMilliseconds, repeatMilliseconds: target.timing.repeatMilliseconds)
    }
}
