import AssayCanonical
import AssayStore
import AssayTerms
import Testing

/// What was said of a model's use comes back as it was put in, newest first, and is never changed.
@Suite(.everyDriver) struct ClassificationRecordsTests {
    private static func record(_ number: Int64, model: String = "m1", tier: Text? = "high") -> ClassificationRecord {
        ClassificationRecord(
            modelID: model, number: number,
            result: tier.map { .init(euClass: "minimal", tier: $0, questionnaire: "small 1", questionnaireDigest: digest) },
            heldTier: "high", content: Array("{}".utf8), authorID: "u1", recordedMilliseconds: 10 + number)
    }

    private static let digest = SHA256Hasher.digest(of: [1])

    @Test func theyStandInOrder() async throws {
        try await withTemporaryStore { store in
            try await store.write { tx in
                try tx.insertClassification(Self.record(1))
                try tx.insertClassification(Self.record(2, tier: nil))
                try tx.insertClassification(Self.record(1, model: "m2"))
            }
            #expect(try await store.read { try $0.classifications(modelID: "m1") } == [Self.record(2, tier: nil), Self.record(1)])
            #expect(try await store.read { try $0.classification(modelID: "m2") } == Self.record(1, model: "m2"))
            #expect(try await store.read { try $0.classification(modelID: "m3") } == nil)
            for taken in [Self.record(2), Self.record(4), Self.record(2, model: "m3")] {
                await #expect(throws: AssayError.self) { try await store.write { try $0.insertClassification(taken) } }
            }
            let facts = try await store.read { try $0.governedFacts() }
            #expect(facts[.classification(modelID: "m1", number: 1)]?.string.hasPrefix("class minimal, tier high, held high") == true)
            #expect(facts[.classification(modelID: "m1", number: 2)]?.string.hasPrefix("class none, tier none, held high") == true)
            // No model of these ids is registered, so none of them stands.
            #expect(try await store.read { try $0.standingClassifications() } == [])
        }
    }
}
