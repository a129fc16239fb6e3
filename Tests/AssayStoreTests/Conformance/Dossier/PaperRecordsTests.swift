import AssayCanonical
import AssayStore
import AssayTerms
import Testing

/// Papers come back as they were put in, change one revision at a time, and are found by what they are about.
@Suite(.everyDriver) struct PaperRecordsTests {
    private static let files = SHA256Hasher.digest(of: [1])

    private static func paper(
        _ id: String, _ kind: PaperKind = .record, about subject: PaperSubject = .organisation, type: Text = "training"
    ) -> PaperRecord {
        PaperRecord(
            id: id, kind: kind, type: type, subject: subject, state: "standing", content: Array(#"{"title":"T"}"#.utf8),
            makerID: "user-1", makerName: "Ana", madeMilliseconds: 5)
    }

    private static func version(_ id: String, of model: String, named name: Text, files manifest: SHA256Digest) -> ModelVersion {
        ModelVersion(
            id: id, modelID: model, modelName: name, number: 1, description: nil, stage: .none, source: "s", runID: "", runLink: "",
            loggedModelID: nil, creationTime: 1, lastUpdateTime: 1, content: .frozen(manifest: manifest),
            authors: ModelAuthors(logged: nil, run: nil, registered: "user-1"), tags: [])
    }

    @Test func aPaperChangesOneRevisionAtATime() async throws {
        try await withTemporaryStore { store in
            let paper = Self.paper("p1")
            try await store.write { try $0.insertPaper(paper) }
            #expect(try await store.read { try $0.paper(id: "p1") } == paper)
            await #expect(throws: AssayError.self) { try await store.write { try $0.insertPaper(paper) } }
            var next = paper
            next.state = "withdrawn"
            next.isInForce = false
            next.revision = 2
            next.changedMilliseconds = 9
            let changed = next
            try await store.write { try $0.updatePaper(changed) }
            #expect(try await store.read { try $0.paper(id: "p1") } == changed)
            // The same revision again, as by somebody who had not seen it.
            await #expect(throws: AssayError.self) { try await store.write { try $0.updatePaper(changed) } }
            await #expect(throws: AssayError.self) { try await store.write { try $0.updatePaper(Self.paper("p9")) } }
            let facts = try await store.read { try $0.governedFacts() }
            #expect(facts[.paper(id: "p1")]?.string.hasPrefix("record training, withdrawn, revision 2, ") == true)
        }
    }

    @Test func papersInForceFollowTheModelAndItsFiles() async throws {
        try await withTemporaryStore { store in
            let other = SHA256Hasher.digest(of: [2])
            try await store.write { tx in
                for (number, name) in ["loans", "toys", "cars"].enumerated() {
                    let model = "model-\(number)"
                    try tx.insertRegisteredModel(
                        RegisteredModel(id: model, name: Text(name), description: nil, creationTime: 1, lastUpdateTime: 1, tags: []))
                    try tx.insertModelVersion(
                        Self.version("version-\(number)", of: model, named: Text(name), files: number == 2 ? other : Self.files), manifest: [1])
                }
                let papers = [
                    Self.paper("own", about: PaperSubject(modelID: "model-0")),
                    Self.paper("files", about: PaperSubject(modelID: "model-0", versionID: "version-0", version: 1, manifest: Self.files)),
                    Self.paper("twin", about: PaperSubject(modelID: "model-1")),
                    Self.paper("elsewhere", about: PaperSubject(modelID: "model-2")),
                    Self.paper("house"), Self.paper("risk", .risk, type: ""),
                    Self.paper("data", about: PaperSubject(dataset: "patients")),
                ]
                for paper in papers { try tx.insertPaper(paper) }
                var over = Self.paper("over", about: PaperSubject(modelID: "model-0"))
                over.isInForce = false
                try tx.insertPaper(over)
            }
            func found(_ model: String, _ manifest: SHA256Digest?) async throws -> [String] {
                try await store.read { try $0.papersInForce(modelID: model, manifest: manifest).map(\.id) }
            }
            #expect(try await found("model-0", Self.files) == ["own", "files", "twin", "house"])
            #expect(try await found("model-1", Self.files) == ["own", "files", "twin", "house"])
            #expect(try await found("model-2", other) == ["elsewhere", "house"])
            #expect(try await found("model-0", nil) == ["own", "files", "house"])
            let listed = try await store.read { try $0.papers(PaperQuery(.record, type: "training", modelID: "model-0")).map(\.id) }
            #expect(listed == ["over", "files", "own"])
            #expect(try await store.read { try $0.papers(PaperQuery(.record, dataset: "patients", isInForce: true)).map(\.id) } == ["data"])
            #expect(try await store.read { try $0.papers(PaperQuery(.record, isInForce: true, limit: 2)).map(\.id) } == ["data", "house"])
        }
    }
}
