import AssayPages
import AssayStore
import AssayTerms
import AssayWire
import AssayWorkflows

/// The list of runs, and one run.
struct RunPages: Sendable {
    private static let pageSize = 50
    /// What a row of the list shows of a run's metrics and tags.
    private static let shownPairs = 6
    private static let versionLimit = 200

    let useCases: UseCases
    let governance: Governance

    func list(_ exchange: Exchange) async throws -> RunsPage {
        let filter = exchange.queryValue("filter") ?? ""
        var query = SearchQuery(limit: Self.pageSize)
        do {
            query.clauses = try SearchGrammar.runs.clauses(Text(filter))
            query.after = try exchange.queryValue("page").map { try PageToken.decode(Text($0), search: [Text(filter)]) }
        } catch let error as AssayError {
            return RunsPage(filter: filter, problem: error.message, rows: [], next: nil)
        }
        let asked = query
        let (found, names) = try await useCases.store.read { tx in
            let found = try tx.searchRuns(asked, experiments: nil)
            var names: [Int64: Text] = [:]
            for id in Set(found.items.map(\.info.experimentID)) { names[id] = try tx.experiment(id)?.name }
            return (found, names)
        }
        let rows = found.items.map { run in
            RunsPage.Row(
                id: run.info.id.string, name: run.info.name.isEmpty ? run.info.id.string : run.info.name.string,
                experiment: names[run.info.experimentID]?.string ?? "", status: run.info.status.name.lowercased(),
                started: PageText.time(run.info.startTime),
                tags: Self.ownTags(run).prefix(Self.shownPairs).map { Pair(name: $0.key.string, value: $0.value.string) },
                metrics: run.metrics.prefix(Self.shownPairs).map { Pair(name: $0.key.string, value: PageText.rounded($0.value)) })
        }
        let next = found.next.map { position in
            "/?filter=\(PageText.segment(Text(filter)))&page=\(PageText.segment(PageToken.encode(position, search: [Text(filter)])))"
        }
        return RunsPage(filter: filter, problem: nil, rows: rows, next: next)
    }

    func one(_ id: Text) async throws -> RunPage {
        let (run, experiment, versions) = try await useCases.store.read { tx in
            guard let run = try tx.run(id) else { throw AssayError(.notFound, "There is no run \(id).") }
            let query = SearchQuery(
                clauses: [SearchClause(entity: .attribute, key: "run_id", comparator: .equal, value: .text(id))],
                limit: Self.versionLimit)
            let made = try tx.searchModelVersions(query, prompts: false).items
            return (run, try tx.experiment(run.info.experimentID), made)
        }
        var evidence: [EvidenceRow] = []
        for version in versions where version.content.manifestDigest != nil {
            evidence += EvidenceRows.rows(try await governance.envelopes(model: version.modelName, version: Int(version.number)))
        }
        var facts = [
            Pair(name: "Run", value: run.info.id.string), Pair(name: "Experiment", value: experiment?.name.string ?? ""),
            Pair(name: "Status", value: run.info.status.name.lowercased()),
            Pair(name: "Started", value: PageText.time(run.info.startTime)),
        ]
        if let end = run.info.endTime { facts.append(Pair(name: "Ended", value: PageText.time(end))) }
        for input in run.datasets {
            facts.append(Pair(name: "Data set", value: "\(input.dataset.name) (\(input.dataset.digest))"))
        }
        return RunPage(
            name: run.info.name.isEmpty ? run.info.id.string : run.info.name.string, facts: facts,
            params: run.params.map { Pair(name: $0.key.string, value: $0.value.string) },
            metrics: run.metrics.map { Pair(name: $0.key.string, value: PageText.number($0.value)) },
            tags: Self.ownTags(run).map { Pair(name: $0.key.string, value: $0.value.string) },
            versions: versions.map {
                Pair(name: "\($0.modelName) version \($0.number)", value: "/models/\(PageText.segment($0.modelName))/\($0.number)")
            }, evidence: evidence)
    }

    /// MLflow's own bookkeeping tags are left out.
    private static func ownTags(_ run: Run) -> [KeyValue] {
        run.tags.filter { !$0.key.string.hasPrefix("mlflow.") }
    }
}
