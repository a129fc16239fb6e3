import AssayPolicy
import AssayTerms
import Testing

/// Pipelines are read whole, or every mistake is told where it stands and no secret is repeated.
@Suite struct TrainingRulesReaderTests {
    private static let whole = """
        assay: training/v1
        pipelines:
          - name: nightly
            model: loans
            triggers:
              - schedule: daily 03:05 UTC
              - schedule: every 6h
              - monitor: {checks: [performance.accuracy], verdict: broken}
              - data: {name: rows, experiment: ingestion}
              - data: {name: said}
              - commit: {repository: us/models, branch: main, secret: "env:PUSH"}
            start: {kind: command, run: [python, train.py, --all]}
            reweigh: {data: rows.csv, label: approve, sensitive: race}
            at-most: 2 per day
            cooldown: 6h
            stop-after: 3
            limit: 4h
            promote: {stage: production}
            alert: [risk]
          - name: elsewhere
            model: loan-*
            triggers: [{monitor: {}}]
            start: {kind: github, repository: us/models, workflow: retrain.yml, ref: main, token: "env:GITHUB"}
          - {name: dag, model: a, start: {kind: airflow, url: "https://flow.example/base", dag: retrain, token: "file:/run/t"}}
          - {name: wf, model: a, start: {kind: argo, url: "https://argo.example", namespace: ml, template: retrain, token: "env:T"}}
          - {name: hook, model: a, start: {kind: webhook, url: "https://hooks.example/a", secret: "env:S"}}
          - name: project
            model: a
            start: {kind: mlproject, uri: ., entry-point: train, parameters: {alpha: "0.1"}}
        """

    private static func read(_ text: String) throws(PolicyProblems) -> TrainingRules {
        try TrainingRulesReader.read(Array(text.utf8), catalogue: Fixtures.catalogue)
    }

    @Test func everyKindIsRead() throws {
        let check = try #require(Fixtures.catalogue.ids.first)
        let rules = try Self.read(Self.whole.replacing("performance.accuracy", with: check))
        #expect(rules.pipelines.map(\.name) == ["nightly", "elsewhere", "dag", "wf", "hook", "project"])
        let nightly = rules.pipelines[0]
        #expect(nightly.triggers.schedules == [.daily(minute: 185), .every(milliseconds: 21_600_000)])
        #expect(nightly.isBegun(byCheck: check) && !nightly.isBegun(byCheck: "another"))
        #expect(nightly.triggers.dataSets == [.init(name: "rows", experiment: "ingestion"), .init(name: "said")])
        #expect(nightly.triggers.commits == [.init(repository: "us/models", branch: "main", secret: "env:PUSH")])
        #expect(nightly.bounds == TrainingBounds(count: 2, periodMilliseconds: 86_400_000, cooldownMilliseconds: 21_600_000, stopAfter: 3))
        #expect(nightly.promotion == .stage("Production") && nightly.limitMilliseconds == 14_400_000)
        #expect(nightly.singleModel == "loans" && rules.pipelines[1].singleModel == nil)
        #expect(rules.pipelines[1].isBegun(byCheck: "any") && rules.pipelines[1].isAbout(model: "Loan-x"))
        #expect(rules.pipelines.map(\.start.isForWorkers) == [true, false, false, false, false, true])
        #expect(rules.pipelines[1].start.address?.requested == "https://api.github.com/")
    }

    @Test func whatBeginsByItselfIsBoundedThoughNobodyThoughtOfIt() throws {
        func bounds(_ lines: String) throws -> TrainingBounds {
            let text = "assay: training/v1\npipelines:\n  - {name: a, model: m, start: {kind: command, run: [a]}\(lines)}\n"
            return try #require(try Self.read(text).pipelines.first).bounds
        }
        #expect(try bounds("") == TrainingBounds())
        let day: Int64 = 86_400_000
        #expect(try bounds(", triggers: [{schedule: every 1h}]") == TrainingBounds(count: 4, periodMilliseconds: day, stopAfter: 3))
        #expect(try bounds(", triggers: [{monitor: {}}], stop-after: 9") == TrainingBounds(count: 4, periodMilliseconds: day, stopAfter: 9))
        #expect(
            try bounds(", triggers: [{data: {name: d}}], at-most: 9 per hour")
                == TrainingBounds(count: 9, periodMilliseconds: 3_600_000, stopAfter: 3))
    }

    @Test(arguments: [
        ("start: {kind: command, run: []}", "'run' is an empty list"),
        ("start: {kind: comand, run: [a]}", "did you mean"),
        ("start: {kind: command, run: a b}", "'run' is a list"),
        ("start: {kind: github, repository: a/b/c, workflow: w, ref: r, token: \"env:T\"}", "OWNER/NAME"),
        ("start: {kind: github, repository: a/.., workflow: w, ref: r, token: \"env:T\"}", "OWNER/NAME"),
        ("start: {kind: airflow, url: \"https://a.example\", dag: ../x, token: \"env:T\"}", "'dag' is letters"),
        ("start: {kind: airflow, url: \"https://a.example\", dag: x, token: hunter2}", "is secret, so it is named"),
        ("start: {kind: webhook, url: \"ftp://hunter2\"}", "begins with https://"),
        ("start: {kind: webhook, url: \"https://a.example\"}\n    reweigh: {data: d, label: l, sensitive: s}", "computed by a worker"),
        ("start: {kind: command, run: [a]}\n    reweigh: {data: d, label: l}", "names the groups once"),
        ("start: {kind: command, run: [a]}\n    at-most: 0 per day", "'at-most' is a number"),
        ("start: {kind: command, run: [a]}\n    at-most: 2 per year", "'at-most' is a number"),
        ("start: {kind: command, run: [a]}\n    cooldown: 0s", "and not 0"),
        ("start: {kind: command, run: [a]}\n    stop-after: 0", "'stop-after' is a whole number"),
        ("start: {kind: command, run: [a]}\n    promote: {stage: Archived}", "Staging or Production"),
        ("start: {kind: command, run: [a]}\n    promote: {stage: Staging, alias: a}", "names one place"),
        ("start: {kind: command, run: [a]}\n    triggers: [{schedule: daily 24:00 UTC}]", "daily HH:MM UTC"),
        ("start: {kind: command, run: [a]}\n    triggers: [{schedule: daily 03:00}]", "daily HH:MM UTC"),
        ("start: {kind: command, run: [a]}\n    triggers: [{schedule: every 30s}]", "at least 1m"),
        ("start: {kind: command, run: [a]}\n    triggers: [{}]", "one of 'schedule', 'monitor', 'data' and 'commit'"),
        ("start: {kind: command, run: [a]}\n    triggers: [{data: {name: a}, schedule: every 1d}]", "one of 'schedule'"),
        ("start: {kind: command, run: [a]}\n    triggers: [{data: {}}]", "'name'"),
        ("start: {kind: command, run: [a]}\n    triggers: [{commit: {repository: a, branch: b}}]", "OWNER/NAME"),
        ("start: {kind: command, run: [a]}\n    triggers: [{commit: {repository: a/b}}]", "'branch'"),
        ("start: {kind: command, run: [a]}\n    triggers: [{commit: {repository: a/b, branch: m, secret: hunter2}}]", "is secret, so it is named"),
        ("start: {kind: command, run: [a]}\n    triggers: [{monitor: {checks: [no.such]}}]", "there is no check 'no.such'"),
        ("start: {kind: command, run: [a]}\n    triggers: [{monitor: {verdict: kept}}]", "'verdict' is broken"),
        ("start: {kind: command, run: [a]}\n    model: x", "stands in this mapping already"),
        ("start: {kind: mlproject, uri: --help}", "does not begin with '-'"),
    ])
    func everyMistakeIsToldWhereItStands(lines: String, words: String) {
        let text = "assay: training/v1\npipelines:\n  - name: a\n    model: b\n    \(lines)\n"
        let problems = #expect(throws: PolicyProblems.self) { try Self.read(text) }
        let told = problems?.lines(file: "t") ?? []
        #expect(told.contains { $0.contains(words) }, "\(told)")
        #expect(told.allSatisfy { $0.hasPrefix("t:") && !$0.contains("hunter2") }, "\(told)")
    }

    @Test(arguments: ["schedule: every 1d", "data: {name: a}", "commit: {repository: a/b, branch: m}"])
    func whatNamesNoModelIsAboutOneModel(trigger: String) {
        let text = """
            assay: training/v1
            pipelines:
              - {name: a, model: "loan-*", triggers: [{\(trigger)}], start: {kind: command, run: [x]}}
              - {name: a, model: b, start: {kind: command, run: [x]}}
              - {name: a, model: b, start: {kind: command, run: [x]}}
            """
        let told = #expect(throws: PolicyProblems.self) { try Self.read(text) }?.lines(file: "t") ?? []
        #expect(told.contains { $0.contains("without * and ?") } && told.contains { $0.contains("'a' already") }, "\(told)")
    }

    @Test func schedulesCountInUTC() {
        let day: Int64 = 86_400_000
        #expect(TrainingSchedule.daily(minute: 180).last(at: 10 * day + 10_800_000) == 10 * day + 10_800_000)
        #expect(TrainingSchedule.daily(minute: 180).last(at: 10 * day + 10_799_999) == 9 * day + 10_800_000)
        #expect(TrainingSchedule.every(milliseconds: 60_000).last(at: 119_999) == 60_000)
        #expect(TrainingSchedule.daily(minute: 1).last(at: 0) == 60_000 - day)
    }
}
