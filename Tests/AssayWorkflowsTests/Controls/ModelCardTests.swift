import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Cards and inventories say what is there, and list what is not.
@Suite struct ModelCardTests {
    @Test func listsWhatIsMissing() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            var card = try await house.governance.modelCard(model: "loans", version: Int(version.number))
            #expect(card.manifest == version.content.manifestDigest)
            #expect(
                card.missing == [
                    "intended_use", "performance_metrics.accuracy", "performance_metrics.f1_score", "training_data.sensitive_features",
                    "training_data.sample_size", "fairness_assessment.disparate_impact",
                ])
            #expect(card.json["performance_metrics"]?["accuracy"]?.isNull == true)
            try await house.publish()
            try await house.work()
            card = try await house.governance.modelCard(model: "loans", version: Int(version.number))
            #expect(card.sensitiveFeatures == ["race"])
            #expect(card.evaluation.map(\.rows) == [200])
            #expect(!card.missing.contains("training_data.sensitive_features"))
        }
    }

    @Test func disparateImpactIsTheOneFarthestFromOne() throws {
        let digest = SHA256Digest.nothing
        func measure(_ value: Double) -> ModelCard.Measure {
            .init(value: value, claim: digest, provenance: .recomputed, column: "race", privileged: "white")
        }
        var card = ModelCard(
            model: "m", version: 1, disparateImpacts: [measure(0.9), measure(1.2), measure(0.8)], sensitiveFeatures: [], training: [],
            evaluation: [])
        #expect(card.disparateImpact?.value == 0.8)
        card.disparateImpacts.append(measure(1.3))
        #expect(card.disparateImpact?.value == 1.3)
        card.disparateImpacts.append(measure(0))
        #expect(card.disparateImpact?.value == 0)
    }

    @Test func sampleSizeIsWholeOrMissing() {
        func card(_ rows: [Int?]) -> ModelCard {
            ModelCard(
                model: "m", version: 1, disparateImpacts: [], sensitiveFeatures: [],
                training: rows.map { .init(name: "d", digest: "1", rows: $0) }, evaluation: [])
        }
        #expect(card([]).sampleSize == nil)
        #expect(card([10, 5]).sampleSize == 15)
        #expect(card([10, nil]).sampleSize == nil)
        #expect(card([.max, 1]).sampleSize == nil)
    }

    @Test(arguments: [
        ("model.skops", true, .modelFiles), ("MLmodel", true, .configuration), ("requirements.txt", true, .configuration),
        ("conda.yaml", true, .configuration), ("code/train.py", false, .trainingScripts), ("train.ipynb", false, .trainingScripts),
        ("eval/holdout.parquet", false, .evaluation), ("data/train.csv", false, .data), ("README.md", false, .documentation),
        ("notes.txt", false, .documentation), ("deploy/Dockerfile", false, .deployment), ("Dockerfile", false, .deployment),
        ("monitoring/drift.yaml", false, .monitoring), ("params.json", false, .configuration), ("weights.bin", false, nil),
        ("weights.bin", true, .modelFiles), ("model.json", true, .modelFiles), ("", false, nil),
    ] as [(Text, Bool, ArtefactGroup?)])
    func filesBelongToOneGroup(_ path: Text, _ isModel: Bool, _ group: ArtefactGroup?) {
        #expect(ArtefactGroup(of: path, isModel: isModel) == group)
    }

    @Test func theInventoryNamesAllEightGroups() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            let inventory = try await house.governance.inventory(model: "loans", version: Int(version.number))
            #expect(inventory.groups.map(\.group) == ArtefactGroup.allCases)
            let present = inventory.groups.filter { !$0.artefacts.isEmpty }
            #expect(present.map(\.group) == [.modelFiles, .evaluation, .configuration])
            #expect(present.flatMap(\.artefacts).map(\.path) == ["model.skops", "eval/holdout.parquet", "MLmodel"])
            #expect(present.flatMap(\.artefacts).allSatisfy { $0.isFrozen && $0.digest.string.hasPrefix("sha256:") })
        }
    }
}
