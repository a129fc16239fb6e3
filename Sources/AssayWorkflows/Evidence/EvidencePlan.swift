import AssayPolicy
import AssayStore
package import AssayTerms

/// The jobs a version needs so that its policies can be decided, and what stands in the way.
package struct EvidencePlan: Sendable {
    package struct Job: Sendable {
        package var specification: EvidenceSpecification
        package var inputs: SHA256Digest
        /// The version whose model is scored.
        package var model: Text
        package var version: Int
        /// Evidence of this age, in days, is computed anew; `nil` where none grows too old.
        package var freshDays: Int?
        /// Whose values are not told to whoever reads the decision.
        package var isHidden = false
    }

    package var jobs: [Job] = []
    /// For people: why evidence cannot be computed.
    package var problems: [String] = []
}

extension Governance {
    /// What `policies` need of `version`, and of `baselines` on the same rows where they compare with them.
    ///
    /// Policies that ask the same question share a job.
    func plan(for version: GovernedVersion, policies: [Policy], baselines: Baselines) -> EvidencePlan {
        var plan = EvidencePlan()
        guard let manifest = version.frozenManifest else { return plan }
        for policy in policies where policy.checks.contains(where: { !$0.id.hasPrefix(ExternalCheck.prefix) }) {
            guard let data = policy.data else { continue }
            let predictions: EvidenceSpecification.Predictions
            switch data.predictions {
            case .fromModel: predictions = .fromModel
            case .dataset: predictions = .dataset
            case .artifact(let path):
                plan.problems.append(
                    "policy \(policy.title) takes predictions from the artifact '\(path)', which this server does not read yet; have them in a column of the table, or use 'predictions: from-model'")
                continue
            }
            guard data.scores.isEmpty else {
                plan.problems.append(
                    "policy \(policy.title) names columns of scores of several classes, which this server does not read yet; hold them in a job by assay check, under a policy of their own")
                continue
            }
            guard data.thresholds == nil else {
                plan.problems.append(
                    "policy \(policy.title) judges decisions by thresholds, which this server does not make yet; hold them in a job by assay check --thresholds, under a policy of their own")
                continue
            }
            let profile = reference(of: policy, version)
            // What a program outside answers is handed in; nothing of a policy's runs here.
            let measured = policy.checks.filter { !$0.id.hasPrefix(ExternalCheck.prefix) }
            var computable = measured
            if profile == nil {
                computable = measured.filter { catalogue[$0.id]?.needs.contains(.reference) != true }
            }
            if computable.count < measured.count {
                let bound = data.reference.map { "the reference \($0.name)@\($0.digest)" } ?? "a reference it does not name"
                plan.problems.append(
                    "policy \(policy.title) compares with \(bound), and version \(version.version) of \(version.model) was frozen without a file of that digest; "
                        + "log the profile with the run (mlflow.log_artifact) and register again")
            }
            guard !computable.isEmpty, let table = table(of: policy, version, &plan.problems) else { continue }
            func specification(
                _ subject: SHA256Digest, of model: GovernedVersion, name: Text, checks: [PolicyCheck], rows: Text?
            ) -> EvidenceSpecification {
                EvidenceSpecification(
                    subject: subject, modelVersionID: model.id, tableVersionID: version.id, tablePath: table.path, tableDigest: table.digest,
                    tableName: name, predictions: predictions, label: data.label, prediction: data.prediction,
                    score: data.score, positive: data.positive, weight: data.weight, rows: rows,
                    reference: checks.contains { catalogue[$0.id]?.mayUseReference == true } ? profile : nil,
                    checks: checks.compactMap { check in
                        catalogue[check.id].map {
                            .init(
                                id: check.id, definition: $0.definition, column: check.askedColumn,
                                privileged: check.privileged, place: check.place?.rawValue, options: check.options)
                        }
                    })
            }
            func add(_ subject: SHA256Digest, of model: GovernedVersion, name: Text, _ checks: [PolicyCheck]) {
                // A statement is about one part of the rows.
                for rows in checks.map({ $0.rows(in: data) }).uniqued {
                    let asked = checks.filter { $0.rows(in: data) == rows }
                    plan.add(
                        specification(subject, of: model, name: name, checks: asked, rows: rows), of: model,
                        freshDays: asked.compactMap { policy.freshDays(of: $0) }.min(), isHidden: model.modelID != version.modelID)
                }
            }
            add(manifest, of: version, name: table.path, computable)
            for which in computable.compactMap(\.against).uniqued {
                guard predictions == .fromModel, let baseline = baselines[which]?.version, let standing = baseline.frozenManifest, standing != manifest
                else { continue }
                // Who reads of another model need not hear of this one.
                let isOwn = baseline.modelID == version.modelID
                let name = Text(isOwn ? "\(version.title):\(table.path)" : "sha256:\(table.digest.hex)")
                add(standing, of: baseline, name: name, computable.filter { $0.against == which })
            }
        }
        return plan
    }

    /// The frozen file that a policy's reference is by its digest, whatever it is called.
    private func reference(of policy: Policy, _ version: GovernedVersion) -> EvidenceSpecification.Reference? {
        guard let bound = policy.data?.reference else { return nil }
        return (version.tables + version.files).first { $0.digest == bound.digest }.map {
            EvidenceSpecification.Reference(name: bound.name, digest: bound.digest, path: $0.path)
        }
    }

    /// The frozen table a policy judges on, or a problem in words.
    private func table(
        of policy: Policy, _ version: GovernedVersion, _ problems: inout [String]
    ) -> GovernedVersion.File? {
        guard case .logged(let path) = policy.data?.dataset else {
            let named = policy.data?.dataset == nil ? "no data set" : "a registered data set"
            problems.append(
                "policy \(policy.title) names \(named), and this server computes evidence on a table logged with the model; name one in 'data.dataset'")
            return nil
        }
        if path.string.lowercased().hasSuffix(".json") {
            let parquet = path.string.dropLast("json".count) + "parquet"
            problems.append(
                "the evaluation table '\(path)' is JSON, which MLflow rounds and retypes; log it as Parquet, mlflow.log_table(df, \"\(parquet)\"), and name that in the policy")
            return nil
        }
        let files = version.tables + version.files
        if let table = files.first(where: { $0.path == path }) { return table }
        let stem = path.string.split(separator: ".", omittingEmptySubsequences: false).dropLast().joined(separator: ".")
        if files.contains(where: { $0.path.string == stem + ".json" }) {
            problems.append(
                "version \(version.version) of \(version.model) has '\(stem).json', which MLflow rounds and retypes; log Parquet, mlflow.log_table(df, \"\(path)\"), and register again")
        } else {
            problems.append(
                "version \(version.version) of \(version.model) was frozen without the evaluation table '\(path)'")
        }
        return nil
    }
}

extension EvidencePlan {
    fileprivate mutating func add(
        _ specification: EvidenceSpecification, of version: GovernedVersion, freshDays: Int?, isHidden: Bool
    ) {
        guard !specification.checks.isEmpty else { return }
        do throws(AssayError) {
            let inputs = try specification.inputs()
            guard let index = jobs.firstIndex(where: { $0.inputs == inputs }) else {
                jobs.append(
                    Job(
                        specification: specification, inputs: inputs, model: version.model, version: version.version, freshDays: freshDays,
                        isHidden: isHidden))
                return
            }
            jobs[index].freshDays = [jobs[index].freshDays, freshDays].compactMap(\.self).min()
        } catch {
            problems.append(error.message)
        }
    }
}

extension Array where Element: Equatable {
    /// Each once, in the order of the first.
    fileprivate var uniqued: [Element] {
        reduce(into: []) { kept, element in
            if !kept.contains(element) { kept.append(element) }
        }
    }
}
