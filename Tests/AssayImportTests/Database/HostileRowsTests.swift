import AssayStore
import AssayTerms
import Foundation
import Testing

@testable import AssayImport

/// Rows that MLflow never writes, or writes for hostile clients: each is named, the rest comes.
struct HostileRowsTests {
    private func source(_ sql: String) throws -> (any ImportSource, Scratch) {
        let scratch = try Scratch()
        let path = try scratch.database("mlflow.db", sql: Fixture.sql("3.17") + "PRAGMA ignore_check_constraints = ON;" + sql)
        return (try MLflowStore.open(path, .init(artifactsPath: nil, scratchPath: scratch.path)), scratch)
    }

    private func first(_ source: any ImportSource) throws -> (run: SourceRun, problems: [ImportProblem]) {
        let page = try source.runs(after: nil, limit: 100)
        return (try #require(page.items.first { $0.run.info.name == "first" }), page.problems)
    }

    @Test func textWithZeroBytesIsNamedAndLeftOut() throws {
        let (source, scratch) = try source(
            """
            INSERT INTO params (key, value, run_uuid) SELECT 'zero', CAST(x'610062' AS TEXT), run_uuid FROM runs WHERE name = 'first';
            INSERT INTO tags (key, value, run_uuid) SELECT CAST(x'6b0079' AS TEXT), 'v', run_uuid FROM runs WHERE name = 'first';
            INSERT INTO tags (key, value, run_uuid) SELECT 'bad', CAST(x'ff' AS TEXT), run_uuid FROM runs WHERE name = 'first';
            """)
        withExtendedLifetime(scratch) {}
        let (run, problems) = try first(source)
        #expect(problems.map(\.message) == [
            "the value of param 'zero' holds U+0000 and was left out", "the value of tag 'bad' is not UTF-8 text and was left out",
            "the key of a tag holds U+0000 and was left out",
        ])
        #expect(Set(problems.map(\.object)) == [Text("run \(run.run.info.id)")])
        #expect(run.run.params.count == 4 && run.run.tags.contains { $0.key == "compliance" })
    }

    @Test func aMetricWhoseKeyIsNoTextIsNamed() throws {
        let (source, scratch) = try source(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) SELECT CAST(x'6b0079' AS TEXT), 1, 1, run_uuid, 1, 0 FROM runs WHERE name = 'first'")
        withExtendedLifetime(scratch) {}
        var keys: [Text] = []
        let problems = try source.eachSeries(ofRun: try first(source).run.run.info.id) { keys.append($0.key) }
        #expect(problems.map(\.message) == ["the key of a metric holds U+0000 and was left out"])
        #expect(keys.contains("loss") && keys == keys.sorted())
    }

    @Test func idsThatCouldBePathsAreRefused() throws {
        let (source, scratch) = try source(
            """
            INSERT INTO runs (run_uuid, status, lifecycle_stage, experiment_id) VALUES ('../../etc', 'RUNNING', 'active', 1);
            INSERT INTO logged_models (model_id, experiment_id, name, artifact_location, creation_timestamp_ms,
                last_updated_timestamp_ms, status, lifecycle_stage) VALUES ('m-/..', 1, 'x', '/x', 1, 1, 2, 'active');
            """)
        withExtendedLifetime(scratch) {}
        let runs = try source.runs(after: nil, limit: 100)
        #expect(runs.items.count == 6 && runs.problems.map(\.object) == ["run ../../etc"])
        #expect(try source.loggedModels(after: nil, limit: 100).problems.map(\.object) == ["logged model m-/.."])
    }

    @Test func unknownStatesAreNamed() throws {
        let (source, scratch) = try source(
            """
            UPDATE runs SET status = 'DREAMING' WHERE name = 'first'; UPDATE logged_models SET status = 77 WHERE name = 'forest';
            UPDATE model_versions SET current_stage = 'Nirvana' WHERE name = 'loan-approval' AND version = 1;
            UPDATE model_versions SET status = 'FAILED_REGISTRATION' WHERE name = 'loan-approval' AND version = 3;
            """)
        withExtendedLifetime(scratch) {}
        let (run, problems) = try first(source)
        #expect(run.run.info.status == .failed && problems.map(\.message) == ["its status is unknown and was taken for FAILED"])
        let models = try source.loggedModels(after: nil, limit: 100)
        #expect(models.items.count == 3 && models.problems.first?.message.string.contains("77") == true)
        let registry = try source.registeredModels()
        #expect(registry.problems.map(\.message) == ["its stage 'Nirvana' is unknown and was taken for None"])
        let loans = try #require(registry.items.first { $0.name == "loan-approval" })
        #expect(loans.versions.map(\.unreadyStatus) == [nil, nil, "FAILED_REGISTRATION", nil, nil, nil])
    }

    @Test func rowsThatHangOnNothingAreCounted() throws {
        let (source, scratch) = try source(
            "INSERT INTO params (key, value, run_uuid) VALUES ('a', 'b', 'gone'), ('c', 'd', 'gone')")
        withExtendedLifetime(scratch) {}
        let leftOut = try source.inventory().leftOut
        #expect(leftOut.contains { $0.name == "rows of table 'params'" && $0.count == 2 && $0.reason == "their runs are not there" })
        for name in ["traces", "webhooks", "evaluation data sets", "spans of traces", "rows of table 'entity_associations'"] as [Text] {
            #expect(leftOut.contains { $0.name == name && $0.count > 0 }, "\(name)")
        }
    }

    @Test func workspacesGoIntoNames() throws {
        let (source, scratch) = try source(
            """
            INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, workspace)
                VALUES (9, 'loans', '/x', 'active', 'team-b');
            INSERT INTO registered_models (name, workspace, creation_time) VALUES ('loan-approval', 'team-b', 5);
            INSERT INTO registered_model_tags (key, value, name, workspace) VALUES ('of', 'b', 'loan-approval', 'team-b');
            """)
        withExtendedLifetime(scratch) {}
        let experiments = try source.experiments()
        #expect(experiments.items.map(\.name).contains("team-b/loans") && experiments.problems.count == 1)
        let models = try source.registeredModels().items
        #expect(models.first { $0.name == "team-b.loan-approval" }?.tags == [KeyValue(key: "of", value: "b")])
        #expect(models.first { $0.name == "loan-approval" }?.tags == [KeyValue(key: "owner", value: "credit risk")])
    }
}
