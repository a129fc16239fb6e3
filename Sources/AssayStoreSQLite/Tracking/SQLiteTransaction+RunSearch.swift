import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    /// Runs by filter and order, along whichever path is short.
    ///
    /// With few candidates the filter's index leads to them and they are sorted. Otherwise the order's index is walked and
    /// each run is tried, which ends as soon as the page is full; but a filter that few runs meet would have most of the index
    /// walked, so the walk has a budget, after which the narrowest index of the filter takes over. The answer is the same.
    func searchRuns(_ query: SearchQuery, experiments: [Int64]?) throws -> SearchPage<Run> {
        var search = SQLSearch(table: "run")
        if let experiments { search.require("run.experiment", in: experiments) }
        search.require("run.stage", in: query.view.stages.map(\.rawValue))
        leaveOutUnseen(experiments: "run.experiment", &search)
        for clause in query.clauses { try require(clause, &search) }
        for (index, order) in query.order.enumerated() { try add(order, index: index, to: &search) }
        if !query.order.contains(where: { $0.entity == .attribute && $0.key == "start_time" }) {
            search.order(by: "run.startTime", ascending: false)
        }
        search.order(by: "run.id", ascending: true)
        let page = try runNumbers(search, query, experiments: experiments)
        return SearchPage(items: try runs(page.items), next: page.next)
    }

    private func runNumbers(
        _ search: SQLSearch, _ query: SearchQuery, experiments: [Int64]?
    ) throws -> SearchPage<Int64> {
        let paths = RunSearchPaths(query: query, experiments: experiments, settings: runSearch, database: database)
        let narrow = try paths.narrowest()
        if !(narrow?.isFew ?? false), let walked = try walk(search, query, paths) { return walked }
        return try search.page(
            of: "run.number", limit: query.limit, after: query.after, along: narrow?.path, in: database)
    }

    /// `nil` if no index has the order, or the budget was spent before the page was full.
    private func walk(_ search: SQLSearch, _ query: SearchQuery, _ paths: RunSearchPaths) throws -> SearchPage<Int64>? {
        guard let legs = paths.walk() else { return nil }
        return try database.withinBudget(steps: runSearch.walkSteps) {
            let wanted = SQLSearch.withOneMore(query.limit)
            var rows: [Row] = []
            for leg in legs where rows.count < wanted {
                let after: SearchPosition?
                switch leg.place(of: query.after) {
                case .behind: continue
                case .within: after = query.after
                case .ahead: after = nil
                }
                rows += try search.rows(
                    of: "run.number", limit: wanted - rows.count, after: after, along: leg.path, in: database)
            }
            return search.page(of: rows, limit: query.limit)
        }
    }

    // MARK: - Clauses

    private func require(_ clause: SearchClause, _ search: inout SQLSearch) throws {
        switch clause.entity {
        case .attribute where clause.key == "run_name":
            try requirePair("runTag", Self.onRunName(clause), &search)
        case .attribute where clause.key == "status":
            try search.require(Self.statusName, clause)
        case .attribute: try search.require(try Self.runColumn(clause.key), clause)
        case .tag: try requirePair("runTag", clause, &search)
        case .parameter: try requirePair("runParam", clause, &search)
        case .metric:
            guard let key = try knownMetricKey(clause.key) else { return search.require("0") }
            let (sql, values) = try SQLSearch.metricComparison("latest", clause)
            search.require(
                "EXISTS (SELECT 1 FROM latestMetric AS latest WHERE latest.run = run.number AND latest.key = ? AND \(sql))",
                [key] + values)
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

    private func requirePair(_ table: String, _ clause: SearchClause, _ search: inout SQLSearch) throws {
        try search.require(pairs: table, of: "run", "run.number", clause, leads: false)
    }

    /// The name's home is the tag; setting either sets both.
    static func onRunName(_ clause: SearchClause) -> SearchClause {
        SearchClause(entity: .tag, key: "mlflow.runName", comparator: clause.comparator, value: clause.value)
    }

    /// The number of a metric's name; `nil` if no run has such a metric.
    func knownMetricKey(_ name: Text) throws -> Int64? {
        let find = try database.cachedStatement(sql: "SELECT id FROM metricKey WHERE name = ?")
        return try Int64.fetchOne(find, arguments: [name])
    }

    // MARK: - Order

    private func add(_ order: SearchOrder, index: Int, to search: inout SQLSearch) throws {
        let alias = RunSearchPaths.sortAlias(index)
        switch order.entity {
        case .attribute where order.key == "status":
            search.order(by: Self.statusName, ascending: order.ascending)
        case .attribute where order.key == "end_time":
            search.order(byNullable: "run.endTime", ascending: order.ascending)
        case .attribute:
            search.order(by: try Self.runColumn(order.key), ascending: order.ascending)
        case .metric:
            search.join(
                as: alias, "LEFT JOIN latestMetric AS \(alias) ON \(alias).run = run.number AND \(alias).key = ?",
                [try knownMetricKey(order.key) ?? 0])
            search.order(byMetric: alias, ascending: order.ascending)
        case .parameter, .tag:
            let table = order.entity == .tag ? "runTag" : "runParam"
            search.join(
                as: alias, "LEFT JOIN \(table) AS \(alias) ON \(alias).run = run.number AND \(alias).key = ?", [order.key])
            search.order(byNullable: "\(alias).value", ascending: order.ascending)
        case .dataset:
            throw AssayError(.invalidArgument, "Invalid identifier type 'dataset'")
        }
    }

    private static let statusName =
        "CASE run.status WHEN 1 THEN 'RUNNING' WHEN 2 THEN 'SCHEDULED' WHEN 3 THEN 'FINISHED' WHEN 4 THEN 'FAILED' ELSE 'KILLED' END"

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
