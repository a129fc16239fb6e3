import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    func searchRuns(_ query: SearchQuery, experiments: [Int64]?) throws -> SearchPage<Run> {
        var search = SQLSearch(table: "run")
        if let experiments { search.require("run.experiment", in: experiments) }
        search.require("run.stage", in: query.view.stages.map(\.rawValue))
        for clause in query.clauses { try require(clause, &search) }
        for (index, order) in query.order.enumerated() { try add(order, index: index, to: &search) }
        if !query.order.contains(where: { $0.entity == .attribute && $0.key == "start_time" }) {
            search.order(by: "run.startTime", ascending: false)
        }
        search.order(by: "run.id", ascending: true)
        let page = try search.page(of: "run.number", limit: query.limit, after: query.after, in: database)
        return SearchPage(items: try runs(page.items), next: page.next)
    }

    private func require(_ clause: SearchClause, _ search: inout SQLSearch) throws {
        switch clause.entity {
        case .attribute where clause.key == "run_name":
            // The name's home is the tag; setting either sets both.
            let onTag = SearchClause(
                entity: .tag, key: "mlflow.runName", comparator: clause.comparator, value: clause.value)
            try search.require(pairs: "runTag", of: "run", "run.number", onTag)
        case .attribute where clause.key == "status":
            let names = "CASE run.status WHEN 1 THEN 'RUNNING' WHEN 2 THEN 'SCHEDULED' WHEN 3 THEN 'FINISHED' WHEN 4 THEN 'FAILED' ELSE 'KILLED' END"
            try search.require(names, clause)
        case .attribute: try search.require(try Self.runColumn(clause.key), clause)
        case .tag: try search.require(pairs: "runTag", of: "run", "run.number", clause)
        case .parameter: try search.require(pairs: "runParam", of: "run", "run.number", clause)
        case .metric:
            let (sql, values) = try SQLSearch.metricComparison("latest", clause)
            search.require(
                """
                EXISTS (SELECT 1 FROM latestMetric AS latest WHERE latest.run = run.number
                AND latest.key = (SELECT id FROM metricKey WHERE name = ?) AND \(sql))
                """, [clause.key] + values)
        case .dataset:
            let (sql, values) = try SQLSearch.comparison(of: try Self.datasetColumn(clause.key), clause)
            let tags = clause.key == "context" ? "JOIN datasetInputTag AS tag ON tag.input = input.id AND tag.key = ?" : ""
            search.require(
                """
                EXISTS (SELECT 1 FROM datasetInput AS input JOIN dataset ON dataset.id = input.dataset \(tags)
                WHERE input.run = run.number AND \(sql))
                """, (tags.isEmpty ? [] : [DatasetInput.contextTag]) + values)
        }
    }

    private func add(_ order: SearchOrder, index: Int, to search: inout SQLSearch) throws {
        let alias = "sort\(index)"
        switch order.entity {
        case .attribute where order.key == "status":
            search.order(
                by: "CASE run.status WHEN 1 THEN 'RUNNING' WHEN 2 THEN 'SCHEDULED' WHEN 3 THEN 'FINISHED' WHEN 4 THEN 'FAILED' ELSE 'KILLED' END",
                ascending: order.ascending)
        case .attribute where order.key == "end_time":
            search.order(byNullable: "run.endTime", ascending: order.ascending)
        case .attribute:
            search.order(by: try Self.runColumn(order.key), ascending: order.ascending)
        case .metric:
            search.join(
                """
                LEFT JOIN latestMetric AS \(alias) ON \(alias).run = run.number
                AND \(alias).key = (SELECT id FROM metricKey WHERE name = ?)
                """, [order.key])
            search.order(byMetric: alias, ascending: order.ascending)
        case .parameter, .tag:
            let table = order.entity == .tag ? "runTag" : "runParam"
            search.join("LEFT JOIN \(table) AS \(alias) ON \(alias).run = run.number AND \(alias).key = ?", [order.key])
            search.order(byNullable: "\(alias).value", ascending: order.ascending)
        case .dataset:
            throw AssayError(.invalidArgument, "Invalid identifier type 'dataset'")
        }
    }

    private static func runColumn(_ attribute: Text) throws(AssayError) -> String {
        switch attribute.string {
        case "run_id": "run.id"
        case "run_name": "run.name"
        case "user_id": "run.userID"
        case "start_time": "run.startTime"
        case "end_time": "run.endTime"
        case "artifact_uri": "run.artifactURI"
        default: throw AssayError(.invalidArgument, "Invalid attribute key '\(attribute)' specified.")
        }
    }

    private static func datasetColumn(_ key: Text) throws(AssayError) -> String {
        switch key.string {
        case "name": "dataset.name"
        case "digest": "dataset.digest"
        case "context": "tag.value"
        default: throw AssayError(.invalidArgument, "Invalid dataset key '\(key)' specified.")
        }
    }
}
