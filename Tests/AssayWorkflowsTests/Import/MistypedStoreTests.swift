import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// SQLite keeps what it is given: MLflow's own clients write texts where numbers belong. Whatever stands in a column, the import
/// ends, names the record, and brings the others over.
@Suite struct MistypedStoreTests {
    /// One change of a store each, and what is said about it; nothing where the value is what it means.
    @Test(arguments: [
        ("UPDATE runs SET start_time = '2026-11-25 21:08:00' WHERE name = 'first'", "its start time is no whole number"),
        ("UPDATE runs SET end_time = 'now' WHERE name = 'first'", "its end time is no whole number"),
        ("UPDATE runs SET start_time = 5.0 WHERE name = 'first'", ""),
        ("UPDATE runs SET experiment_id = 'abc' WHERE name = 'first'", "it belongs to no experiment"),
        ("UPDATE runs SET lifecycle_stage = x'00ff' WHERE name = 'first'", "its stage is no text"),
        ("UPDATE runs SET lifecycle_stage = 'gone' WHERE name = 'first'", "its stage 'gone' is unknown and was taken for deleted"),
        ("UPDATE runs SET status = x'ff' WHERE name = 'first'", "its status is no text"),
        ("UPDATE runs SET deleted_time = 'x' WHERE name = 'deleted'", "its time of deletion is no whole number"),
        ("UPDATE metrics SET value = 'abc' WHERE key = 'loss' AND step = 1", "points of metric 'loss' have a time, step or value that is no such number"),
        ("UPDATE metrics SET step = 0.5 WHERE key = 'loss' AND step = 1", "points of metric 'loss' have a time, step or value"),
        ("UPDATE metrics SET timestamp = x'01' WHERE key = 'loss' AND step = 1", "points of metric 'loss' have a time, step or value"),
        ("UPDATE metrics SET step = 9e99 WHERE key = 'loss' AND step = 1", "points of metric 'loss' have a time, step or value"),
        ("UPDATE latest_metrics SET value = 'abc' WHERE key = 'loss'", "the latest value of metric 'loss' has a time, step or value"),
        ("UPDATE experiments SET creation_time = 'x' WHERE name = 'loans'", "its time of creation is no whole number"),
        ("UPDATE experiments SET lifecycle_stage = 'x' WHERE name = 'loans'", "its stage 'x' is unknown"),
        ("UPDATE registered_models SET creation_time = 'x' WHERE name = 'loan-approval'", "its time of creation is no whole number"),
        ("UPDATE model_versions SET last_updated_time = 'x' WHERE name = 'loan-approval'", "its time of change is no whole number"),
        ("UPDATE model_versions SET version = 'x' WHERE name = 'loan-approval' AND version = 1", "a version's number is no whole number"),
        ("UPDATE model_versions SET version = 9223372036854775807 WHERE name = 'loan-approval' AND version = 1", "its number leaves no room for others"),
        ("UPDATE registered_model_aliases SET version = 'x' WHERE alias = 'champion'", "the version of alias 'champion' is no whole number"),
        ("UPDATE logged_models SET status = 'READY'", "its status 'READY' is unknown"),
        ("UPDATE logged_models SET creation_timestamp_ms = 'x'", "its time of creation is no whole number"),
        ("UPDATE logged_model_metrics SET metric_value = 'x'", "has a time, step or value that is no such number"),
        ("UPDATE experiments SET experiment_id = 9223372036854775807 WHERE name = 'loans'", "its id leaves no room for others"),
    ])
    func oneMistypedColumnIsNamed(_ sql: String, _ words: String) async throws {
        let fixture = try ImportFixture("3.17", .database)
        try fixture.change("PRAGMA ignore_check_constraints = ON; " + sql)
        try await House.with { house in
            let report = try await fixture.bring(into: house)
            if words.isEmpty {
                #expect(report.isWhole, "\(report.complaints)")
            } else {
                #expect(report.complaints.contains(words), "\(report.complaints)")
            }
            #expect(report.here[.runs] >= 2, "\(report.complaints)")
            // What was named once is named again, so that a second import does not say that all is well.
            let second = try await fixture.bring(into: house)
            #expect(second.isWhole == words.isEmpty && !second.hasChanges, "\(second.complaints)")
            // Nothing was taken that keeps others from being made.
            _ = try await house.useCases.createExperiment(name: "later", artifactLocation: "", tags: [])
        }
    }

    @Test func anAliasThatCannotComeIsNamedEachTime() async throws {
        let fixture = try ImportFixture("3.17", .database)
        try fixture.change("UPDATE registered_model_aliases SET alias = 'vé' WHERE alias = 'champion'")
        try await House.with { house in
            for _ in 0..<2 {
                let report = try await fixture.bring(into: house)
                #expect(report.complaints.contains("its alias 'vé' is not ASCII"), "\(report.complaints)")
            }
        }
    }
}
