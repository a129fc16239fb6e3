import AssayTerms
import GRDB

/// The paths by which runs can be found: along an index of the filter, or along an index that has the order asked for.
struct RunSearchPaths {
    /// What the choice among paths turns on. It moves time only, never an answer.
    struct Settings: Sendable {
        /// Candidates up to this number are tried and sorted at once.
        var few = 2_000
        /// SQLite's steps until a walk is given up: some tens of thousands of runs tried, some tens of milliseconds.
        var walkSteps = 1_000_000
    }

    /// A path that an index of the filter makes.
    struct Narrow {
        let path: SQLPath
        /// Rows along it, counted up to one more than ``Settings/few``.
        let count: Int
        let isFew: Bool
    }

    /// A stretch of a walk. Legs follow one another in the order of the answer.
    struct Leg {
        /// Where a leg lies, seen from the position at which the page before ended.
        enum Place { case behind, within, ahead }

        let path: SQLPath
        /// The first sort column's value all along the leg, if it is a rank; `nil` for a walk of one leg.
        let rank: Int64?

        func place(of position: SearchPosition?) -> Place {
            guard let position else { return .ahead }
            guard let rank, case .integer(let reached)? = position.values.first else { return .within }
            return rank < reached ? .behind : rank == reached ? .within : .ahead
        }
    }

    let query: SearchQuery
    let experiments: [Int64]?
    let settings: Settings
    let database: Database

    /// The name under which the table of the order at `index` is joined.
    static func sortAlias(_ index: Int) -> String { "sort\(index)" }

    // MARK: - Along the filter

    /// The path with the fewest rows among those that the filter's clauses and the experiments make.
    func narrowest() throws -> Narrow? {
        var best: Narrow?
        for path in try filterPaths() {
            let sql = "SELECT count(*) FROM (SELECT 1 FROM \(path.from) WHERE \(path.conditions.joined(separator: " AND ")) LIMIT ?)"
            let statement = try database.cachedStatement(sql: sql)
            let counted = try Int.fetchOne(statement, arguments: StatementArguments(path.arguments + [settings.few + 1])) ?? 0
            if best.map({ counted < $0.count }) ?? true {
                best = Narrow(path: path.leadingToRuns, count: counted, isFew: counted <= settings.few)
                if counted == 0 { break }
            }
        }
        return best
    }

    /// Paths over the index alone: what is counted. ``SQLPath/leadingToRuns`` makes them paths to runs.
    private func filterPaths() throws -> [SQLPath] {
        var paths: [SQLPath] = []
        for clause in query.clauses {
            switch (clause.entity, clause.comparator) {
            case (.attribute, .equal) where clause.key == "run_name":
                paths.append(pairPath("runTag", SQLiteTransaction.onRunName(clause)))
            case (.attribute, .equal) where clause.key == "run_id":
                paths.append(SQLPath(from: "run", conditions: ["run.id = ?"], arguments: [clause.value.argument]))
            case (.tag, .equal): paths.append(pairPath("runTag", clause))
            case (.parameter, .equal): paths.append(pairPath("runParam", clause))
            case (.metric, .equal), (.metric, .less), (.metric, .lessOrEqual), (.metric, .greater), (.metric, .greaterOrEqual):
                let (sql, values) = try SQLSearch.comparison(of: "lead.value", clause)
                paths.append(
                    SQLPath(
                        from: "latestMetric AS lead INDEXED BY latestMetricByValue",
                        conditions: ["lead.key = (SELECT id FROM metricKey WHERE name = ?)", "lead.isNaN = 0", sql],
                        arguments: [clause.key] + values))
            default: continue
            }
        }
        if let experiments {
            let marks = Array(repeating: "?", count: experiments.count).joined(separator: ", ")
            paths.append(
                SQLPath(
                    from: "run INDEXED BY runByExperiment", conditions: ["run.experiment IN (\(marks))"], arguments: experiments))
        }
        return paths
    }

    private func pairPath(_ table: String, _ clause: SearchClause) -> SQLPath {
        SQLPath(
            from: "\(table) AS lead INDEXED BY \(table)ByValue", conditions: ["lead.key = ?", "lead.value = ?"],
            arguments: [clause.key, clause.value.argument])
    }

    // MARK: - Along the order

    /// The legs of a walk in the order asked for; `nil` if no index has that order.
    func walk() -> [Leg]? {
        guard let order = query.order.first else { return [Leg(path: byStart, rank: nil)] }
        switch order.entity {
        case .attribute: return order.key == "start_time" ? [Leg(path: byStart, rank: nil)] : nil
        case .metric:
            let key = "key = (SELECT id FROM metricKey WHERE name = ?)"
            let ranked = [0, 1].map { rank in
                leg(
                    along: "latestMetric", rank: Int64(rank),
                    conditions: ["\(Self.sortAlias(0)).\(key)", "\(Self.sortAlias(0)).isNaN = \(rank)"], order.key)
            }
            return ranked + [missing(from: "latestMetric", key, order.key)]
        case .parameter, .tag:
            let table = order.entity == .tag ? "runTag" : "runParam"
            return [
                leg(along: table, rank: 0, conditions: ["\(Self.sortAlias(0)).key = ?"], order.key),
                missing(from: table, "key = ?", order.key),
            ]
        case .dataset: return nil
        }
    }

    /// Runs that have what the order sorts by.
    private func leg(along table: String, rank: Int64, conditions: [String], _ key: Text) -> Leg {
        let alias = Self.sortAlias(0)
        return Leg(
            path: SQLPath(
                from: "\(table) AS \(alias) INDEXED BY \(table)ByValue CROSS JOIN run ON run.number = \(alias).run",
                alias: alias, conditions: conditions, arguments: [key], constants: [0: .integer(rank)]),
            rank: rank)
    }

    /// Runs that lack it, which come last.
    private func missing(from table: String, _ condition: String, _ key: Text) -> Leg {
        var path = byStart
        path.conditions.append(
            "NOT EXISTS (SELECT 1 FROM \(table) AS lacking WHERE lacking.run = run.number AND lacking.\(condition))")
        path.arguments.append(key)
        path.constants = [0: .integer(2), 1: .null]
        return Leg(path: path, rank: 2)
    }

    private var byStart: SQLPath {
        SQLPath(from: experiments?.count == 1 ? "run INDEXED BY runByExperiment" : "run INDEXED BY runByStart")
    }
}

extension SQLPath {
    /// The path through an index named `lead` on to the runs it is about.
    fileprivate var leadingToRuns: SQLPath {
        guard from.contains(" AS lead ") else { return self }
        return SQLPath(from: from + " CROSS JOIN run ON run.number = lead.run", conditions: conditions, arguments: arguments)
    }
}
