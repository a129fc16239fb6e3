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
        other.reader = nil
        return other
    }

    private func with(_ view: View) -> SQLiteTransaction {
        var other = self
        other.view = view.isWhole ? nil : view
        other.reader = view
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

    /// Whether something in an experiment is there to be seen; notes that it was asked for.
    func finds(_ object: TouchedObject, inExperiment id: Int64) throws -> Bool {
        guard let reader else { return true }
        guard try sees(experiment: id) else {
            reader.trail.noteUnseen(object)
            return false
        }
        reader.trail.note(object)
        return true
    }

    /// Whether something of a registered model is there to be seen; notes that it was asked for.
    func finds(_ object: TouchedObject, ofModel id: String) throws -> Bool {
        guard let reader else { return true }
        guard try sees(model: id) else {
            reader.trail.noteUnseen(object)
            return false
        }
        reader.trail.note(object)
        return true
    }

    func note(_ object: TouchedObject) { reader?.trail.note(object) }

    /// - Throws: `permissionDenied` for a file of a data set whose bytes may not be read.
    func requireReadable(_ path: Text, of owner: FileOwner) throws {
        guard let reader else { return }
        reader.trail.note(TouchedObject(file: path, of: owner))
        guard let name = Dataset.name(ofFileAt: path) else { return }
        reader.trail.note(TouchedObject(.dataset, name))
        let datasetClass = try datasetClass(name)
        guard !reader.showsBytes(ofDataset: name, class: datasetClass) else { return }
        let kind = datasetClass.map { ", which is \($0.rawValue)" } ?? ""
        let need = datasetClass == .rawPersonal ? Permission.readSensitive : .read
        throw AssayError(
            .permissionDenied,
            "The data set '\(name)'\(kind) may not be read: it needs the permission '\(need.rawValue)' on it.")
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
        case .paper: return try paper(id: owner.id.string) != nil
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
