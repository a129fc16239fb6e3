import AssayImport
import AssayStore
import AssayTerms
import AssayWorkflows
import Foundation
import Synchronization
import Testing

/// Importing again: after an interruption, after the source grew, and after something was changed here.
@Suite struct ImportAgainTests {
    // MARK: - Interruptions

    /// Broken at one call and finished by an import that is not disturbed, there is what a single import leaves. The calls are
    /// taken in steps, so that every place of the import is among them and the test stays short.
    @Test func anInterruptedImportIsFinished() async throws {
        let fixture = try ImportFixture("3.17", .database)
        let expected = try await whole(fixture)
        var call = 1
        while try await breaksAndIsFinished(fixture, call, expected) { call += 5 }
        #expect(call > 50)
    }

    private func breaksAndIsFinished(_ fixture: ImportFixture, _ call: Int, _ expected: ImportReport) async throws -> Bool {
        let breaking = BreakingSource(try fixture.open(), atCall: call)
        var isBroken = false
        try await House.with { house in
            isBroken = try await breaks(breaking, house)
            let report = try await fixture.bring(into: house)
            #expect(report.isWhole && report.here == expected.here && report.digest == expected.digest, "call \(call): \(report.complaints)")
            let kinds = try await house.kinds()
            #expect(kinds.count { $0 == "version.imported" } == 9, "call \(call)")
            #expect(kinds.count { $0 == "import.completed" } == 1 && kinds.last == "import.completed", "call \(call)")
        }
        return isBroken
    }

    /// Broken at the first call, then at the second, and so on in one directory, until an import gets through.
    @Test func anImportThatIsInterruptedAgainAndAgainIsFinished() async throws {
        let fixture = try ImportFixture("3.17", .files)
        let expected = try await whole(fixture)
        try await House.with { house in
            var call = 1
            while try await breaks(BreakingSource(try fixture.open(), atCall: call), house) { call += 1 }
            #expect(call > 50)
            let report = try await fixture.bring(into: house)
            #expect(report.isWhole && !report.hasChanges && report.digest == expected.digest, "\(report.complaints)")
            let kinds = try await house.kinds()
            #expect(kinds.count { $0 == "version.imported" } == 9)
            #expect(kinds.count { $0 == "import.completed" } == 1 && kinds.last == "import.completed")
        }
    }

    private func whole(_ fixture: ImportFixture) async throws -> ImportReport {
        let house = try House()
        defer { try? FileManager.default.removeItem(atPath: house.path) }
        return try await fixture.bring(into: house)
    }

    /// Whether the source broke before the import was through.
    private func breaks(_ source: BreakingSource, _ house: House) async throws -> Bool {
        do {
            _ = try await StoreImport(from: source, into: house.useCases).run()
            return false
        } catch let error as AssayError where error.code == .unavailable {
            return true
        }
    }

    // MARK: - A source that grew

    @Test func aDatabaseThatGrew() async throws {
        let fixture = try ImportFixture("3.17", .database)
        try await House.with { house in
            _ = try await fixture.bring(into: house)
            let first = try await house.run(named: "first")
            try fixture.change(
                """
                INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES ('loss', 0.01, 1700000001000, '\(first.info.id)', 25, 0);
                UPDATE latest_metrics SET value = 0.01, timestamp = 1700000001000, step = 25 WHERE key = 'loss' AND run_uuid = '\(first.info.id)';
                DELETE FROM tags WHERE key = 'empty' AND run_uuid = '\(first.info.id)';
                UPDATE tags SET value = 'AI Act' WHERE key = 'compliance' AND run_uuid = '\(first.info.id)';
                UPDATE runs SET status = 'FINISHED', end_time = 99 WHERE name = 'never ended';
                INSERT INTO runs (run_uuid, name, user_id, status, start_time, lifecycle_stage, artifact_uri, experiment_id)
                    VALUES ('00000000000000000000000000000001', 'late', 'cy', 'RUNNING', 7, 'active', '/x/00000000000000000000000000000001/artifacts', 1);
                UPDATE experiments SET name = 'renamed loans' WHERE name = 'loans';
                UPDATE registered_models SET description = 'has a text now', last_updated_time = 77 WHERE name = 'without versions';
                UPDATE model_versions SET current_stage = 'Archived', last_updated_time = 78 WHERE name = 'loan-approval' AND version = 3;
                UPDATE registered_model_aliases SET version = 1 WHERE alias = 'champion';
                INSERT INTO model_versions (name, version, creation_time, last_updated_time, current_stage, source, run_id, status, storage_location)
                    SELECT name, 7, 80, 80, 'Production', source, run_id, status, storage_location FROM model_versions
                    WHERE name = 'loan-approval' AND version = 3;
                UPDATE model_versions SET current_stage = 'Deleted_Internal', last_updated_time = 81 WHERE name = 'loan-approval' AND version = 5;
                """)
            let report = try await fixture.bring(into: house)
            #expect(report.isWhole, "\(report.complaints)")
            #expect(report.created[.runs] == 1 && report.updated[.runs] == 2 && report.updated[.experiments] == 1)
            #expect(report.created[.versions] == 1)
            let grown = try await house.run(named: "first")
            #expect(grown.metrics.first { $0.key == "loss" }?.step == 25)
            #expect(grown.tags.contains(KeyValue(key: "compliance", value: "AI Act")) && !grown.tags.contains { $0.key == "empty" })
            #expect(try await house.run(named: "never ended").info.endTime == 99)
            #expect(try await house.experimentID("renamed loans") == 1)
            let useCases = house.useCases
            #expect(try await useCases.registeredModel(named: "without versions").model.lastUpdateTime == 77)
            #expect(try await useCases.modelVersion(3, ofModelNamed: "loan-approval").stage == .archived)
            #expect(try await useCases.modelVersion(7, ofModelNamed: "loan-approval").stage == .production)
            #expect(try await useCases.version(ofAlias: "champion", modelNamed: "loan-approval").number == 1)
            _ = await refusal(.notFound) { _ = try await useCases.modelVersion(5, ofModelNamed: "loan-approval") }
            let third = try await fixture.bring(into: house)
            #expect(third.isWhole && !third.hasChanges, "\(third.complaints)")
        }
    }

    @Test func aModelThatWasRenamedIsTheSame() async throws {
        let fixture = try ImportFixture("2.22", .database)
        try await House.with { house in
            _ = try await fixture.bring(into: house)
            try fixture.change(
                """
                UPDATE registered_models SET name = 'loans', last_updated_time = 5 WHERE name = 'loan-approval';
                UPDATE model_versions SET name = 'loans', last_updated_time = 5 WHERE name = 'loan-approval';
                UPDATE model_versions SET description = 'changed later', last_updated_time = 6 WHERE name = 'loans' AND version = 3;
                UPDATE model_version_tags SET name = 'loans' WHERE name = 'loan-approval';
                UPDATE registered_model_tags SET name = 'loans' WHERE name = 'loan-approval';
                UPDATE registered_model_aliases SET name = 'loans' WHERE name = 'loan-approval';
                """)
            let report = try await fixture.bring(into: house)
            #expect(report.isWhole && report.created[.registeredModels] == 0 && report.created[.versions] == 0, "\(report.complaints)")
            let third = try await house.useCases.modelVersion(3, ofModelNamed: "loans")
            #expect(third.stage == .production && third.description == "changed later")
            _ = await refusal(.notFound) { _ = try await house.useCases.registeredModel(named: "loan-approval") }
        }
    }

    @Test func filesThatChanged() async throws {
        let fixture = try ImportFixture("2.22", .files)
        try await House.with { house in
            _ = try await fixture.bring(into: house)
            let first = try await house.run(named: "first").info
            let folder = URL(fileURLWithPath: fixture.uri + "/\(first.experimentID)/\(first.id)/artifacts")
            try Data("changed\n".utf8).write(to: folder.appending(path: "empty"))
            try Data("late\n".utf8).write(to: folder.appending(path: "late.txt"))
            try FileManager.default.removeItem(at: folder.appending(path: "note with blanks.txt"))
            let report = try await fixture.bring(into: house)
            #expect(report.isWhole && report.created[.files] == 1 && report.updated[.files] == 2, "\(report.complaints)")
            let files = try await house.useCases.runArtifacts(first.id, folder: nil).entries
            #expect(files.map(\.path) == ["empty", "late.txt", "model", "tables"] && files[0].size == 8)
            // What was frozen stays as it was.
            let third = try await house.useCases.modelVersion(3, ofModelNamed: "loan-approval")
            let beside = try await house.store.read { try $0.files(FileOwner(.modelVersionRun, id: Text(third.id))) }
            #expect(beside.contains { $0.path == "note with blanks.txt" } && beside.first { $0.path == "empty" }?.size == 0)
        }
    }

    // MARK: - Changes here

    @Test func whatWasChangedHereIsKeptAndNamed() async throws {
        let fixture = try ImportFixture("2.22", .database)
        try await House.with { house in
            _ = try await fixture.bring(into: house)
            let useCases = house.useCases
            let first = try await house.run(named: "first").info.id
            try await useCases.append(RunBatch(tags: [KeyValue(key: "compliance", value: "checked here")]), to: first)
            _ = try await useCases.describeModelVersion(1, ofModelNamed: "loan-approval", "described here", by: .anonymous)
            try await useCases.deleteRegisteredModel(named: "new name", by: .anonymous)
            try fixture.change(
                """
                INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES ('loss', 0.01, 1700000001000, '\(first)', 25, 0);
                INSERT INTO tags (key, value, run_uuid) VALUES ('new', 'there', '\(first)'), ('compliance2', 'there', '\(first)');
                INSERT INTO model_version_tags (key, value, name, version) VALUES ('new', 'there', 'loan-approval', 1);
                """)
            let report = try await fixture.bring(into: house)
            #expect(report.problems.isEmpty, "\(report.complaints)")
            #expect(Set(report.differences) == [
                ImportProblem(Text("run \(first)"), "tags differ"),
                ImportProblem("registered model 'loan-approval', version 1", "attributes differ"),
                ImportProblem("registered model 'new name'", "it was deleted here since it was imported"),
            ], "\(report.complaints)")
            let run = try await house.run(named: "first")
            #expect(run.tags.contains(KeyValue(key: "compliance", value: "checked here")) && run.tags.contains(KeyValue(key: "new", value: "there")))
            let points = try await house.store.read { tx in
                try tx.metricHistory(try tx.existingRun(first), key: "loss", after: nil, limit: 100).items.count
            }
            #expect(points == 26)
            let version = try await useCases.modelVersion(1, ofModelNamed: "loan-approval")
            #expect(version.description == "described here" && version.tags.contains(KeyValue(key: "new", value: "there")))
        }
    }

    /// The verification reads what is here, not what it remembers having written.
    @Test(arguments: [
        ("UPDATE metric SET value = value + 1 WHERE rowid = (SELECT max(rowid) FROM metric)", "metrics differ"),
        ("DELETE FROM metric WHERE step = 24", "metrics differ"), ("UPDATE runParam SET value = '4' WHERE key = 'depth' AND value = '3'", "params differ"),
        ("UPDATE latestMetric SET value = 5 WHERE step = 24", "latest metrics differ"), ("DELETE FROM runTag WHERE key = 'empty'", "tags differ"),
        ("UPDATE run SET startTime = 1 WHERE name = 'child'", "attributes differ"),
        ("DELETE FROM datasetInputTag WHERE key = 'split'", "dataset inputs differ"),
        ("DELETE FROM file WHERE ownerKind = 'run' AND path = 'empty'", "it is not here"),
        ("UPDATE modelVersion SET stage = 'Archived' WHERE stage = 'Production'", "stage differ"),
        ("DELETE FROM modelAlias WHERE alias = 'champion'", "aliases differ"),
        ("UPDATE experiment SET name = 'other' WHERE name = 'loans'", "attributes differ"),
        ("UPDATE registeredModelTag SET value = 'x'", "tags differ"),
        ("UPDATE file SET digest = zeroblob(32) WHERE ownerKind = 'modelVersion' AND path = 'MLmodel'", "its files are not those of its manifest"),
    ])
    func whatWasTamperedWithIsNamed(_ sql: String, _ words: String) async throws {
        let fixture = try ImportFixture("2.22", .database)
        try await House.with(tampers: true) { house in
            _ = try await fixture.bring(into: house)
            try house.tamper(sql)
            let report = try await fixture.bring(into: house)
            #expect(!report.isWhole && report.differences.contains { $0.message.string.contains(words) }, "\(report.complaints)")
        }
    }

    @Test func bytesThatWereTamperedWithAreNamed() async throws {
        let fixture = try ImportFixture("2.22", .database)
        try await House.with { house in
            _ = try await fixture.bring(into: house)
            let first = try await house.run(named: "first").info.id
            let record = try #require(try await house.store.read { try $0.file(FileOwner(.run, id: first), path: "model/MLmodel") })
            let hex = try #require(record.blob?.hex)
            let blob = URL(fileURLWithPath: "\(house.path)/\(hex.prefix(2))/\(hex)")
            var bytes = try Data(contentsOf: blob)
            bytes[bytes.count - 1] ^= 1
            try bytes.write(to: blob)
            let report = try await fixture.bring(into: house)
            #expect(report.differences.contains { $0.object.string.contains("artifact 'model/MLmodel'") }, "\(report.complaints)")
        }
    }

    // MARK: - Artifacts

    @Test func filesThatMustBeThereAndAreNotAreNamed() async throws {
        let fixture = try ImportFixture("3.17", .database)
        try FileManager.default.removeItem(atPath: fixture.path + "/artifacts/loans/models")
        try await House.with { house in
            let report = try await fixture.bring(into: house)
            #expect(report.problems.count == 1 && report.problems[0].message.string.hasPrefix("it is READY, but its folder"), "\(report.complaints)")
            let logged = try await house.useCases.modelVersion(2, ofModelNamed: "new name")
            #expect(logged.content.manifestDigest == nil)
        }
    }

    @Test func aStoreWhoseArtifactsWereNotNamedSaysWhere() async throws {
        let fixture = try ImportFixture("2.22", .database)
        try await House.with { house in
            let first = try await fixture.bring(into: house, artifacts: false)
            #expect(first.isWhole && first.here[.files] == 0, "\(first.complaints)")
            #expect(first.notes.contains { $0.string.contains("--artifacts") }, "\(first.notes)")
            // Named later, they come. What was frozen without them stays without them.
            let second = try await fixture.bring(into: house)
            #expect(second.isWhole && second.here[.files] == 5, "\(second.complaints)")
        }
    }

    @Test func aModelOutsideOfEveryRunIsFrozenFromItsFolder() async throws {
        let fixture = try ImportFixture("2.22", .database)
        let folder = fixture.path + "/elsewhere/model"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("flavors: {}".utf8).write(to: URL(fileURLWithPath: folder + "/MLmodel"))
        try fixture.change(
            """
            UPDATE model_versions SET source = 'file://\(folder)', storage_location = NULL, run_id = NULL WHERE name = 'new name';
            UPDATE model_versions SET source = '/etc', storage_location = '/etc' WHERE name = 'loan-approval' AND version = 1;
            """)
        try await House.with { house in
            let report = try await fixture.bring(into: house)
            #expect(report.isWhole, "\(report.complaints)")
            #expect(try await house.useCases.versionArtifact(1, ofModelNamed: "new name", path: "MLmodel").size == 11)
            guard case .unfrozen = try await house.useCases.modelVersion(1, ofModelNamed: "loan-approval").content else {
                Issue.record("/etc was frozen")
                return
            }
            let again = try await fixture.bring(into: house)
            #expect(again.isWhole && !again.hasChanges, "\(again.complaints)")
        }
    }
}

/// A source whose nth call fails.
private final class BreakingSource: ImportSource {
    private let source: any ImportSource
    private let calls = Mutex(0)
    private let limit: Int

    init(_ source: any ImportSource, atCall limit: Int) {
        self.source = source
        self.limit = limit
    }

    private func step() throws {
        let call = calls.withLock { calls in
            calls += 1
            return calls
        }
        if call == limit { throw AssayError(.unavailable, "broken at call \(call)") }
    }

    var title: Text { source.title }

    func inventory() throws -> ImportInventory {
        try step()
        return try source.inventory()
    }

    func experiments() throws -> ImportPage<Experiment> {
        try step()
        return try source.experiments()
    }

    func runs(after id: Text?, limit: Int) throws -> ImportPage<SourceRun> {
        try step()
        // Small pages, so that some of the runs are there when it breaks.
        return try source.runs(after: id, limit: 2)
    }

    func eachSeries(ofRun id: Text, _ body: (MetricSeries) throws -> Void) throws -> [ImportProblem] {
        try source.eachSeries(ofRun: id) { series in
            try step()
            try body(series)
        }
    }

    func loggedModels(after id: Text?, limit: Int) throws -> ImportPage<LoggedModel> {
        try step()
        return try source.loggedModels(after: id, limit: 1)
    }

    func registeredModels() throws -> ImportPage<SourceModel> {
        try step()
        return try source.registeredModels()
    }

    func ids(of kind: FileOwner.Kind, after id: Text?, limit: Int) throws -> [Text] {
        try step()
        return try source.ids(of: kind, after: id, limit: limit)
    }

    func artifactURI(of owner: FileOwner) throws -> Text? {
        try step()
        return try source.artifactURI(of: owner)
    }

    func bringsArtifacts(at uri: Text) -> Bool { source.bringsArtifacts(at: uri) }

    func artifacts(of owner: FileOwner) async throws -> SourceArtifacts {
        try step()
        return try await source.artifacts(of: owner)
    }

    func modelFolder(at location: Text) async throws -> SourceArtifacts {
        try step()
        return try await source.modelFolder(at: location)
    }

    func content(of file: SourceFile) -> AsyncThrowingStream<[UInt8], any Error> {
        let bytes = source.content(of: file)
        return AsyncThrowingStream { [self] continuation in
            do {
                try step()
            } catch {
                return continuation.finish(throwing: error)
            }
            Task {
                do {
                    for try await piece in bytes { continuation.yield(piece) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
        }
    }
}
