package import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms

extension Governance {
    /// Which versions hold places that the gate let them into: what gateways serve. As signed as any list, which is not at all: each
    /// version's statement is what a gateway believes.
    ///
    /// - Returns: `{"deployments": [{model, version, manifest, places}], "rollouts": [{id, revision, model, version, manifest, strategy}]}`, by
    ///   model and version; of models that the caller may read.
    package func deployments() async throws -> JSONValue {
        let (found, rollouts) = try await store.read { tx in
            let found = try tx.versionIDsInUse(newest: 0).compactMap { id -> (GovernedVersion, [Text])? in
                guard let record = try tx.modelVersion(id: id) else { return nil }
                let version = try self.governed(tx, record)
                guard let manifest = version.frozenManifest else { return nil }
                let held = Set(self.places(of: record).map(\.text))
                let places = try tx.placements(versionID: id).filter { $0.manifest == manifest && held.contains($0.target) }.map(\.target)
                return places.isEmpty ? nil : (version, Set(places).sorted())
            }
            return (found, try self.runningRollouts(tx))
        }
        let sorted = found.sorted { ($0.0.model, $0.0.version) < ($1.0.model, $1.0.version) }
        return [
            "deployments": .array(
                sorted.map { version, places in
                    [
                        "model": .string(version.model.string), "version": .integer(Int64(version.version)),
                        "manifest": .string(version.frozenManifest?.hex ?? ""), "places": .array(places.map { .string($0.string) }),
                    ]
                }),
            "rollouts": .array(rollouts.map(\.listed)),
        ]
    }
}
