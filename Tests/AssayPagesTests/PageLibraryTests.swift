import AssayPages
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
                    name: hostile, description: hostile,
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

    @Test func anEmptyHouseSaysWhatToDo() throws {
        let library = try PageLibrary()
        #expect(library.render(RunsPage(filter: "", problem: nil, rows: [], next: nil)).contains("mlflow.set_tracking_uri"))
        #expect(library.render(RunsPage(filter: "x", problem: nil, rows: [], next: nil)).contains("No run matches"))
        #expect(library.render(LogPage(size: "", key: "", checkpoint: nil, command: "")).contains("No checkpoint"))
    }
}
