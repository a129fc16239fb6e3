import AssayPolicy
import AssayStore
package import AssayTerms
import Logging

/// Tells receivers of alerts: makes messages of groups that are due, and sends each receiver's one after the other.
///
/// A message is *at least once*, under one id: an attempt that a stop interrupts is made again. What is given up counts as not
/// told, so it is told anew by a message of its own while it still is so. All that is waited for stands in the store, so a stop
/// loses nothing of it.
package struct AlertWorker: Sendable {
    /// Longer than any attempt may take.
    static let leaseMilliseconds: Int64 = 5 * 60_000
    /// How many receivers are sent to at the same time.
    static let width = 16
    /// Finished deliveries are kept for this long, and of each receiver so many; alerts that are over, and silences, as long.
    package static let keptMilliseconds: Int64 = 30 * 86_400_000
    package static let keptCount = 1_000
    /// After so long what was given up is told anew.
    package static let againMilliseconds: Int64 = 600_000
    private static let batch = 200
    private static let pruneMilliseconds: Int64 = 10 * 60_000
    private static let idleMilliseconds = 200
    private static let faultMilliseconds = 5_000

    private let useCases: UseCases
    private var store: any Store { useCases.store }

    package init(useCases: UseCases) { self.useCases = useCases }

    /// Works until the task is cancelled. Leases of an earlier process are taken back first: it held the directory's lock.
    package func run() async throws {
        let now = useCases.effects.nowMilliseconds()
        try await store.write { try $0.releaseAlertDeliveries(error: AttemptError.interrupted.rawValue, now: now) }
        let busy = BusyNames(limit: Self.width)
        await withDiscardingTaskGroup { group in
            var prunedAt: Int64 = .min
            while !Task.isCancelled {
                do {
                    let now = useCases.effects.nowMilliseconds()
                    if prunedAt < now - Self.pruneMilliseconds {
                        try await store.write { try $0.pruneAlerts(endedBefore: now - Self.keptMilliseconds, keeping: Self.keptCount) }
                        prunedAt = now
                    }
                    while try await look() {}
                    for name in try await store.read({ try $0.alertReceivers(dueAt: now, limit: 4 * Self.width) }) where busy.begin(name) {
                        group.addTask {
                            await drain(name)
                            busy.end(name)
                        }
                    }
                    try await Task.sleep(for: .milliseconds(Self.idleMilliseconds))
                } catch is CancellationError {
                    break
                } catch {
                    useCases.logger.error("alerts cannot be looked at for now: \(error)")
                    try? await Task.sleep(for: .milliseconds(Self.faultMilliseconds))
                }
            }
            group.cancelAll()
        }
    }

    private func drain(_ name: Text) async {
        do {
            while try await sendNext(toReceiver: name) { try Task.checkCancellation() }
        } catch is CancellationError {
            // What was being sent stays leased, and is taken back at the next start.
        } catch {
            useCases.logger.error("a receiver's alerts cannot be sent for now: \(error)", metadata: ["receiver": "\(name)"])
            try? await Task.sleep(for: .milliseconds(Self.faultMilliseconds))
        }
    }

    // MARK: - What is due

    /// Writes down what is due now: lines of the log, steps, messages of groups.
    ///
    /// - Returns: whether there may be more.
    package func look() async throws -> Bool {
        let now = useCases.effects.nowMilliseconds()
        guard try await store.read({ try $0.hasAlertWork(dueAt: now) }) else { return false }
        let logged = try await tellLog()
        let made = try await store.write { tx in
            for step in try tx.takeAlertSteps(dueAt: now) { try tx.joinAlertGroup(step.group, alert: step.alert, now: now) }
            let groups = try tx.alertGroups(dueAt: now, limit: Self.batch)
            guard !groups.isEmpty else { return 0 }
            let rules = try useCases.alertRulesShelf.rules(tx.alertRulesInForce())
            let silences = try useCases.silences(in: tx)
            for group in groups { try settle(group, rules, silences, now: now, in: tx) }
            return groups.count
        }
        return made == Self.batch || logged == Self.batch
    }

    /// What a group is to be told, as a message; it goes into one that was not tried yet, so that they do not pile up behind a receiver
    /// that is away.
    private func settle(
        _ group: AlertGroupRecord, _ rules: AlertRules, _ silences: [UseCases.LastingSilence], now: Int64, in tx: any StoreTransaction
    ) throws {
        let members = try tx.alertGroupMembers(group.number)
        let waiting = try tx.unfinishedAlertDeliveries(ofGroup: group.number)
        let plan = AlertGroupPlan(
            members: try members.map { member in
                let subject = useCases.subject(of: member.alert, try useCases.details(member.alert.sealedDetails, key: member.alert.key))
                return AlertGroupPlan.Member(member, silencedUntil: silences.filter { $0.match.matches(subject) }.map(\.end).max())
            }, sent: group.sentMilliseconds,
            timing: .init(
                waitMilliseconds: group.waitMilliseconds, intervalMilliseconds: group.intervalMilliseconds,
                repeatMilliseconds: group.repeatMilliseconds),
            keepsAlerts: rules.receiver(named: group.receiver)?.keepsAlerts ?? false, isUnderWay: !waiting.isEmpty, now: now)
        let said = members.filter { plan.said.contains($0.alert.number) }.map { member in
            var alert = member.alert
            if member.isLeaving, alert.state == .firing {
                alert.state = .resolved
                alert.resolvedMilliseconds = now
            }
            // Of what is silenced no more is said than was said before.
            if plan.renewed.contains(alert.number), let severity = member.toldSeverity { alert.severity = severity }
            return AlertDeliveryRecord.Said(alert, former: member.toldState == .firing ? member.toldSeverity : nil)
        }
        var settled = group
        settled.dueMilliseconds = plan.dueMilliseconds
        if let reason = plan.reason {
            settled.sentMilliseconds = now
            // Twice as long as until the next word, so that one that is late changes nothing.
            let holdsUntil = now + 2 * group.repeatMilliseconds + 300_000
            if let queued = waiting.last, queued.state == .queued, queued.attempts.isEmpty {
                try tx.replaceAlertDelivery(queued.folding(said, created: now, holdsUntil: holdsUntil))
            } else {
                try tx.insertAlertDelivery(
                    AlertDeliveryRecord(
                        id: useCases.effects.newUUID(), receiver: group.receiver, group: group.number, labels: group.labels,
                        reason: reason == .news ? .news : .reminder, dueMilliseconds: now, createdMilliseconds: now,
                        holdsUntilMilliseconds: holdsUntil, said: said))
            }
        }
        try tx.settleAlertGroup(settled, said: said, dropping: plan.dropped)
    }

    /// One line for each change, with the measure and no values of rows; written before it is noted, so that a stop repeats one
    /// rather than losing it.
    private func tellLog() async throws -> Int {
        let alerts = try await store.write { try $0.unloggedAlerts(limit: Self.batch) }
        guard !alerts.isEmpty else { return 0 }
        for alert in alerts {
            let details = try useCases.details(alert.sealedDetails, key: alert.key)
            let level: Logger.Level =
                switch (alert.state, alert.severity) {
                case (.resolved, _), (.firing, .info): .notice
                case (.firing, .warning): .warning
                case (.firing, .critical): .critical
                }
            var metadata: Logger.Metadata = ["alert": "\(alert.key)", "severity": "\(alert.severity.rawValue)"]
            if let details {
                metadata["model"] = "\(details.modelName)"
                metadata["version"] = details.version.map { "\($0)" }
                metadata["value"] = details.value.map { "\($0)" }
                metadata["limit"] = details.limit.map { "\($0)" }
            }
            let routed = alert.isRouted ? "" : "; no route of the alert rules chooses a receiver for it, so nobody is told"
            useCases.logger.log(
                level: level, "alert \(alert.state.rawValue): \(details?.title ?? "what it said was erased")\(routed)", metadata: metadata)
            useCases.metrics.add(.alertSignals, labels: [Text(alert.state.rawValue), Text(alert.severity.rawValue)])
        }
        try await store.write { tx in
            for told in alerts {
                // What changed again in the meantime has a line of its own coming.
                guard var alert = try tx.alert(key: told.key), alert.state == told.state, alert.episode == told.episode,
                    alert.severity == told.severity
                else { continue }
                alert.isLogged = true
                try tx.updateAlert(alert)
            }
        }
        return alerts.count
    }

    // MARK: - Sending

    /// Makes one attempt at the receiver's oldest unfinished delivery, if that is due.
    ///
    /// - Returns: whether there was one.
    /// - Throws: what the store throws; `CancellationError`, with the delivery left leased.
    package func sendNext(toReceiver name: Text) async throws -> Bool {
        let effects = useCases.effects
        let now = effects.nowMilliseconds()
        let lease = effects.newID()
        let taken: (AlertDeliveryRecord, AlertRules)? = try await store.write { tx in
            guard let delivery = try tx.leaseAlertDelivery(ofReceiver: name, lease: lease, now: now, until: now + Self.leaseMilliseconds)
            else { return nil }
            return (delivery, try useCases.alertRulesShelf.rules(tx.alertRulesInForce()))
        }
        guard let (delivery, rules) = taken else { return false }
        let attempt = try await attempt(delivery, rules)
        try Task.checkCancellation()
        let done = effects.nowMilliseconds()
        let (state, wait) = verdict(attempt, on: delivery)
        let isTaken = try await store.write { tx in
            try tx.finishAlertAttempt(
                ofDelivery: delivery.id, lease: lease, state: state, due: done + wait, status: attempt.status, error: attempt.error?.rawValue,
                reached: delivery.reached + attempt.reached, now: done, againAfter: Self.againMilliseconds)
        }
        useCases.metrics.add(.alertDeliveries, labels: [name, Text(state == .queued ? "retried" : state.rawValue)])
        useCases.metrics.observe(
            .alertDeliverySeconds, labels: [name], value: Double(max(0, done - now)) / 1_000,
            exemplar: .init(label: "delivery_id", value: Text(delivery.id), milliseconds: done))
        if state == .delivered, attempt.ending != .delivered, isTaken {
            useCases.logger.warning(
                "a mail server took an alert for some of its recipients only; they are not told of it again for the others' sake",
                metadata: [
                    "receiver": "\(name)", "delivery": "\(delivery.id)", "status": "\(attempt.status.map(String.init) ?? "none")",
                    "reached": "\(delivery.reached.count + attempt.reached.count)",
                ])
        }
        if state == .failed, isTaken {
            useCases.logger.error(
                "a receiver could not be told of alerts; it will be tried again by another message while they are so",
                metadata: [
                    "receiver": "\(name)", "delivery": "\(delivery.id)", "error": "\(attempt.error?.rawValue ?? "none")",
                    "status": "\(attempt.status.map(String.init) ?? "none")", "attempts": "\(delivery.attempts.count)",
                ])
        }
        return true
    }

    private func attempt(_ delivery: AlertDeliveryRecord, _ rules: AlertRules) async throws -> UseCases.AlertAttempt {
        // An interrupted attempt counts, so the one that would go beyond the limit is not made.
        guard delivery.attempts.count <= RetrySchedule.attemptLimit else {
            return UseCases.AlertAttempt(ending: .final, error: .expired, words: "too many attempts were interrupted")
        }
        do {
            return try await useCases.send(delivery, by: rules)
        } catch let error as AssayError {
            useCases.logger.error("\(error.message)", metadata: ["delivery": "\(delivery.id)"])
            return UseCases.AlertAttempt(ending: .pointless, error: .unreadable, words: error.message)
        }
    }

    private func verdict(
        _ attempt: UseCases.AlertAttempt, on delivery: AlertDeliveryRecord
    ) -> (state: WebhookDelivery.State, wait: Int64) {
        let number = delivery.attempts.count
        switch attempt.ending {
        case .delivered: return (.delivered, 0)
        case .pointless: return (.cancelled, 0)
        case .mayPass where number < RetrySchedule.attemptLimit:
            let wait = RetrySchedule.wait(
                afterAttempt: number, spread: useCases.effects.randomBytes(1)[0], retryAfterSeconds: attempt.retryAfterSeconds)
            return (.queued, wait)
        // Whoever has it is not told again and again because somebody else's mailbox is full: reminders are sent to all anyway.
        case .mayPass, .final: return (delivery.reached.isEmpty && attempt.reached.isEmpty ? .failed : .delivered, 0)
        }
    }
}

extension AlertGroupPlan.Member {
    fileprivate init(_ member: AlertGroupRecord.Member, silencedUntil: Int64?) {
        let alert = member.alert
        var told: AlertGroupPlan.Told?
        if let state = member.toldState, let severity = member.toldSeverity, let episode = member.toldEpisode {
            told = .init(state: state, severity: severity, episode: episode)
        }
        self.init(
            alert: alert.number,
            now: .init(state: member.isLeaving ? .resolved : alert.state, severity: alert.severity, episode: alert.episode), told: told,
            isAcknowledged: alert.acknowledgement != nil, silencedUntil: silencedUntil)
    }
}
