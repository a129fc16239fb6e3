import AssayStore
import AssayTerms
import Foundation
import Testing

@testable import AssayImport

/// File stores: those of the real clients in whole, and damaged ones, of which everything else still comes.
struct MLflowFolderTests {
    private func open(_ path: String) throws -> MLflowFolder {
        try MLflowFolder(path: path, .init(artifactsPath: nil, scratchPath: path))
    }

    /// A copy of a fixture, to be damaged.
    private func copy(_ version: String) throws -> Scratch {
        let scratch = try Scratch()
        try FileManager.default.copyItem(atPath: Fixture.folder(version) + "/mlruns", toPath: scratch.path + "/mlruns")
        return scratch
    }

    @Test(arguments: Fixture.versions)
    func theRealClientsStore(_ version: String) throws {
        let source = try open(Fixture.folder(version) + "/mlruns")
        let experiments = try source.experiments()
        #expect(experiments.problems.isEmpty && Set(experiments.items.map(\.name)) == ["Default", "loans", "gone"])
        #expect(experiments.items.first { $0.name == "gone" }?.stage == .deleted)
        let runs = try source.runs(after: nil, limit: 100)
        #expect(runs.problems.isEmpty)
        #expect(Set(runs.items.map(\.run.info.name)) == ["first", "child", "deleted", "never ended", "in Default", "goes along"])
        let first = try #require(runs.items.first { $0.run.info.name == "first" })
        #expect(first.run.info.userID == "ana" && first.run.info.status == .finished && first.run.info.endTime == 1_700_000_060_000)
        #expect(first.run.params.map(\.key) == ["depth", "lr", "päram/x", "text"])
        #expect(first.run.params.last?.value == "two\nlines, 'quotes' and \"more\"")
        #expect(first.run.tags.contains(KeyValue(key: "empty", value: "")))
        #expect(first.run.datasets.map(\.dataset.name).sorted() == ["loans-eval", "loans-train"])
        #expect(runs.items.first { $0.run.info.name == "deleted" }?.deletedTime != nil)
        #expect(runs.items.first { $0.run.info.name == "never ended" }?.run.info.endTime == nil)
    }

    @Test(arguments: Fixture.versions)
    func historiesAreWholeAndInOrder(_ version: String) throws {
        let source = try open(Fixture.folder(version) + "/mlruns")
        let id = try #require(try source.runs(after: nil, limit: 100).items.first { $0.run.info.name == "first" }).run.info.id
        var histories: [Text: [MetricSeries.Point]] = [:]
        #expect(try source.eachSeries(ofRun: id) { histories[$0.key, default: []] += $0.points }.isEmpty)
        #expect(histories["loss"]?.count == 25)
        let odd = try #require(histories["odd values"])
        #expect(odd.first?.isNaN == true && odd.first?.value == 0)
        #expect(odd.map(\.value).dropFirst() == [.infinity, -.infinity, 0, .leastNonzeroMagnitude, 1.7976931348623157e308, 0.1])
        // Exactly the same point twice is one point.
        #expect(histories["repeated"]?.map(\.value) == [1, 2, 0.5])
        #expect(histories["val/acc.0 1"]?.first?.step == 1 << 40)
        #expect(histories.values.allSatisfy { $0 == $0.sorted() })
    }

    @Test func aDamagedMetaIsNamedAndTheRestComes() throws {
        let scratch = try copy("3.17")
        let whole = try open(scratch.path + "/mlruns")
        let runs = try whole.runs(after: nil, limit: 100).items
        let damaged: [(name: String, text: String, words: String)] = [
            ("first", "run_id: [", "not valid YAML"), ("child", "", "it is empty"), ("deleted", "- a\n- b\n", "not a YAML mapping"),
            ("never ended", "run_id: abc\nexperiment_id: '1'\n", "describes another run"),
        ]
        for (name, text, _) in damaged {
            let run = try #require(runs.first { $0.run.info.name == Text(name) }).run.info
            try scratch.write("mlruns/\(run.experimentID)/\(run.id)/meta.yaml", text)
        }
        try scratch.makeFolder("mlruns/0/" + String(repeating: "0123456789abcdef", count: 2))
        try scratch.write("mlruns/0/.ipynb_checkpoints/x", "")
        let page = try open(scratch.path + "/mlruns").runs(after: nil, limit: 100)
        #expect(page.items.count == runs.count - damaged.count)
        for (_, _, words) in damaged { #expect(page.problems.contains { $0.message.string.contains(words) }, "\(words)") }
        #expect(page.problems.contains { $0.message.string.contains("not there") }, "the folder without meta.yaml")
        #expect(page.problems.count == damaged.count + 1)
    }

    @Test func damagedValuesAreNamed() throws {
        let scratch = try copy("2.22")
        let run = try #require(try open(scratch.path + "/mlruns").runs(after: nil, limit: 100).items.first { $0.run.info.name == "first" }).run.info
        let folder = "mlruns/\(run.experimentID)/\(run.id)"
        try scratch.write(folder + "/params/zero", [97, 0, 98])
        try scratch.write(folder + "/tags/bytes", [0xFF, 0xFE])
        try scratch.write(folder + "/metrics/broken", "1700000000000 0.5 1\n\nnonsense\n17 x 1\n1700000000001 0.25 2\n")
        try scratch.link(folder + "/params/outside", to: "/etc/hostname")
        let source = try open(scratch.path + "/mlruns")
        let page = try source.runs(after: nil, limit: 100)
        let messages = page.problems.map { "\($0.object): \($0.message)" }
        for words in ["param 'zero': it holds U+0000", "tag 'bytes': it is not UTF-8", "param 'outside': it is a link that leads out"] {
            #expect(messages.contains { $0.contains(words) }, "\(words) in \(messages)")
        }
        var points: [MetricSeries.Point] = []
        let problems = try source.eachSeries(ofRun: run.id) { if $0.key == "broken" { points += $0.points } }
        #expect(points.map(\.value) == [0.5, 0.25])
        #expect(problems.map(\.message) == ["2 lines are no points, the first is line 3; they were left out"])
    }

    @Test func loggedModelsAndTheRegistry() throws {
        let source = try open(Fixture.folder("3.17") + "/mlruns")
        let models = try source.loggedModels(after: nil, limit: 100)
        #expect(models.problems.isEmpty && Set(models.items.map(\.name)) == ["forest", "pending", "failed", "deleted"])
        let forest = try #require(models.items.first { $0.name == "forest" })
        #expect(forest.status == .ready && forest.params.count == 2 && forest.metrics.count == 3)
        #expect(forest.metrics[1].datasetName == "loans-eval" && forest.metrics[2].value.isNaN)
        #expect(models.items.first { $0.name == "deleted" }?.stage == .deleted)
        let registry = try source.registeredModels()
        #expect(registry.problems.isEmpty)
        #expect(registry.items.map(\.name) == ["greeting", "loan-approval", "new name", "without versions"])
        let loans = registry.items[1]
        #expect(loans.versions.map(\.number) == [1, 2, 3, 4, 5, 6])
        #expect(loans.versions.map(\.isDeleted) == [false, true, false, false, false, true])
        #expect(loans.versions.map(\.stage) == [.archived, .none, .production, .staging, .none, .none])
        #expect(Set(loans.aliases) == [ModelAlias(alias: "champion", version: 3), ModelAlias(alias: "Challenger_2", version: 4)])
        #expect(registry.items[2].versions.last?.loggedModelID == forest.id)
        #expect(try source.inventory().leftOut.map(\.name) == ["traces"])
    }

    @Test func pagesCoverEverythingOnce() throws {
        let source = try open(Fixture.folder("3.17") + "/mlruns")
        var ids: [Text] = []
        var after: Text?
        repeat {
            let page = try source.runs(after: after, limit: 2)
            ids += page.items.map(\.run.info.id)
            after = page.next
        } while after != nil
        #expect(ids.count == 6 && ids == ids.sorted() && Set(ids).count == 6)
        #expect(try source.ids(of: .run, after: nil, limit: 100) == ids)
    }
}
