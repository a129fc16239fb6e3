import AssayCanonical
import AssayStore
import AssayTerms
import Testing

/// Published questionnaires come back as they were put in, in order; the last one is in force.
@Suite(.everyDriver) struct QuestionnaireRecordsTests {
    private static func record(_ number: Int64, _ version: Text) -> QuestionnaireRecord {
        let source = Array("text \(version)".utf8)
        return QuestionnaireRecord(
            number: number, name: "bank", version: version, digest: SHA256Hasher.digest(of: source), source: source, publisherID: "u1",
            publishedMilliseconds: 10 + number)
    }

    @Test func theyStandInOrder() async throws {
        try await withTemporaryStore { store in
            #expect(try await store.read { try $0.questionnaireInForce() } == nil)
            for number in 1...2 as ClosedRange<Int64> {
                try await store.write { try $0.insertQuestionnaire(Self.record(number, Text("\(number)"))) }
            }
            #expect(try await store.read { try $0.questionnaires() } == [Self.record(1, "1"), Self.record(2, "2")])
            #expect(try await store.read { try $0.questionnaireInForce() } == Self.record(2, "2"))
            // A place that is taken or skipped, and a version that is.
            for taken in [Self.record(2, "3"), Self.record(4, "3"), Self.record(3, "1")] {
                await #expect(throws: AssayError.self) { try await store.write { try $0.insertQuestionnaire(taken) } }
            }
            let facts = try await store.read { try $0.governedFacts() }
            #expect(facts[.questionnaire(number: 2)]?.string == "bank 2, \(Self.record(2, "2").digest.hex), published by u1")
        }
    }
}
