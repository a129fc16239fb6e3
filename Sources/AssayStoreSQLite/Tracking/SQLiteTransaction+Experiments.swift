import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    func experiment(_ id: Int64) throws -> Experiment? {
        let statement = try database.cachedStatement(sql: Self.experimentColumns + " WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id]),
            try finds(TouchedObject(.experiment, Text(String(id))), inExperiment: id)
        else { return nil }
        return try experiment(row)
    }

    func experiment(named name: Text) throws -> Experiment? {
        let statement = try database.cachedStatement(sql: Self.experimentColumns + " WHERE name = ?")
        guard let row = try Row.fetchOne(statement, arguments: [name]) else { return nil }
        let id: Int64 = row[0]
        guard try finds(TouchedObject(.experiment, Text(String(id))), inExperiment: id) else { return nil }
        return try experiment(row)
    }

    func searchExperiments(_ query: SearchQuery) throws -> SearchPage<Experiment> {
        var search = SQLSearch(table: "experiment")
        search.require("experiment.stage", in: query.view.stages.map(\.rawValue))
        leaveOutUnseen(experiments: "experiment.id", &search)
        for clause in query.clauses {
            switch clause.entity {
            case .attribute: try search.require(try Self.experimentColumn(clause.key), clause)
            case .tag: try search.require(pairs: "experimentTag", of: "experiment", "experiment.id", clause)
            case .metric, .parameter, .dataset:
                throw AssayError(.invalidArgument, "Experiments have no \(clause.entity.rawValue)s to search by.")
            }
        }
        for order in query.order {
            guard order.entity == .attribute else {
                throw AssayError(.invalidArgument, "Invalid order_by entity: \(order.entity.rawValue)")
            }
            search.order(by: try Self.experimentColumn(order.key), ascending: order.ascending)
        }
        if query.order.isEmpty {
            search.order(by: "experiment.creationTime", ascending: false)
            search.order(by: "experiment.id", ascending: true)
        } else if !query.order.contains(where: { $0.key == "experiment_id" }) {
            search.order(by: "experiment.id", ascending: false)
        }
        let page = try search.page(of: "experiment.id", limit: query.limit, after: query.after, in: database)
        return try page.map { try existingExperiment($0) }
    }

    func createExperiment(
        name: Text, artifactLocation: (Int64) -> Text, tags: [KeyValue], at time: Int64
    ) throws -> Experiment {
        try refuseTaken(name, except: nil)
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO experiment (name, artifactLocation, stage, creationTime, lastUpdateTime)
                VALUES (?, '', ?, ?, ?)
                """)
        try insert.execute(arguments: [name, LifecycleStage.active.rawValue, time, time])
        let id = database.lastInsertedRowID
        note(TouchedObject(.experiment, Text(String(id))))
        let place = try database.cachedStatement(sql: "UPDATE experiment SET artifactLocation = ? WHERE id = ?")
        try place.execute(arguments: [artifactLocation(id), id])
        for tag in tags { try setExperimentTag(id, tag) }
        return try whole.existingExperiment(id)
    }

    func renameExperiment(_ id: Int64, to name: Text, at time: Int64) throws {
        try refuseTaken(name, except: id)
        let statement = try database.cachedStatement(
            sql: "UPDATE experiment SET name = ?, lastUpdateTime = ? WHERE id = ?")
        try statement.execute(arguments: [name, time, id])
    }

    func setExperimentStage(_ id: Int64, _ stage: LifecycleStage, at time: Int64) throws {
        let statement = try database.cachedStatement(
            sql: "UPDATE experiment SET stage = ?, lastUpdateTime = ? WHERE id = ?")
        try statement.execute(arguments: [stage.rawValue, time, id])
        let runs = try database.cachedStatement(sql: "UPDATE run SET stage = ?, deletedTime = ? WHERE experiment = ?")
        try runs.execute(arguments: [stage.rawValue, stage == .deleted ? time : nil, id])
        try markRunsForSeal(ofExperiment: id)
    }

    func setExperimentTag(_ id: Int64, _ tag: KeyValue) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO experimentTag (experiment, key, value) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET value = excluded.value
                """)
        try statement.execute(arguments: [id, tag.key, tag.value])
    }

    func deleteExperimentTag(_ id: Int64, key: Text) throws -> Bool {
        let statement = try database.cachedStatement(sql: "DELETE FROM experimentTag WHERE experiment = ? AND key = ?")
        try statement.execute(arguments: [id, key])
        return database.changesCount > 0
    }

    private func refuseTaken(_ name: Text, except id: Int64?) throws {
        if let other = try whole.experiment(named: name), other.id != id {
            throw AssayError(.alreadyExists, "Experiment(name=\(name)) already exists.")
        }
    }

    private static let experimentColumns =
        "SELECT id, name, artifactLocation, stage, creationTime, lastUpdateTime FROM experiment"

    private static func experimentColumn(_ attribute: Text) throws(AssayError) -> String {
        switch attribute.string {
        case "experiment_id": "experiment.id"
        case "name": "experiment.name"
        case "creation_time": "experiment.creationTime"
        case "last_update_time": "experiment.lastUpdateTime"
        default: throw AssayError(.invalidArgument, "Invalid attribute key '\(attribute)' specified.")
        }
    }

    private func experiment(_ row: Row) throws -> Experiment {
        let id: Int64 = row[0]
        let tags = try database.cachedStatement(
            sql: "SELECT key, value FROM experimentTag WHERE experiment = ? ORDER BY key")
        return Experiment(
            id: id, name: row[1], artifactLocation: row[2], stage: try LifecycleStage(stored: row[3]),
            creationTime: row[4], lastUpdateTime: row[5],
            tags: try Row.fetchAll(tags, arguments: [id]).map { KeyValue(key: $0[0], value: $0[1]) })
    }
}

extension LifecycleStage {
    init(stored: String) throws {
        guard let stage = LifecycleStage(rawValue: stored) else {
            throw AssayError(.corrupt, "A record in the database has no known lifecycle stage. Run `assay doctor`.")
        }
        self = stage
    }
}
