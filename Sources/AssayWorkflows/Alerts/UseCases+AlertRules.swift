import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayPolicy
package import AssayStore
package import AssayTerms

/// Who is told of what: the rules, kept as versions.
extension UseCases {
    /// `nil` while none were applied.
    ///
    /// - Throws: `permissionDenied` unless `actor` administers.
    package func alertRules(by actor: Principal) async throws -> AppliedDocument? {
        try Self.requireAlertAdministrator(actor)
        return try await store.read { try $0.alertRulesInForce() }
    }

    /// Puts rules into force. Alerts that fire join the groups that the new rules choose and leave the others, where a receiver with
    /// something open is told that it is over; the steps of those that nobody acknowledged begin as if they had stood when these fired.
    /// What waits for receivers that are gone is given up. The same text again changes nothing.
    ///
    /// - Parameter source: the file, UTF-8.
    /// - Returns: the version in force, and whether it is new.
    /// - Throws: `permissionDenied` unless `actor` is a person who administers; `invalidArgument` listing every problem with line and
    ///   column, and naming addresses that requests may not go to and places that secrets may not be read at.
    package func applyAlertRules(_ source: [UInt8], by actor: Principal) async throws -> (rules: AppliedDocument, isNew: Bool) {
        try Self.requireAlertAdministrator(actor)
        let rules: AlertRules
        do {
            rules = try AlertRulesReader.read(source)
        } catch {
            throw error.error(file: "alerts")
        }
        for receiver in rules.receivers { try await check(receiver) }
        return try await store.write { tx in
            let standing = try tx.alertRulesInForce()
            let digest = SHA256Hasher.digest(of: source)
            if let standing, standing.digest == digest { return (standing, false) }
            let now = effects.nowMilliseconds()
            let record = AppliedDocument(
                number: (standing?.number ?? 0) + 1, digest: digest, source: source, authorID: actor.id, appliedMilliseconds: now)
            try tx.insertAlertRules(record)
            try tx.leaveAlertReceivers(except: rules.receivers.map(\.name), now: now)
            for var alert in try tx.firingAlerts() {
                let (targets, steps) = rules.targets(of: subject(of: alert, try details(alert.sealedDetails, key: alert.key)))
                // Whom a step told before is told on, where there is such a step still.
                try tx.leaveAlertGroups(
                    alert: alert.number, except: (targets + steps.map(\.target)).map { AlertGroupRecord($0) },
                    telling: rules.receivers.filter(\.keepsIncidents).map(\.name), now: now)
                for target in targets { try tx.joinAlertGroup(AlertGroupRecord(target), alert: alert.number, now: now) }
                try tx.setAlertSteps(
                    alert.acknowledgement == nil ? steps.map { AlertStepRecord($0, of: alert) } : [], ofAlert: alert.number)
                guard alert.isRouted == targets.isEmpty else { continue }
                alert.isRouted = !targets.isEmpty
                try tx.updateAlert(alert)
            }
            try self.record(
                kind: "alert.rules-applied", by: actor, subjects: [.init(type: "alert-rules", digest: digest)],
                topics: [LedgerTopic.alerts], domain: LedgerTopic.alerts,
                payload: [
                    "number": .integer(record.number), "digest": .string(digest.hex), "text": .string(String(decoding: source, as: UTF8.self)),
                ], in: tx)
            return (record, true)
        }
    }

    /// Addresses that stand in the rules are judged now and again at each attempt; secret ones only then.
    private func check(_ receiver: AlertReceiver) async throws {
        do {
            for reference in receiver.secrets { try await secrets.check(reference) }
            switch receiver.kind {
            case .slack(.plain(let url)), .pagerDuty(.plain(let url), _), .alertmanager(.plain(let url), _), .webhook(.plain(let url), _):
                try await outgoing.check(url)
            case .slack(.secret), .pagerDuty(.secret, _), .alertmanager(.secret, _), .webhook(.secret, _): break
            case .mail(let mail): try await self.mail.check(mail)
            }
        } catch let error as AssayError {
            throw AssayError(error.code, "The receiver '\(receiver.name)': \(error.message)", cause: error)
        }
    }
}
