import AssayPolicy
import AssayStore
import AssayTerms

/// What versions are compared with.
extension Governance {
    /// A version that a policy compares with.
    struct NamedVersion {
        /// `nil` for pinned files of which no version goes by the name any more: their evidence is there all the same.
        var version: GovernedVersion?
        /// The manifest a policy pins; `nil` where it names no files.
        var manifest: SHA256Digest?
        /// Why nothing can be compared with it.
        var problem: String?

        var frozenManifest: SHA256Digest? { manifest ?? version?.frozenManifest }
    }

    /// The versions that are there, by how policies name them.
    typealias Baselines = [PolicyCheck.Baseline: NamedVersion]

    /// The baselines that `policies` compare `version` with, whoever asks: what the gate says does not depend on what the asker sees.
    func baselines(
        _ tx: any StoreSnapshot, for version: GovernedVersion, policies: [Policy], target: GateTarget
    ) throws -> Baselines {
        let tx = tx.seen(by: .whole)
        var found: Baselines = [:]
        for which in Set(policies.flatMap(\.checks).compactMap(\.against)) {
            switch which {
            case .production: found[which] = try baseline(tx, for: version, target: target).map { NamedVersion(version: $0, problem: Self.problem(of: $0)) }
            case .version(let model, let number, let manifest):
                let named = try findVersion(tx, model: model, number: number)
                if let manifest {
                    found[which] = NamedVersion(version: named?.frozenManifest == manifest ? named : nil, manifest: manifest)
                } else {
                    found[which] = named.map { NamedVersion(version: $0, problem: Self.problem(of: $0)) }
                }
            case .alias(let model, let alias): found[which] = try holder(of: alias, model: model, tx)
            }
        }
        return found
    }

    /// Whoever may set the alias decides what is compared with, so that has to take somebody's leave.
    private func holder(of alias: Text, model: Text, _ tx: any StoreSnapshot) throws -> NamedVersion? {
        guard let registered = try tx.registeredModel(named: model),
            let number = try tx.version(ofAlias: alias, modelID: registered.id),
            let holder = try findVersion(tx, model: model, number: Int(number))
        else { return nil }
        let basis = try gate(tx).applicable(names: [model], tier: tier(tx, of: holder), target: .alias(alias)).basis
        switch basis {
        case .policies, .fallback: return NamedVersion(version: holder, problem: Self.problem(of: holder))
        case .noPolicy, .notGated:
            return NamedVersion(
                version: holder,
                problem: "is set by whoever may register, since no policy gates that alias; gate it (applies-to: models and aliases), or name a version by its number")
        }
    }

    private static func problem(of version: GovernedVersion) -> String? {
        version.frozenManifest == nil ? "is a version whose files are not held here, so nothing of it can be checked" : nil
    }

    /// The same as the gate looks at them. Values of another model are not told: whoever reads the decision need not see that model.
    func baselineFacts(
        _ tx: any StoreSnapshot, _ baselines: Baselines, for version: GovernedVersion
    ) throws -> [PolicyCheck.Baseline: GateFacts.Baseline] {
        try baselines.mapValues { baseline in
            let evidence = try baseline.problem == nil ? baseline.frozenManifest.map { try self.evidence(tx.seen(by: .whole), of: $0, onTablesOf: nil) } : nil
            return GateFacts.Baseline(
                version: Text(baseline.version.map { String($0.version) } ?? ""), manifest: baseline.frozenManifest,
                evidence: evidence ?? [], isShown: baseline.version?.modelID == version.modelID, problem: baseline.problem)
        }
    }

    /// A policy that is published says which files it means by a number, so that nobody gives the name to others.
    ///
    /// - Throws: `invalidArgument` naming what to write, or that there is no such version.
    func requirePins(of policy: Policy, _ tx: any StoreSnapshot) throws {
        let tx = tx.seen(by: .whole)
        for check in policy.checks {
            guard let which = check.against, case .version(let model, let number, let pin) = which else { continue }
            let version = try findVersion(tx, model: model, number: number)
            guard let manifest = version?.frozenManifest else {
                guard pin == nil else { continue }
                throw AssayError(
                    .invalidArgument,
                    version == nil
                        ? "The policy compares with \(which.text), and there is no such version."
                        : "The policy compares with \(which.text), whose files are not held here.")
            }
            guard let pin else {
                let pinned = PolicyCheck.Baseline.version(model: model, number: number, manifest: manifest)
                throw AssayError(
                    .invalidArgument,
                    "The policy compares with \(which.text). A name can be given to another model, so say which files are meant: against: \"\(pinned.text)\"")
            }
            guard pin == manifest else {
                throw AssayError(.invalidArgument, "The policy compares with \(which.text), and version \(number) of \(model) has other files: sha256:\(manifest.hex).")
            }
        }
    }
}

extension GateFacts {
    mutating func set(_ baselines: [PolicyCheck.Baseline: Baseline]) {
        baseline = baselines[.production]
        namedBaselines = baselines.filter { $0.key != .production }
    }
}
