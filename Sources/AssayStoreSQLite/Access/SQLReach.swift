import AssayTerms
import GRDB

/// A reach as a condition: fixed SQL with every value bound. What a name matches is decided by ``GlobPattern`` itself, as a
/// function of the connection, so that SQL and Swift cannot come to differ.
struct SQLReach {
    typealias Condition = (sql: String, values: [(any DatabaseValueConvertible)?])

    private static let function = "nameMatches"
    let reach: Reach

    /// Makes the function known to a connection.
    static func prepare(_ database: Database) {
        database.add(
            function: DatabaseFunction(function, argumentCount: 3, pure: true) { values in
                guard let pattern = Text.fromDatabaseValue(values[0]), let name = Text.fromDatabaseValue(values[1]),
                    let regardsCase = Bool.fromDatabaseValue(values[2])
                else { return false }
                return GlobPattern(pattern, regardsCase: regardsCase).matches(name)
            })
    }

    /// On a row of `experiment` called `alias`.
    func condition(onExperiment alias: String) -> Condition {
        condition(kind: .experiment, id: "CAST(\(alias).id AS TEXT)") { resource, regardsCase in
            switch resource {
            case .everything: ("1", [])
            case .experiment(let pattern): Self.match(pattern, "\(alias).name", regardsCase)
            case .experimentID(let id): ("\(alias).id = ?", [id])
            case .model, .modelID, .dataset, .datasetClass, .prediction: nil
            }
        }
    }

    /// On a row of `registeredModel` called `alias`.
    func condition(onModel alias: String) -> Condition {
        condition(kind: .model, id: "\(alias).id") { resource, regardsCase in
            switch resource {
            case .everything: ("1", [])
            case .model(let pattern): Self.match(pattern, "\(alias).name", regardsCase)
            case .modelID(let id): ("\(alias).id = ?", [id])
            case .experiment, .experimentID, .dataset, .datasetClass, .prediction: nil
            }
        }
    }

    /// On a column that holds an experiment's number.
    func condition(onExperimentID column: String) -> Condition {
        let (sql, values) = condition(onExperiment: "reached")
        return ("\(column) IN (SELECT reached.id FROM experiment AS reached WHERE \(sql))", values)
    }

    /// On a column that holds a registered model's number.
    func condition(onModelNumber column: String) -> Condition {
        let (sql, values) = condition(onModel: "reached")
        return ("\(column) IN (SELECT reached.number FROM registeredModel AS reached WHERE \(sql))", values)
    }

    private func condition(
        kind: ShareKind, id: String, _ one: (_ resource: Resource, _ regardsCase: Bool) -> Condition?
    ) -> Condition {
        var allowed = reach.allowed.compactMap { one($0, true) }
        let levels = ShareLevel.levels(for: reach.verb)
        if !reach.userID.isEmpty, !levels.isEmpty {
            let marks = levels.map { _ in "?" }.joined(separator: ", ")
            allowed.append(
                (
                    "\(id) IN (SELECT share.object FROM share WHERE share.userID = ? AND share.kind = ? AND share.level IN (\(marks)))",
                    [reach.userID, kind.rawValue] + levels.map(\.rawValue)
                ))
        }
        guard !allowed.isEmpty else { return ("0", []) }
        let denied = reach.denied.compactMap { one($0, false) }
        let no = denied.isEmpty ? "" : " AND NOT (\(denied.map(\.sql).joined(separator: " OR ")))"
        return ("((\(allowed.map(\.sql).joined(separator: " OR ")))\(no))", (allowed + denied).flatMap(\.values))
    }

    private static func match(_ pattern: Text, _ column: String, _ regardsCase: Bool) -> Condition {
        ("\(function)(?, \(column), \(regardsCase ? 1 : 0))", [pattern])
    }
}
