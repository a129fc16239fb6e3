import AssayCanonical
import AssayJSON
import AssayServing
import AssayTerms
import Foundation
import Logging
import ServiceLifecycle

/// Keeps a gateway's table as the registry has it: asks which versions hold places, verifies and loads what is new, and renews statements.
///
/// The registry is asked as any client asks it. What it does not answer for stays as it is until its statement ends; what it says is
/// not deployed any more is taken out at once.
struct GatewaySync: Service {
    private static let deployments = ["api", "assay", "v1", "deployments"]

    let table: GatewayTable
    let server: String?
    /// The models that are served; empty for all that may be seen.
    let models: Set<Text>
    /// A "vkey" that was pinned; `nil` takes the server's own word.
    let key: String?
    let interval: Duration
    let options: ServedModel.Options
    /// Who reports what is counted of rollouts.
    let reporter: RolloutReporter
    /// Whether jobs are taken, without which batches have nothing to score.
    let takesJobs: Bool
    /// Looks at the registry at once.
    let wake: Nudge
    let backoff = LoadBackoff()
    let logger: Logger

    /// One version as the registry lists it.
    private struct Deployment: Hashable {
        let model: Text
        let version: Int
        let manifest: SHA256Digest
        let places: [Text]

        var key: LoadBackoff.Key { .init(model: model, version: version, manifest: manifest) }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await refresh()
                } catch {
                    logger.warning("the registry cannot be asked; what is served stays until its statements end", metadata: ["reason": "\(words(error))"])
                }
                await wake.wait(atMost: interval)
            }
        }
    }

    /// One look at the registry.
    ///
    /// - Throws: where it cannot be asked what is deployed. What fails for single versions is logged, and they stay as they are.
    func refresh() async throws {
        let answer = try await ArtifactClient.with(address: server) { client in try await client.json(Self.deployments) }
        let listed = try Self.deployments(in: answer).filter { models.isEmpty || models.contains($0.model) }
        let rollouts = Dictionary(grouping: try ListedRollout.list(in: answer), by: \.model)
        let byModel = Dictionary(grouping: listed, by: \.model)
        let names = Set(table.snapshot.keys).union(byModel.keys).sorted()
        let keys = Set(listed.map(\.key) + rollouts.values.joined().map(\.key))
        backoff.keep { keys.contains($0) }
        // What is taken away or renewed does not wait until something else is loaded.
        var late: [Text] = []
        for name in names {
            let isWhole = await update(name, byModel[name] ?? [], rollouts[name] ?? [], loads: false)
            if !isWhole { late.append(name) }
        }
        for name in late { _ = await update(name, byModel[name] ?? [], rollouts[name] ?? [], loads: true) }
        let carried = table.snapshot.values.flatMap(\.rollouts).map { (Text($0.statement.id), $0.statement.revision) }
        reporter.carriesOut(Dictionary(carried) { first, _ in first })
    }

    /// - Parameter loads: whether what is new is loaded; until then its places stay with who held them.
    /// - Returns: whether that was all.
    private func update(_ name: Text, _ deployments: [Deployment], _ listed: [ListedRollout], loads: Bool) async -> Bool {
        let before = table.snapshot[name]
        var versions: [GatewayTable.Version] = []
        var places: [Text: Int] = [:]
        var isWhole = true
        for deployment in deployments.sorted(by: { $0.version > $1.version }) {
            let own = before?.versions.first { $0.number == deployment.version && $0.statement.manifest == deployment.manifest }
            // A candidate that took its place is loaded already.
            let candidate = before?.rollouts.map(\.candidate).first { $0.number == deployment.version && $0.statement.manifest == deployment.manifest }
            do {
                var standing = own
                if let own {
                    try await renew(own)
                } else if let candidate {
                    standing = GatewayTable.Version(of: candidate, statement: try await statement(of: candidate))
                }
                // What it was loaded for may not be what its newest statement asks for.
                let usable = standing.flatMap { (try? $0.served.requireExplained($0.statement.rules)) == nil ? nil : $0 }
                if usable == nil {
                    guard backoff.mayTry(deployment.key, now: GatewayMetrics.now()) else {
                        leave(deployment, of: before, deployments, in: &places)
                        continue
                    }
                    guard loads else {
                        isWhole = false
                        // Whoever holds its places answers until it is there, listed or not.
                        for place in deployment.places {
                            guard let number = before?.places[place] else { continue }
                            places[place] = number
                            guard !deployments.contains(where: { $0.version == number }), !versions.contains(where: { $0.number == number }),
                                let holder = before?.versions.first(where: { $0.number == number })
                            else { continue }
                            versions.append(holder)
                        }
                        if let standing, own != nil { versions.append(standing) }
                        continue
                    }
                }
                let version = if let usable { usable } else { try await load(deployment) }
                versions.append(version)
                for place in deployment.places { places[place] = deployment.version }
            } catch let error as AssayError where (own ?? candidate) != nil && error.code == .unavailable {
                if let standing = own ?? candidate.map({ GatewayTable.Version(of: $0, statement: $0.statement) }) {
                    versions.append(standing)
                    for place in deployment.places { places[place] = deployment.version }
                }
            } catch {
                let seconds = backoff.note(failureOf: deployment.key, now: GatewayMetrics.now())
                logger.error(
                    "a version is not served",
                    metadata: [
                        "model": "\(name)", "version": "\(deployment.version)", "reason": "\(words(error))", "tried_again_in_seconds": "\(Int(seconds))",
                    ])
                leave(deployment, of: before, deployments, in: &places)
            }
        }
        versions.sort { $0.number > $1.number }
        let (rollouts, areAll) = await self.rollouts(listed, before, versions, loads: loads)
        let after = GatewayTable.Model(versions: versions, places: places, rollouts: rollouts)
        guard before?.places != places || !same(before?.versions ?? [], versions) || !same(before?.rollouts ?? [], rollouts) else {
            return isWhole && areAll
        }
        table.set(name, after)
        logger.notice(
            "what is served changed",
            metadata: [
                "model": "\(name)", "places": "\(places.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "))",
            ])
        return isWhole && areAll
    }

    /// Leaves the places of a version that cannot be loaded with who held them, if they may still be served, rather than with nobody.
    private func leave(_ deployment: Deployment, of before: GatewayTable.Model?, _ deployments: [Deployment], in places: inout [Text: Int]) {
        for place in deployment.places {
            guard let holder = before?.places[place], deployments.contains(where: { $0.version == holder }) else { continue }
            places[place] = holder
        }
    }

    private func same<Part: AnyObject>(_ first: [Part], _ second: [Part]) -> Bool {
        first.count == second.count && zip(first, second).allSatisfy { $0 === $1 }
    }

    private func load(_ deployment: Deployment) async throws -> GatewayTable.Version {
        let reference = "models:/\(deployment.model)/\(deployment.version)"
        let opened = try await OpenedModel.open(reference, server: server, key: key)
        guard case .statement(let statement, _) = opened.governance, statement.manifest == deployment.manifest else {
            throw AssayError(.permissionDenied, "its statement is about other files than the registry lists")
        }
        let served = try await ServedModel.load(opened, options, rules: statement.rules)
        backoff.forget(deployment.key)
        logger.notice("loaded", metadata: ["model": "\(deployment.model)", "version": "\(deployment.version)", "what": "\(served.words)"])
        return GatewayTable.Version(model: deployment.model, number: deployment.version, served: served, statement: statement)
    }

    /// Fetches a new statement once a quarter of the old one's day is over.
    private func renew(_ version: GatewayTable.Version) async throws {
        guard version.statement.notAfter - UTCTime.now() < Self.renewalSeconds else { return }
        version.renew(try await statement(of: version))
    }

    private func statement(of version: GatewayTable.Version) async throws -> DeploymentStatement {
        let fresh = try await OpenedModel.statement(of: version.model, version: version.number, server: server, key: key)
        guard fresh.manifest == version.statement.manifest else {
            throw AssayError(.permissionDenied, "its new statement is about other files")
        }
        return fresh
    }

    /// Statements hold for a day.
    private static let renewalSeconds = 18 * 3_600

    private static func deployments(in answer: JSONValue) throws -> [Deployment] {
        guard let list = answer["deployments"]?.array else {
            throw AssayError(.unreadable, "the server does not list deployments; is it an Assay server of this version?")
        }
        return try list.map { value in
            guard let model = value["model"]?.string, let version = value["version"]?.integer.flatMap({ Int(exactly: $0) }),
                let manifest = value["manifest"]?.string.flatMap(SHA256Digest.init(hex:)), let places = value["places"]?.array
            else { throw AssayError(.unreadable, "the server lists a deployment in a form that is not known") }
            return Deployment(
                model: Text(model), version: version, manifest: manifest, places: places.compactMap { $0.string.map { Text($0) } })
        }
    }

    func words(_ error: any Error) -> String { (error as? AssayError)?.message ?? "\(type(of: error))" }
}
