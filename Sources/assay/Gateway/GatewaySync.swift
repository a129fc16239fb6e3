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
    /// Looks at the registry at once.
    let wake: AsyncStream<Void>
    let logger: Logger

    /// One version as the registry lists it.
    private struct Deployment: Hashable {
        let model: Text
        let version: Int
        let manifest: SHA256Digest
        let places: [Text]
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await refresh()
                } catch {
                    logger.warning("the registry cannot be asked; what is served stays until its statements end", metadata: ["reason": "\(words(error))"])
                }
                await pause()
            }
        }
    }

    /// Until the interval is over, or somebody knows of a change.
    private func pause() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: interval) }
            group.addTask { for await _ in wake { return } }
            await group.next()
            group.cancelAll()
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
        for name in Set(table.snapshot.keys).union(byModel.keys).sorted() {
            await update(name, byModel[name] ?? [], rollouts[name] ?? [])
        }
        let carried = table.snapshot.values.flatMap(\.rollouts).map { (Text($0.statement.id), $0.statement.revision) }
        reporter.carriesOut(Dictionary(carried) { first, _ in first })
    }

    private func update(_ name: Text, _ deployments: [Deployment], _ listed: [ListedRollout]) async {
        let before = table.snapshot[name]
        var versions: [GatewayTable.Version] = []
        var places: [Text: Int] = [:]
        for deployment in deployments.sorted(by: { $0.version > $1.version }) {
            let own = before?.versions.first { $0.number == deployment.version && $0.statement.manifest == deployment.manifest }
            // A candidate that took its place is loaded already.
            let standing = own ?? before?.rollouts.map(\.candidate).first { $0.number == deployment.version && $0.statement.manifest == deployment.manifest }
            do {
                if let standing { try await renew(standing, isOther: own == nil) }
                let version = if let standing { standing } else { try await load(deployment) }
                versions.append(version)
                for place in deployment.places { places[place] = deployment.version }
            } catch let error as AssayError where standing != nil && error.code == .unavailable {
                if let standing {
                    versions.append(standing)
                    for place in deployment.places { places[place] = deployment.version }
                }
            } catch {
                logger.error(
                    "a version is not served", metadata: ["model": "\(name)", "version": "\(deployment.version)", "reason": "\(words(error))"])
                // Its places stay with who held them, rather than with nobody.
                for place in deployment.places {
                    guard let holder = before?.places[place], deployments.contains(where: { $0.version == holder }) else { continue }
                    places[place] = holder
                }
            }
        }
        let rollouts = await self.rollouts(listed, before, versions)
        let after = GatewayTable.Model(versions: versions, places: places, rollouts: rollouts)
        guard before?.places != places || !same(before?.versions ?? [], versions) || !same(before?.rollouts ?? [], rollouts) else { return }
        table.set(name, after)
        logger.notice(
            "what is served changed",
            metadata: [
                "model": "\(name)", "places": "\(places.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "))",
            ])
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
        let served = try await ServedModel.load(opened, options)
        logger.notice("loaded", metadata: ["model": "\(deployment.model)", "version": "\(deployment.version)", "what": "\(served.words)"])
        return GatewayTable.Version(model: deployment.model, number: deployment.version, served: served, statement: statement)
    }

    /// Fetches a new statement once a quarter of the old one's day is over.
    ///
    /// - Parameter isOther: whether the present one is of another kind: a rollout's.
    private func renew(_ version: GatewayTable.Version, isOther: Bool) async throws {
        let statement = version.statement
        guard isOther || statement.notAfter - UTCTime.now() < Self.renewalSeconds else { return }
        let fresh = try await OpenedModel.statement(of: version.model, version: version.number, server: server, key: key)
        guard fresh.manifest == statement.manifest else {
            throw AssayError(.permissionDenied, "its new statement is about other files")
        }
        version.renew(fresh)
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
