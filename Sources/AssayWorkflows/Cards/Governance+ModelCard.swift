import AssayJSON
import AssayPolicy
import AssayStore
package import AssayTerms

extension Governance {
    /// The version's card, from evidence that verifies and from what was declared.
    package func modelCard(model: Text, version number: Int) async throws -> ModelCard {
        try await store.read { tx in
            let record = try tx.existingVersion(Int64(number), ofModelNamed: model)
            try useCases.requireRecordedWhereGoverned([record], tx)
            try useCases.requireFiles(of: record, tx)
            return try modelCard(tx, of: governed(tx, record))
        }
    }

    /// - Complexity: O(results in the evidence about the version).
    func modelCard(_ tx: any StoreSnapshot, of version: GovernedVersion) throws -> ModelCard {
        let record = try tx.existingVersion(Int64(version.version), ofModelNamed: version.model)
        let registered = try tx.registeredModel(named: version.model)
        let evidence = try version.frozenManifest.map { try wholeEvidence(tx, of: $0, version) } ?? []
        var impacts: [ImpactKey: ModelCard.Measure] = [:]
        var columns: Set<Text> = []
        var rows: [ModelCard.Data] = []
        for item in evidence {
            for result in item.envelope.results {
                let family = result.id.prefix { $0 != "." }
                if ["fairness", "aif360", "aequitas", "ll144"].contains(family), let column = result.column { columns.insert(column) }
                guard result.id == "aif360.disparate_impact", let measure = Self.measure(result, in: item) else { continue }
                impacts[ImpactKey(column: measure.column, privileged: measure.privileged)] = measure
            }
            for input in item.envelope.inputs where input.role == "data" {
                let data = ModelCard.Data(name: input.name, digest: Text(input.digest.hex), rows: input.rows)
                if !rows.contains(data) { rows.append(data) }
            }
        }
        let sorted = impacts.sorted { left, right in
            (left.key.column ?? "", left.key.privileged ?? "") < (right.key.column ?? "", right.key.privileged ?? "")
        }
        return ModelCard(
            model: version.model, version: version.version, manifest: version.frozenManifest,
            intendedUse: Self.intendedUse(record.tags) ?? registered.flatMap { Self.intendedUse($0.tags) },
            accuracy: Self.measure("performance.accuracy", in: evidence), f1: Self.measure("performance.f1", in: evidence),
            errors: ["rmse", "mae", "r2"].compactMap { name in
                Self.measure("performance.\(name)", in: evidence).map { (name: name, measure: $0) }
            },
            disparateImpacts: sorted.map(\.value), sensitiveFeatures: columns.sorted(), training: try trainingData(tx, of: record), evaluation: rows)
    }

    private struct ImpactKey: Hashable {
        var column: Text?
        var privileged: Text?
    }

    /// The evidence of the strongest provenance there is that looked at all rows alike, oldest first: a part of the rows, or rows that
    /// count for more than others, make a number about something else than the card's.
    private func wholeEvidence(
        _ tx: any StoreSnapshot, of manifest: SHA256Digest, _ version: GovernedVersion
    ) throws -> [GateFacts.Evidence] {
        let whole = try evidence(tx, of: manifest, onTablesOf: version).filter { item in
            let parameters = item.envelope.parameters
            return parameters["rows"] == nil && parameters["weight"] == nil && parameters["outcome"] == nil
        }
        let strongest = Provenance.allCases.first { provenance in whole.contains { $0.envelope.provenance == provenance } }
        return whole.filter { $0.envelope.provenance == strongest }
    }

    /// The newest value there is.
    private static func measure(_ id: String, in evidence: [GateFacts.Evidence]) -> ModelCard.Measure? {
        for item in evidence.reversed() {
            guard let result = item.envelope.results.first(where: { $0.id == id && $0.column == nil && $0.value != nil }) else { continue }
            return measure(result, in: item)
        }
        return nil
    }

    private static func measure(_ result: CheckResult, in item: GateFacts.Evidence) -> ModelCard.Measure? {
        result.value.map {
            ModelCard.Measure(
                value: $0, claim: item.claim, provenance: item.envelope.provenance, column: result.column,
                privileged: result.privileged.map { Text($0) })
        }
    }

    private static func intendedUse(_ tags: [KeyValue]) -> Text? {
        tags.first { $0.key == "intended_use" }?.value
    }

    /// What the version's run logged as its training data, with the rows its profile tells.
    private func trainingData(_ tx: any StoreSnapshot, of version: ModelVersion) throws -> [ModelCard.Data] {
        guard !version.runID.isEmpty, let run = try tx.run(version.runID) else { return [] }
        return run.datasets.filter { input in
            input.tags.contains { $0.key == DatasetInput.contextTag && $0.value.string.lowercased().hasPrefix("train") }
        }.map { input in
            let profile = input.dataset.profile.flatMap { try? JSONValue(parsing: Array($0.utf8)) }
            let rows = profile?["num_rows"]?.integer.flatMap(Int.init(exactly:)).flatMap { $0 >= 0 ? $0 : nil }
            return ModelCard.Data(name: input.dataset.name, digest: input.dataset.digest, rows: rows)
        }
    }
}
