import AssayStore
import AssayTerms
import GRDB

/// What somebody sees of the records. Every method that finds an experiment, run or registered model for others asks here.
extension SQLiteTransaction {
    func seen(by view: View) -> any StoreSnapshot { with(view) }

    func writable(by view: View) -> any StoreTransaction { with(view) }

    /// For rules of the records themselves, which hold whoever asks: a name is taken also by what one may not see.
    var whole: SQLiteTransaction {
        var other = self
        other.view = nil
        return other
    }

    private func with(_ view: View) -> SQLiteTransaction {
        var other = self
        other.view = view.isWhole ? nil : view
        return other
    }

    func admits(_ reach: Reach, experiment id: Int64) throws -> Bool {
        let (sql, values) = SQLReach(reach: reach).condition(onExperiment: "experiment")
        return try exists("SELECT 1 FROM experiment WHERE experiment.id = ? AND \(sql)", [id] + values)
    }

    func admits(_ reach: Reach, model id: String) throws -> Bool {
        let (sql, values) = SQLReach(reach: reach).condition(onModel: "registeredModel")
        return try exists("SELECT 1 FROM registeredModel WHERE registeredModel.id = ? AND \(sql)", [id] + values)
    }

    // MARK: - Single objects

    func sees(experiment id: Int64) throws -> Bool {
        guard let view else { return true }
        return try admits(view.reading, experiment: id)
    }

    func sees(model id: String) throws -> Bool {
        guard let view else { return true }
        return try admits(view.reading, model: id)
    }

    func sees(modelNamed name: Text) throws -> Bool { try view == nil || registeredModel(named: name) != nil }

    /// Whether the files of `owner` are there to be seen.
    func sees(_ owner: FileOwner) throws -> Bool {
        guard view != nil else { return true }
        switch owner.kind {
        case .run: return try runHandle(owner.id) != nil
        case .loggedModel: return try loggedModel(owner.id) != nil
        case .modelVersion, .modelVersionRun: return try modelVersion(id: owner.id.string).map { try sees(model: $0.modelID) } ?? false
        }
    }

    // MARK: - Searches

    /// Leaves out of a search what is in experiments that are not seen.
    func leaveOutUnseen(experiments column: String, _ search: inout SQLSearch) {
        guard let view else { return }
        let (sql, values) = SQLReach(reach: view.reading).condition(onExperimentID: column)
        search.require(sql, values)
    }

    /// Leaves out of a search what is of registered models that are not seen.
    func leaveOutUnseen(modelNumbers column: String, _ search: inout SQLSearch) {
        guard let view else { return }
        let (sql, values) = SQLReach(reach: view.reading).condition(onModelNumber: column)
        search.require(sql, values)
    }

    private func exists(_ sql: String, _ values: [(any DatabaseValueConvertible)?]) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT EXISTS (\(sql))")
        return try Bool.fetchOne(statement, arguments: StatementArguments(values)) ?? false
    }
}
