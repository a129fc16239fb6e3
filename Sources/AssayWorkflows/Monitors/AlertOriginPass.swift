import AssayPolicy
import AssayStore
import AssayTerms

/// Ends alerts of monitors and pipelines that are no more: of a plan that was signed anew or withdrawn, a version or model that was deleted,
/// a pipeline that the rules have no longer. Whatever raised them does not look any more, so that they would fire for ever.
package struct AlertOriginPass: Sendable {
    static let words: Text = "nothing that is in force stands for it any more"

    private let governance: Governance

    package init(governance: Governance) { self.governance = governance }

    /// - Returns: how many it ended.
    @discardableResult
    package func run() async throws -> Int {
        let found = try await governance.store.read { tx in try orphans(tx).map(\.key) }
        guard !found.isEmpty else { return 0 }
        return try await governance.store.write { tx in
            // As it is by now.
            let orphans = try orphans(tx)
            for alert in orphans { _ = try governance.useCases.endAlert(alert, Self.words, by: .server, in: tx) }
            return orphans.count
        }
    }

    private func orphans(_ tx: any StoreSnapshot) throws -> [AlertRecord] {
        let firing = try tx.firingAlerts()
        return try orphansOfMonitors(firing, tx) + orphansOfTraining(firing, tx)
    }

    private func orphansOfMonitors(_ firing: [AlertRecord], _ tx: any StoreSnapshot) throws -> [AlertRecord] {
        let told = firing.filter { $0.key.string.hasPrefix("monitor/") }
        var standing: [Text: [String]] = [:]
        // What cannot be read now is not known to be gone.
        var unread: Set<Text> = []
        for id in Set(told.map(\.modelID)) {
            guard let model = try tx.registeredModel(id: id) else { continue }
            let (watchedVersions, problems) = try governance.watchedVersions(tx, model: model.name)
            if !problems.isEmpty { unread.insert(Text(id)) }
            standing[Text(id)] = watchedVersions.flatMap { watched in
                watched.monitors.map { monitor in
                    "monitor/\(id)/\(watched.version.version)/\(monitor.planID)/\(monitor.digest.hex.prefix(32))"
                }
            }
        }
        return told.filter { alert in
            !unread.contains(Text(alert.modelID))
                && !(standing[Text(alert.modelID)] ?? []).contains { alert.key.string == $0 || alert.key.string.hasPrefix($0 + "/") }
        }
    }

    /// Keys are `training/<model id>/<pipeline>/<what>`; what has another form is left alone.
    private func orphansOfTraining(_ firing: [AlertRecord], _ tx: any StoreSnapshot) throws -> [AlertRecord] {
        let told = firing.compactMap { alert -> (alert: AlertRecord, pipeline: Text)? in
            let prefix = "training/\(alert.modelID)/"
            guard !alert.modelID.isEmpty, alert.key.string.hasPrefix(prefix) else { return nil }
            let parts = alert.key.string.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
            return parts.count == 2 ? (alert, Text(String(parts[0]))) : nil
        }
        guard !told.isEmpty else { return [] }
        let rules = try governance.trainingRules(tx)
        return try told.filter { one in
            guard let model = try tx.registeredModel(id: one.alert.modelID), let pipeline = rules.pipeline(named: one.pipeline) else { return true }
            return !pipeline.isAbout(model: model.name)
        }.map(\.alert)
    }
}
