import AssayJSON
import AssayTerms
import Logging

/// A rollout as the registry lists it: enough to see that there is something to ask for.
struct ListedRollout: Sendable {
    let id: String
    let revision: Int64
    let model: Text
    let version: Int
    let manifest: SHA256Digest
    let strategy: RolloutStrategy

    var key: LoadBackoff.Key { .init(model: model, version: version, manifest: manifest) }

    /// - Throws: `unreadable` for what is no such list. A server that knows of none lists none.
    static func list(in answer: JSONValue) throws(AssayError) -> [ListedRollout] {
        var list: [ListedRollout] = []
        for value in answer["rollouts"]?.array ?? [] {
            guard let id = value["id"]?.string, let revision = value["revision"]?.integer, let model = value["model"]?.string,
                let version = value["version"]?.integer.flatMap({ Int(exactly: $0) }),
                let manifest = value["manifest"]?.string.flatMap(SHA256Digest.init(hex:)), let word = value["strategy"]?.string
            else { throw AssayError(.unreadable, "the server lists a rollout in a form that is not known") }
            // What a newer server may think of is not carried out.
            guard let strategy = RolloutStrategy(rawValue: word) else { continue }
            list.append(
                ListedRollout(id: id, revision: revision, model: Text(model), version: version, manifest: manifest, strategy: strategy))
        }
        return list
    }
}

extension GatewaySync {
    /// Statements of rollouts hold for a quarter of an hour.
    private static let rolloutRenewalSeconds = 8 * 60

    /// The rollouts of a model that can be carried out. One that cannot goes on as it was while the registry does not answer for it, and
    /// is left out otherwise: requests go to the version that holds the place.
    ///
    /// - Parameter loads: whether a candidate that is new is loaded.
    /// - Returns: the rollouts, and whether there is nothing left to load.
    func rollouts(
        _ listed: [ListedRollout], _ before: GatewayTable.Model?, _ versions: [GatewayTable.Version], loads: Bool
    ) async -> (rollouts: [GatewayRollout], areAll: Bool) {
        var rollouts: [GatewayRollout] = []
        var areAll = true
        for one in listed.sorted(by: { $0.id < $1.id }) where takesJobs || one.strategy != .batch {
            let standing = before?.rollouts.first { $0.statement.id == one.id && $0.statement.deployment.manifest == one.manifest }
            let now = UTCTime.now()
            if let standing, standing.statement.revision == one.revision, standing.statement.deployment.notAfter - now >= Self.rolloutRenewalSeconds {
                rollouts.append(standing)
                continue
            }
            // Whether it can be used without being loaded; that it explains what its rules ask for is seen by its statement.
            var isThere = standing != nil || versions.contains { $0.number == one.version && $0.statement.manifest == one.manifest }
            guard isThere || backoff.mayTry(one.key, now: GatewayMetrics.now()) else { continue }
            guard isThere || loads else {
                areAll = false
                continue
            }
            do {
                let statement = try await OpenedModel.statement(ofRollout: one.id, model: one.model, version: one.version, server: server, key: key)
                guard statement.deployment.manifest == one.manifest else {
                    throw AssayError(.permissionDenied, "its statement is about other files than the registry lists")
                }
                if isThere, !Self.isThere(statement, standing, versions) {
                    isThere = false
                    guard backoff.mayTry(one.key, now: GatewayMetrics.now()) else { continue }
                    guard loads else {
                        areAll = false
                        continue
                    }
                }
                let candidate = try await candidate(statement, standing, versions)
                rollouts.append(GatewayRollout(statement: statement, candidate: candidate, counter: reporter.counter(of: one.id)))
                logger.notice(
                    "a rollout goes on",
                    metadata: [
                        "rollout": "\(one.id)", "model": "\(one.model)", "candidate": "\(one.version)", "strategy": "\(one.strategy.rawValue)",
                        "step": "\(statement.step)", "share": "\(statement.share)",
                    ])
            } catch let error as AssayError where standing != nil && error.code == .unavailable {
                if let standing { rollouts.append(standing) }
            } catch {
                if !isThere { _ = backoff.note(failureOf: one.key, now: GatewayMetrics.now()) }
                logger.error("a rollout is not carried out", metadata: ["rollout": "\(one.id)", "model": "\(one.model)", "reason": "\(words(error))"])
            }
        }
        return (rollouts, areAll)
    }

    /// Whether the candidate stands for the rollout or for a place, with the explanations that its rules ask for.
    private static func isThere(_ statement: RolloutStatement, _ standing: GatewayRollout?, _ versions: [GatewayTable.Version]) -> Bool {
        let deployment = statement.deployment
        let placed = versions.first { $0.number == deployment.version && $0.statement.manifest == deployment.manifest }
        return [standing?.candidate, placed].contains { version in
            version.map { (try? $0.served.requireExplained(deployment.rules)) != nil } ?? false
        }
    }

    /// The candidate, loaded: as it stands for the rollout or for a place, or anew. It is held against the rules of its own statement.
    private func candidate(
        _ statement: RolloutStatement, _ standing: GatewayRollout?, _ versions: [GatewayTable.Version]
    ) async throws -> GatewayTable.Version {
        let deployment = statement.deployment
        if let standing, (try? standing.candidate.served.requireExplained(deployment.rules)) != nil {
            standing.candidate.renew(deployment)
            return standing.candidate
        }
        let placed = versions.first { $0.number == deployment.version && $0.statement.manifest == deployment.manifest }
        if let placed, (try? placed.served.requireExplained(deployment.rules)) != nil {
            // What holds a place is under that place's statement, and the candidate is under its own.
            return GatewayTable.Version(of: placed, statement: deployment)
        }
        let served = try await ServedModel.load(
            OpenedModel.candidate(statement, server: server, key: key), options, rules: deployment.rules)
        logger.notice("loaded", metadata: ["model": "\(deployment.model)", "version": "\(deployment.version)", "what": "\(served.words)"])
        return GatewayTable.Version(model: deployment.model, number: deployment.version, served: served, statement: deployment)
    }
}
