import AssayImport
import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Stores of the real MLflow, brought into an empty data directory: everything is there as it was, and another import
/// changes nothing.
@Suite struct StoreImportTests {
    @Test(arguments: ImportFixture.all)
    func everythingComesOver(_ test: ImportFixture.Case) async throws {
        let fixture = try ImportFixture(test)
        try await House.with { house in
            let report = try await fixture.bring(into: house)
            #expect(report.isWhole, "\(report.complaints)")
            let (there, here) = (report.atSource, report.here)
            #expect(here == there)
            #expect(here[.experiments] == 3 && here[.runs] == 6 && here[.params] == 5 && here[.datasetInputs] == 3)
            // One point stands twice in the files; an exact repeat is one point.
            let isNew = test.version == "3.17"
            #expect(here[.metrics] == (isNew ? 45 : 42) && here[.latestMetrics] == (isNew ? 9 : 8))
            #expect(here[.loggedModels] == (isNew ? 4 : 0) && here[.modelOutputs] == (isNew ? 1 : 0))
            #expect(here[.registeredModels] == (isNew ? 4 : 3) && here[.versions] == (isNew ? 7 : 5))
            #expect(here[.files] == (isNew ? 7 : 5) && here[.bytes] > 300)
            #expect(report.created[.runs] == 6 && report.created[.files] == here[.files])
        }
    }

    @Test(arguments: ImportFixture.all)
    func aSecondImportChangesNothing(_ test: ImportFixture.Case) async throws {
        let fixture = try ImportFixture(test)
        try await House.with { house in
            let first = try await fixture.bring(into: house)
            let entries = try await house.entries().map(\.id)
            let second = try await fixture.bring(into: house)
            #expect(second.isWhole && !second.hasChanges, "\(second.complaints)")
            #expect(second.digest == first.digest && second.here == first.here)
            #expect(try await house.entries().map(\.id) == entries)
        }
    }

    @Test func bothKindsOfStoreSayTheSame() async throws {
        let (database, files) = (try ImportFixture("2.22", .database), try ImportFixture("2.22", .files))
        try await House.with { first in
            try await House.with { second in
                _ = try await database.bring(into: first)
                _ = try await files.bring(into: second)
                for name in ["first", "child", "deleted"] as [Text] {
                    let (left, right) = (try await first.run(named: name), try await second.run(named: name))
                    #expect(left.params == right.params)
                    // Two stores give their runs different ids.
                    let tags = [left, right].map { $0.tags.filter { $0.key != "mlflow.parentRunId" } }
                    #expect(tags[0] == tags[1])
                    #expect(left.metrics.map(\.point) == right.metrics.map(\.point))
                    #expect(Set(left.datasets) == Set(right.datasets))
                    #expect(left.info.status == right.info.status && left.info.userID == right.info.userID)
                    #expect(left.info.startTime == right.info.startTime && left.info.endTime == right.info.endTime)
                }
            }
        }
    }

    @Test func runsAreAsTheyWere() async throws {
        let fixture = try ImportFixture("3.17", .database)
        try await House.with { house in
            _ = try await fixture.bring(into: house)
            let loans = try await house.experimentID("loans")
            #expect(loans == 1)
            #expect(try await house.useCases.experiment(loans).artifactLocation == "mlflow-artifacts:/1")
            #expect(try await house.useCases.experiment(0).creationTime > 0)
            #expect(try await house.useCases.experiment(named: "gone").stage == .deleted)
            let first = try await house.run(named: "first")
            #expect(first.info.userID == "ana" && first.info.artifactURI == Text("mlflow-artifacts:/1/\(first.info.id)/artifacts"))
            #expect(first.info.createdBy == Principal.anonymous.id)
            let odd = try await house.store.read { tx in
                try tx.metricHistory(try tx.existingRun(first.info.id), key: "odd values", after: nil, limit: 100).items.map(\.value)
            }
            let greatest = Double.greatestFiniteMagnitude
            #expect(odd[0].isNaN && odd.dropFirst().elementsEqual([greatest, -greatest, 0, .leastNonzeroMagnitude, greatest, 0.1]))
            #expect(first.metrics.first { $0.key == "ends in NaN" }?.value.isNaN == true)
            #expect(first.metrics.first { $0.key == "backwards" }?.value == 3)
            #expect(first.modelOutputs.map(\.step) == [5])
            let deleted = try await house.run(named: "deleted")
            #expect(deleted.info.stage == .deleted && deleted.info.status == .killed)
            #expect(try await house.store.read { try $0.deletedTime(of: try $0.existingRun(deleted.info.id)) } != nil)
            let files = try await house.useCases.runArtifacts(first.info.id, folder: nil)
            #expect(files.entries.map(\.path) == ["empty", "model", "note with blanks.txt", "tables"])
        }
    }

    @Test func versionsKeepNumbersAndPlacesAndAreFrozen() async throws {
        let fixture = try ImportFixture("3.17", .database)
        try await House.with { house in
            _ = try await fixture.bring(into: house)
            let useCases = house.useCases
            let third = try await useCases.modelVersion(3, ofModelNamed: "loan-approval")
            #expect(third.stage == .production && third.aliases == ["champion"] && third.runLink == "https://runs.example/1")
            #expect(third.tags == [KeyValue(key: "checked", value: "ja")])
            #expect(third.content.manifestDigest != nil && third.authors.hasAnonymous)
            #expect(try await useCases.versionArtifact(3, ofModelNamed: "loan-approval", path: "MLmodel").size > 0)
            // The files of the run are frozen beside it.
            let beside = try await house.store.read { try $0.files(FileOwner(.modelVersionRun, id: Text(third.id))) }
            #expect(beside.contains { $0.path == "note with blanks.txt" })
            let fourth = try await useCases.modelVersion(4, ofModelNamed: "loan-approval")
            guard case .unfrozen(let reason) = fourth.content else {
                Issue.record("a version of S3 was frozen")
                return
            }
            #expect(reason.string.contains("s3://models.example/loans/4") && fourth.stage == .staging)
            let fifth = try await useCases.modelVersion(5, ofModelNamed: "loan-approval")
            #expect(fifth.content.manifestDigest == nil && fifth.description == "its files are not there")
            _ = await refusal(.notFound) { _ = try await useCases.modelVersion(2, ofModelNamed: "loan-approval") }
            // Numbers of versions that were deleted before are not given again, the last one's neither.
            let made = try await useCases.createModelVersion(
                NewModelVersion(
                    modelName: "loan-approval", source: Text("runs:/\(third.runID)/model"), runID: third.runID, loggedModelID: nil,
                    runLink: "", description: "", tags: []), by: .anonymous)
            #expect(made.number == 7)
            #expect(made.content.manifestDigest == third.content.manifestDigest)
            let logged = try await useCases.version(ofAlias: "from-logged", modelNamed: "new name")
            #expect(logged.loggedModelID?.string.hasPrefix("m-") == true)
            #expect(try await useCases.versionArtifact(logged.number, ofModelNamed: "new name", path: "code/train.py").size == 9)
            let prompt = try await useCases.modelVersion(1, ofModelNamed: "greeting")
            #expect(prompt.tags.contains(KeyValue(key: "mlflow.prompt.text", value: "Hello {{name}}!")))
        }
    }

    @Test func theLogSaysWhatWasBroughtOver() async throws {
        let fixture = try ImportFixture("3.17", .database)
        try await House.with { house in
            let report = try await fixture.bring(into: house)
            let entries = try await house.entries()
            let counts = Dictionary(grouping: entries, by: { Text($0.kind) }).mapValues(\.count)
            #expect(counts == [
                "model.imported": 4, "version.imported": 9, "stage.imported": 3, "alias.imported": 4, "import.completed": 1,
            ])
            #expect(Set(entries.map(\.actorID)) == [Principal.localOperator.id])
            let last = try #require(entries.last)
            #expect(last.kind == "import.completed" && last.payload?["digest"]?.string == report.digest?.hex)
            let history = try await house.useCases.modelHistory("loan-approval")
            let stage = try #require(history.first { $0.kind == "stage.imported" && $0.payload?["to"]?.string == "Production" })
            #expect(stage.payload?["version"]?.integer == 3 && stage.payload?["gate"]?["decision"]?.string == "no-policy")
        }
    }

    @Test func whatHasNoPlaceIsCounted() async throws {
        let (database, files) = (try ImportFixture("3.17", .database), try ImportFixture("3.17", .files))
        try await House.with { house in
            let leftOut = try await database.bring(into: house).inventory.leftOut.map(\.name)
            for name in ["traces", "webhooks", "evaluation data sets"] as [Text] { #expect(leftOut.contains(name), "\(leftOut)") }
        }
        try await House.with { house in
            let leftOut = try await files.bring(into: house).inventory.leftOut.map(\.name)
            #expect(leftOut == ["traces"])
        }
    }
}
