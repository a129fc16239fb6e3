import AssayPages
import Foundation
import Testing

/// Pages render their values escaped, and nothing but their values.
@Suite struct PageLibraryTests {
    private let hostile = "<script>alert(1)</script>\"'&"

    @Test func everyValueIsEscaped() throws {
        let library = try PageLibrary()
        let pair = Pair(name: hostile, value: hostile)
        let evidence = EvidenceRow(
            id: hostile, column: hostile, value: hostile, interval: hostile,
            groups: [.init(group: hostile, value: hostile, count: 3)], provenance: hostile)
        let reason = GateReasonRow(decision: hostile, text: hostile, remedy: hostile)
        let pages = [
            library.render(
                RunsPage(
                    filter: hostile, problem: hostile,
                    rows: [
                        .init(
                            id: hostile, name: hostile, experiment: hostile, status: hostile, started: hostile, tags: [pair],
                            metrics: [pair])
                    ], next: hostile)),
            library.render(
                RunPage(
                    name: hostile, facts: [pair], params: [pair], metrics: [pair], tags: [pair], versions: [pair],
                    evidence: [evidence])),
            library.render(ModelsPage(rows: [.init(name: hostile, address: hostile, versionCount: 1, places: [pair])])),
            library.render(
                ModelPage(
                    name: hostile, operations: hostile, description: hostile,
                    rows: [
                        .init(
                            version: hostile, address: hostile, stage: hostile, aliases: [hostile], created: hostile,
                            author: hostile, gate: hostile, gateClass: hostile)
                    ], use: [pair])),
            library.render(
                VersionPage(
                    title: hostile, facts: [pair],
                    gates: [.init(target: hostile, decision: hostile, decisionClass: hostile, reasons: [reason])],
                    evidence: [evidence], files: [.init(path: hostile, size: 1, digest: hostile)])),
            library.render(
                RequestsPage(rows: [
                    .init(
                        model: hostile, address: hostile, target: hostile, state: hostile, stateClass: hostile,
                        openedBy: hostile, opened: hostile, approvals: [hostile], missing: [reason])
                ])),
            library.render(Self.operation(hostile)),
            library.render(LogPage(size: hostile, key: hostile, checkpoint: hostile, command: hostile)),
            library.render(ProblemPage(title: hostile, section: .log, message: hostile)),
        ]
        for page in pages {
            #expect(page.contains("&lt;script&gt;"))
            #expect(!page.contains("<script"))
            #expect(!page.contains("\"'&"))
            #expect(page.contains("<h1>"))
        }
    }

    private static func operation(_ text: String) -> OperationPage {
        let chart = MonitorChart(
            title: text, points: [.init(window: text, value: 0.5, verdict: .kept), .init(window: text, value: 0.2, verdict: .broken)],
            limits: [.init(name: text, value: 0.4)])
        let window = OperationPage.Window(number: 1, name: text, value: text, verdict: text, style: text, rows: text, computed: text)
        return OperationPage(
            model: text, address: text, tiles: [.init(value: text, words: text)],
            alarms: [.init(state: text, style: text, severity: text, title: text, since: text)],
            monitors: [.init(title: text, version: text, limit: text, verdict: text, style: text, chart: chart, windows: [window])],
            rollouts: [
                .init(
                    id: text, title: text, state: text, style: text, began: text, findings: [text], reason: text,
                    arms: [.init(step: text, name: text, requests: text, errors: text, slow: text)])
            ],
            trainings: [
                .init(began: text, pipeline: text, trigger: text, state: text, style: text, version: text, address: text, words: text)
            ])
    }

    /// A drawing says nothing that the table beside it does not say, and shapes say it without colour.
    @Test func aMonitorIsDrawnAndTabled() throws {
        let page = try PageLibrary().render(Self.operation("plain"))
        #expect(page.contains("<svg") && page.contains("role=\"img\" aria-label=\"plain\""))
        #expect(page.contains("class=\"mark\"") && page.contains("<rect class=\"broken\"") && page.contains("class=\"limit\""))
        #expect(page.contains("<summary>As a table</summary>") && !page.contains("style="))
        let empty = MonitorChart(title: "t", points: [.init(window: "w", value: nil, verdict: .incomplete)], limits: [])
        #expect(empty.svg() == nil)
        let gap = MonitorChart(
            title: "t", points: [0.1, nil, 0.3, 0.4].map { .init(window: "w", value: $0, verdict: .kept) }, limits: [.init(name: "max", value: 1)])
        // No line leads over what was not measured.
        #expect(gap.svg()?.components(separatedBy: "<path").count == 2)
        let none = OperationPage(model: "m", address: "/models/m", tiles: [], alarms: [], monitors: [], rollouts: [], trainings: [])
        let words = try PageLibrary().render(none)
        #expect(words.contains("Nothing was measured yet") && words.contains("No pipeline ran") && words.contains("None was begun"))
    }

    @Test func anEmptyHouseSaysWhatToDo() throws {
        let library = try PageLibrary()
        #expect(library.render(RunsPage(filter: "", problem: nil, rows: [], next: nil)).contains("mlflow.set_tracking_uri"))
        #expect(library.render(RunsPage(filter: "x", problem: nil, rows: [], next: nil)).contains("No run matches"))
        #expect(library.render(LogPage(size: "", key: "", checkpoint: nil, command: "")).contains("No checkpoint"))
    }
}
