package import AssayJSON
package import AssayTerms

/// What a model card says of one version, fixed to the digest of its files. Nothing is invented: a field without evidence or
/// declaration is missing, and is listed so.
package struct ModelCard: Sendable {
    /// A number with the statement it stands in.
    package struct Measure: Hashable, Sendable {
        package var value: Double
        package var claim: SHA256Digest
        package var provenance: Provenance
        /// The column and the privileged group, of a measure that compares groups.
        package var column: Text?
        package var privileged: Text?

        package init(value: Double, claim: SHA256Digest, provenance: Provenance, column: Text?, privileged: Text?) {
            self.value = value
            self.claim = claim
            self.provenance = provenance
            self.column = column
            self.privileged = privileged
        }
    }

    /// Rows that a model was made from, as the run declared them, or was judged on, as evidence has them.
    package struct Data: Hashable, Sendable {
        package var name: Text
        package var digest: Text
        package var rows: Int?

        package init(name: Text, digest: Text, rows: Int?) {
            self.name = name
            self.digest = digest
            self.rows = rows
        }
    }

    package var model: Text
    package var version: Int
    /// `nil` for a version that is not frozen.
    package var manifest: SHA256Digest?
    /// The model's tag `intended_use`, or the version's where it has one.
    package var intendedUse: Text?
    package var accuracy: Measure?
    package var f1: Measure?
    /// Of a model that predicts numbers, by name in the order `rmse`, `mae`, `r2`; those that were measured.
    package var errors: [(name: String, measure: Measure)]
    /// Every ratio of the selected statements; sorted by column and privileged group.
    package var disparateImpacts: [Measure]
    /// Columns whose groups the evidence compares; sorted.
    package var sensitiveFeatures: [Text]
    /// Declared by the run as its training data, in the order they were logged.
    package var training: [Data]
    /// The rows the evidence was computed on, each once.
    package var evaluation: [Data]

    package init(
        model: Text, version: Int, manifest: SHA256Digest? = nil, intendedUse: Text? = nil, accuracy: Measure? = nil, f1: Measure? = nil,
        errors: [(name: String, measure: Measure)] = [],
        disparateImpacts: [Measure], sensitiveFeatures: [Text], training: [Data], evaluation: [Data]
    ) {
        self.model = model
        self.version = version
        self.manifest = manifest
        self.intendedUse = intendedUse
        self.accuracy = accuracy
        self.f1 = f1
        self.errors = errors
        self.disparateImpacts = disparateImpacts
        self.sensitiveFeatures = sensitiveFeatures
        self.training = training
        self.evaluation = evaluation
    }

    /// The ratio farthest from 1, in either direction.
    package var disparateImpact: Measure? {
        func distance(_ value: Double) -> Double { value > 0 ? max(value, 1 / value) : .infinity }
        return disparateImpacts.max { distance($0.value) < distance($1.value) }
    }

    /// Rows of all declared training data; `nil` where none are declared or one does not say.
    package var sampleSize: Int? {
        guard !training.isEmpty else { return nil }
        var sum = 0
        for data in training {
            guard let rows = data.rows, case let (next, isOver) = sum.addingReportingOverflow(rows), !isOver else { return nil }
            sum = next
        }
        return sum
    }

    /// Fields that nothing fills, as paths, in the card's order. A model that predicts numbers has no accuracy to tell.
    package var missing: [String] {
        let fields: [(String, Bool)] = [
            ("intended_use", intendedUse != nil), ("performance_metrics.accuracy", accuracy != nil || !errors.isEmpty),
            ("performance_metrics.f1_score", f1 != nil || !errors.isEmpty), ("training_data.sensitive_features", !sensitiveFeatures.isEmpty),
            ("training_data.sample_size", sampleSize != nil), ("fairness_assessment.disparate_impact", disparateImpact != nil),
            ("manifest", manifest != nil),
        ]
        return fields.filter { !$0.1 }.map(\.0)
    }

    package var json: JSONValue {
        let training: JSONValue = [
            "sensitive_features": .array(sensitiveFeatures.map { .string($0.string) }),
            "sample_size": sampleSize.map { .integer(Int64($0)) } ?? .null, "datasets": .array(self.training.map(Self.data)),
            "declared_by": "run",
        ]
        let fairness: JSONValue = [
            "disparate_impact": Self.value(disparateImpact),
            "by_group": .array(
                disparateImpacts.map {
                    [
                        "column": .string($0.column?.string ?? ""), "privileged": .string($0.privileged?.string ?? ""),
                        "value": .number($0.value), "claim": .string($0.claim.hex),
                    ]
                }),
        ]
        return [
            "model_name": .string(model.string), "version": .integer(Int64(version)),
            "manifest": manifest.map { .string($0.hex) } ?? .null, "intended_use": intendedUse.map { .string($0.string) } ?? .null,
            "performance_metrics": performance(Self.value), "training_data": training,
            "evaluation_data": .array(evaluation.map(Self.data)), "fairness_assessment": fairness,
            "evidence": .object(sources), "missing": .array(missing.map { .string($0) }),
        ]
    }

    /// Accuracy and F1 always, the others where they were measured.
    private func performance(_ value: (Measure?) -> JSONValue) -> JSONValue {
        .object(JSONObject([("accuracy", value(accuracy)), ("f1_score", value(f1))] + errors.map { ($0.name, value($0.measure)) }))
    }

    private var sources: JSONObject {
        let performance = [("accuracy", accuracy), ("f1_score", f1)] + errors.map { ($0.name, Optional($0.measure)) }
        return JSONObject(
            performance.map { ("performance_metrics.\($0)", Self.source($1)) }
                + [("fairness_assessment.disparate_impact", Self.source(disparateImpact))])
    }

    private static func value(_ measure: Measure?) -> JSONValue { measure.map { .number($0.value) } ?? .null }

    private static func source(_ measure: Measure?) -> JSONValue {
        measure.map { ["claim": .string($0.claim.hex), "provenance": .string($0.provenance.rawValue)] } ?? .null
    }

    private static func data(_ data: Data) -> JSONValue {
        [
            "name": .string(data.name.string), "digest": .string(data.digest.string),
            "rows": data.rows.map { .integer(Int64($0)) } ?? .null,
        ]
    }
}
