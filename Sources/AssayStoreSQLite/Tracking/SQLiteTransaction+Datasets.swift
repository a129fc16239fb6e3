import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    func addInputs(_ datasets: [DatasetInput], models: [Text], to run: RunHandle) throws {
        for input in datasets { try addInput(input, to: run) }
        let statement = try database.cachedStatement(
            sql: "INSERT INTO runModelInput (run, model) VALUES (?, ?) ON CONFLICT DO NOTHING")
        for model in models { try statement.execute(arguments: [run.number, model]) }
        try markForSeal(run)
    }

    func addOutputs(_ models: [ModelOutput], to run: RunHandle) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO runModelOutput (run, model, step) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        for model in models { try statement.execute(arguments: [run.number, model.modelID, model.step]) }
        try markForSeal(run)
    }

    func datasetSummaries(experiments asked: [Int64]) throws -> [DatasetSummary] {
        let experiments = try asked.filter { try sees(experiment: $0) }
        guard !experiments.isEmpty else { return [] }
        let marks = Array(repeating: "?", count: experiments.count).joined(separator: ", ")
        let statement = try database.makeStatement(
            sql: """
                SELECT DISTINCT dataset.experiment, dataset.name, dataset.digest, tag.value
                FROM dataset JOIN datasetInput AS input ON input.dataset = dataset.id
                LEFT JOIN datasetInputTag AS tag ON tag.input = input.id AND tag.key = ?
                WHERE dataset.experiment IN (\(marks))
                ORDER BY 1, 2, 3, 4 LIMIT 1000
                """)
        let arguments: [any DatabaseValueConvertible] = [DatasetInput.contextTag] + experiments
        return try Row.fetchAll(statement, arguments: StatementArguments(arguments)).map {
            DatasetSummary(experimentID: $0[0], name: $0[1], digest: $0[2], context: $0[3])
        }
    }

    func hasDataset(named name: Text, digest: Text, experiment: Int64) throws -> Bool {
        let statement = try database.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM dataset WHERE experiment = ? AND name = ? AND digest = ?)")
        return try Bool.fetchOne(statement, arguments: [experiment, name, digest]) ?? false
    }

    private func addInput(_ input: DatasetInput, to run: RunHandle) throws {
        note(TouchedObject(.dataset, input.dataset.name))
        let dataset = try datasetNumber(input.dataset, experiment: run.experimentID)
        let insert = try database.cachedStatement(
            sql: "INSERT INTO datasetInput (run, dataset) VALUES (?, ?) ON CONFLICT DO NOTHING")
        try insert.execute(arguments: [run.number, dataset])
        guard database.changesCount > 0 else { return }
        let number = database.lastInsertedRowID
        let tag = try database.cachedStatement(
            sql: """
                INSERT INTO datasetInputTag (input, key, value) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET value = excluded.value
                """)
        for pair in input.tags { try tag.execute(arguments: [number, pair.key, pair.value]) }
    }

    private func datasetNumber(_ dataset: Dataset, experiment: Int64) throws -> Int64 {
        let find = try database.cachedStatement(
            sql: "SELECT id FROM dataset WHERE experiment = ? AND name = ? AND digest = ?")
        if let id = try Int64.fetchOne(find, arguments: [experiment, dataset.name, dataset.digest]) { return id }
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO dataset (experiment, name, digest, sourceType, source, "schema", profile)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """)
        try insert.execute(
            arguments: [
                experiment, dataset.name, dataset.digest, dataset.sourceType, dataset.source, dataset.schema,
                dataset.profile,
            ])
        return database.lastInsertedRowID
    }
}
