import AssayJSON
import AssayStore
package import AssayTerms

/// Ends of alerts that what raised them does not tell.
extension UseCases {
    /// Says that an alert is over, for one that nothing will ever end. What raised it fires anew if it still is so at its next look.
    ///
    /// - Throws: `permissionDenied` unless `actor` is a person who administers; `invalidArgument` without a comment; `notFound`;
    ///   `conflict` where it does not fire.
    @discardableResult
    package func resolveAlert(key: Text, comment: Text, by actor: Principal) async throws -> Alert {
        try Self.requireAlertAdministrator(actor)
        guard !comment.isEmpty, comment.utf8Count <= 1_024 else {
            throw AssayError(.invalidArgument, "Ending an alert needs a comment of at most 1024 bytes that says why.")
        }
        return try await store.write { tx in
            guard let alert = try tx.alert(key: key) else { throw Self.unknownAlert(key) }
            guard alert.state == .firing else {
                throw AssayError(.conflict, "The alert '\(key)' does not fire any more, so there is nothing to end.")
            }
            return try shown(try endAlert(alert, comment, by: actor, in: tx), try silences(in: tx), in: tx)
        }
    }

    /// Ends one that fires, inside the caller's change: with the entry `alert.resolved`, which says why, and receivers told of it.
    func endAlert(_ firing: AlertRecord, _ comment: Text, by actor: Principal, in tx: any StoreTransaction) throws -> AlertRecord {
        var alert = firing
        let now = effects.nowMilliseconds()
        alert.state = .resolved
        alert.resolvedMilliseconds = now
        alert.isLogged = false
        try tx.updateAlert(alert)
        try tx.wakeAlertGroups(ofAlert: alert.number, now: now)
        try tx.setAlertSteps([], ofAlert: alert.number)
        let details = try details(alert.sealedDetails, key: alert.key)
        var payload = details?.json ?? JSONObject()
        payload["key"] = .string(alert.key.string)
        payload["model_id"] = .string(alert.modelID)
        payload["severity"] = .string(alert.severity.rawValue)
        payload["comment"] = .string(comment.string)
        // A model that was erased gets no key anew.
        try record(
            kind: "alert.resolved", by: actor,
            topics: [LedgerTopic.alerts] + (alert.modelID.isEmpty ? [] : [LedgerTopic.model(alert.modelID)]),
            domain: details == nil ? LedgerTopic.alerts : Self.alertDomain(ofModel: alert.modelID), payload: .object(payload), in: tx)
        return alert
    }
}
