import AssayJSON
import AssayStore
package import AssayTerms

/// What people do about alerts: look, acknowledge, silence, try out.
extension UseCases {
    /// The last that fired first; of models that the reader sees.
    package func alerts(_ state: AlertState?, after position: SearchPosition?, limit: Int) async throws -> SearchPage<Alert> {
        try await store.read { tx in
            let silences = try silences(in: tx)
            return try tx.alerts(state, after: position, limit: limit).map { try shown($0, silences, in: tx) }
        }
    }

    /// - Throws: `notFound`.
    package func alert(key: Text) async throws -> Alert {
        try await store.read { tx in
            guard let alert = try tx.alert(key: key) else { throw Self.unknownAlert(key) }
            return try shown(alert, try silences(in: tx), in: tx)
        }
    }

    /// Says that somebody has it in hand: nobody is reminded, and nobody further told, unless it becomes worse or begins again.
    ///
    /// - Throws: `permissionDenied` unless `actor` is a person who holds a role the alert names, or administers; `notFound`;
    ///   `conflict` where it does not fire, or is acknowledged already.
    @discardableResult
    package func acknowledgeAlert(key: Text, comment: Text, by actor: Principal) async throws -> Alert {
        guard comment.utf8Count <= 1_024 else { throw AssayError(.invalidArgument, "A comment has at most 1024 bytes.") }
        return try await store.write { tx in
            guard var alert = try tx.alert(key: key) else { throw Self.unknownAlert(key) }
            let details = try details(alert.sealedDetails, key: key)
            let roles = details?.roles ?? []
            guard actor.isNamed, actor.may(.administer) || actor.roles.contains(where: { roles.contains(Text($0.rawValue)) }) else {
                let named = roles.isEmpty ? "" : " who holds one of the roles it names (\(roles.map(\.string).joined(separator: ", "))), or"
                throw AssayError(.permissionDenied, "An alert is acknowledged by a person\(named) who administers.")
            }
            guard alert.state == .firing else {
                throw AssayError(.conflict, "The alert '\(key)' does not fire any more, so there is nothing to acknowledge.")
            }
            if let standing = alert.acknowledgement {
                let name = try tx.user(id: standing.userID)?.name
                throw AssayError(.conflict, "\(name ?? "Somebody") has acknowledged the alert '\(key)' already.")
            }
            alert.acknowledgement = .init(userID: actor.id, comment: comment, milliseconds: effects.nowMilliseconds())
            try tx.updateAlert(alert)
            try tx.setAlertSteps([], ofAlert: alert.number)
            try record(
                kind: "alert.acknowledged", by: actor,
                topics: [LedgerTopic.alerts] + (alert.modelID.isEmpty ? [] : [LedgerTopic.model(alert.modelID)]),
                domain: Self.alertDomain(ofModel: alert.modelID),
                payload: ["key": .string(key.string), "comment": .string(comment.string)], in: tx)
            return try shown(alert, try silences(in: tx), in: tx)
        }
    }

    // MARK: - Silences

    /// The longest silence: what is not told for longer is better not watched.
    package static let longestSilenceMilliseconds: Int64 = 90 * 86_400_000

    /// - Throws: `permissionDenied` unless `actor` is a person who administers; `invalidArgument` for a silence about everything,
    ///   without a comment, or of no or too long a time.
    package func silenceAlerts(_ match: AlertMatch, milliseconds: Int64, comment: Text, by actor: Principal) async throws -> AlertSilence {
        try Self.requireAlertAdministrator(actor)
        guard !match.isOpen else {
            throw AssayError(.invalidArgument, "A silence names what it is about: a key, a role, a pattern of models or a severity.")
        }
        guard (1_000...Self.longestSilenceMilliseconds).contains(milliseconds) else {
            throw AssayError(.invalidArgument, "A silence lasts from a second to 90 days.")
        }
        guard !comment.isEmpty, comment.utf8Count <= 1_024 else {
            throw AssayError(.invalidArgument, "A silence needs a comment of at most 1024 bytes that says why.")
        }
        return try await store.write { tx in
            let now = effects.nowMilliseconds()
            let silence = AlertSilenceRecord(
                id: effects.newUUID(), match: JSONValue.object(match.json).bytes(), comment: comment, authorID: actor.id,
                createdMilliseconds: now, endMilliseconds: now + milliseconds)
            try tx.insertAlertSilence(silence)
            try record(
                kind: "alert.silenced", by: actor, topics: [LedgerTopic.alerts], domain: LedgerTopic.alerts,
                payload: [
                    "silence": .string(silence.id), "match": .object(match.json), "comment": .string(comment.string),
                    "end_ms": .integer(silence.endMilliseconds),
                ], in: tx)
            return try shown(silence, in: tx)
        }
    }

    /// Those that still last.
    ///
    /// - Throws: `permissionDenied` unless `actor` administers.
    package func alertSilences(by actor: Principal) async throws -> [AlertSilence] {
        try Self.requireAlertAdministrator(actor)
        return try await store.read { tx in
            try tx.alertSilences(endingAfter: effects.nowMilliseconds()).map { try shown($0, in: tx) }
        }
    }

    /// Ends a silence now; what fires and was kept quiet is told.
    ///
    /// - Throws: `permissionDenied`; `notFound`; `conflict` for one that is over.
    package func endAlertSilence(id: String, by actor: Principal) async throws {
        try Self.requireAlertAdministrator(actor)
        try await store.write { tx in
            let now = effects.nowMilliseconds()
            guard let silence = try tx.alertSilence(id: id) else {
                throw AssayError(.notFound, "There is no silence '\(id.prefix(64))'; assay alert silences lists those that last.")
            }
            guard silence.endMilliseconds > now else { throw AssayError(.conflict, "The silence \(id) is over already.") }
            try tx.endAlertSilence(id: id, at: now)
            try tx.wakeAlertGroups(now: now)
            try record(
                kind: "alert.silence-ended", by: actor, topics: [LedgerTopic.alerts], domain: LedgerTopic.alerts,
                payload: ["silence": .string(id)], in: tx)
        }
    }

    // MARK: - Parts

    static func requireAlertAdministrator(_ actor: Principal) throws(AssayError) {
        guard actor.isNamed, actor.may(.administer) else {
            throw AssayError(.permissionDenied, "Alert rules, silences and deliveries are seen and managed by an administrator.")
        }
    }

    static func unknownAlert(_ key: Text) -> AssayError {
        AssayError(.notFound, "There is no alert '\(key.string.prefix(256))'; assay alert list shows those that there are.")
    }

    typealias LastingSilence = (match: AlertMatch, end: Int64)

    func silences(in tx: any StoreSnapshot) throws -> [LastingSilence] {
        try tx.alertSilences(endingAfter: effects.nowMilliseconds()).map { (try AlertMatch(stored: $0.match), $0.endMilliseconds) }
    }

    func shown(_ alert: AlertRecord, _ silences: [LastingSilence], in tx: any StoreSnapshot) throws -> Alert {
        let details = try details(alert.sealedDetails, key: alert.key)
        let subject = subject(of: alert, details)
        return Alert(
            record: alert, details: details,
            acknowledgerName: try alert.acknowledgement.flatMap { try tx.user(id: $0.userID)?.name },
            isSilenced: silences.contains { $0.match.matches(subject) })
    }

    private func shown(_ silence: AlertSilenceRecord, in tx: any StoreSnapshot) throws -> AlertSilence {
        AlertSilence(
            id: silence.id, match: try AlertMatch(stored: silence.match), comment: silence.comment, authorID: silence.authorID,
            authorName: try tx.user(id: silence.authorID)?.name, createdMilliseconds: silence.createdMilliseconds,
            endMilliseconds: silence.endMilliseconds)
    }
}
