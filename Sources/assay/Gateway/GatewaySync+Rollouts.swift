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
    func rollouts(_ listed: [ListedRollout], _ before: GatewayTable.Model?, _ versions: [GatewayTable.Version]) async -> [GatewayRollout] {
        var rollouts: [GatewayRollout] = []
        for one in listed.sorted(by: { $0.id < $1.id }) where one.strategy != .batch {
            let standing = before?.rollouts.first { $0.statement.id == one.id && $0.statement.deployment.manifest == one.manifest }
            let now = UTCTime.now()
            if let standing, standing.statement.revision == one.revision, standing.statement.deployment.notAfter - now >= Self.rolloutRenewalSeconds {
                rollouts.append(standing)
                continue
            }
            do {
                let statement = try await OpenedModel.statement(ofRollout: one.id, model: one.model, version: one.version, server: server, key: key)
                guard statement.deployment.manifest == one.manifest else {
                    throw AssayError(.permissionDenied, "its statement is about other files than the registry lists")
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
                logger.error("a rollout is not carried out", metadata: ["rollout": "\(one.id)", "model": "\(one.model)", "reason": "\(words(error))"])
            }
        }
        return rollouts
    }

    /// The candidate, loaded: as it stands for the rollout or for a place, or anew.
    private func candidate(
        _ statement: RolloutStatement, _ standing: GatewayRollout?, _ versions: [GatewayTable.Version]
    ) async throws -> GatewayTable.Version {
        let deployment = statement.deployment
        if let placed = versions.first(where: { $0.number == deployment.version && $0.statement.manifest == deployment.manifest }) { return placed }
        if let standing {
            standing.candidate.renew(deployment)
            return standing.candidate
        }
        let served = try await ServedModel.load(OpenedModel.candidate(statement, server: server, key: key), options)
        logger.notice("loaded", metadata: ["model": "\(deployment.model)", "version": "\(deployment.version)", "what": "\(served.words)"])
        return GatewayTable.Version(model: deployment.model, number: deployment.version, served: served, statement: deployment)
    }
}
