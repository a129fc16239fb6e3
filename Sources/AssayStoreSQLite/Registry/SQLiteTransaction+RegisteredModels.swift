import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    func registeredModel(named name: Text) throws -> RegisteredModel? {
        let statement = try database.cachedStatement(
            sql: Self.registeredModelColumns + " WHERE name = ? AND deletionTime IS NULL")
        guard let row = try Row.fetchOne(statement, arguments: [name]) else { return nil }
        let id: String = row[1]
        guard try finds(TouchedObject(.model, Text(id)), ofModel: id) else { return nil }
        return try registeredModel(row)
    }

    func registeredModel(id: String) throws -> RegisteredModel? {
        let statement = try database.cachedStatement(
            sql: Self.registeredModelColumns + " WHERE id = ? AND deletionTime IS NULL")
        return try Row.fetchOne(statement, arguments: [id]).map { try registeredModel($0) }
    }

    func modelIDs(everNamed name: Text) throws -> [String] {
        try String.fetchAll(
            database,
            sql: """
                SELECT registeredModel.id FROM registeredModelName
                JOIN registeredModel ON registeredModel.number = registeredModelName.model
                WHERE registeredModelName.name = ? ORDER BY registeredModelName.id
                """, arguments: [name]
        ).filter { try sees(model: $0) }
    }

    func insertRegisteredModel(_ model: RegisteredModel) throws {
        guard try whole.registeredModel(named: model.name) == nil else { throw Self.nameTaken(model.name) }
        try database.execute(
            sql: """
                INSERT INTO registeredModel (id, name, description, creationTime, lastUpdateTime) VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [model.id, model.name, model.description, model.creationTime, model.lastUpdateTime])
        note(TouchedObject(.model, Text(model.id)))
        try rememberName(model.name, ofModel: model.id)
        for tag in model.tags { try setTag(tag, ofModel: model.id) }
    }

    func renameRegisteredModel(id: String, to name: Text, at time: Int64) throws {
        if let other = try whole.registeredModel(named: name), other.id != id { throw Self.nameTaken(name) }
        try database.execute(
            sql: "UPDATE registeredModel SET name = ?, lastUpdateTime = ? WHERE id = ?", arguments: [name, time, id])
        try database.execute(
            sql: """
                UPDATE modelVersion SET lastUpdateTime = ?
                WHERE model = (SELECT number FROM registeredModel WHERE id = ?) AND deletionTime IS NULL
                """, arguments: [time, id])
        try rememberName(name, ofModel: id)
    }

    func setDescription(_ description: Text?, ofModel id: String, at time: Int64) throws {
        try database.execute(
            sql: "UPDATE registeredModel SET description = ?, lastUpdateTime = ? WHERE id = ?",
            arguments: [description, time, id])
    }

    func touchRegisteredModel(id: String, at time: Int64) throws {
        try database.execute(
            sql: "UPDATE registeredModel SET lastUpdateTime = ? WHERE id = ?", arguments: [time, id])
    }

    func setTag(_ tag: KeyValue, ofModel id: String) throws {
        try database.execute(
            sql: """
                INSERT INTO registeredModelTag (model, key, value)
                VALUES ((SELECT number FROM registeredModel WHERE id = ?), ?, ?)
                ON CONFLICT DO UPDATE SET value = excluded.value
                """, arguments: [id, tag.key, tag.value])
    }

    func deleteTag(_ key: Text, ofModel id: String) throws -> Bool {
        try database.execute(
            sql: """
                DELETE FROM registeredModelTag
                WHERE model = (SELECT number FROM registeredModel WHERE id = ?) AND key = ?
                """, arguments: [id, key])
        return database.changesCount > 0
    }

    func version(ofAlias alias: Text, modelID: String) throws -> Int64? {
        try Int64.fetchOne(
            database,
            sql: """
                SELECT version FROM modelAlias
                WHERE model = (SELECT number FROM registeredModel WHERE id = ?) AND alias = ?
                """, arguments: [modelID, alias])
    }

    func setAlias(_ alias: Text, to version: Int64, ofModel id: String) throws {
        try database.execute(
            sql: """
                INSERT INTO modelAlias (model, alias, version)
                VALUES ((SELECT number FROM registeredModel WHERE id = ?), ?, ?)
                ON CONFLICT DO UPDATE SET version = excluded.version
                """, arguments: [id, alias, version])
    }

    func deleteAlias(_ alias: Text, ofModel id: String) throws -> Bool {
        try database.execute(
            sql: """
                DELETE FROM modelAlias WHERE model = (SELECT number FROM registeredModel WHERE id = ?) AND alias = ?
                """, arguments: [id, alias])
        return database.changesCount > 0
    }

    func deleteRegisteredModel(id: String, at time: Int64) throws {
        try database.execute(
            sql: "DELETE FROM modelAlias WHERE model = (SELECT number FROM registeredModel WHERE id = ?)",
            arguments: [id])
        try database.execute(
            sql: """
                UPDATE modelVersion SET deletionTime = ?
                WHERE model = (SELECT number FROM registeredModel WHERE id = ?) AND deletionTime IS NULL
                """, arguments: [time, id])
        try database.execute(
            sql: "UPDATE registeredModel SET deletionTime = ? WHERE id = ? AND deletionTime IS NULL",
            arguments: [time, id])
    }

    private func rememberName(_ name: Text, ofModel id: String) throws {
        try database.execute(
            sql: """
                INSERT INTO registeredModelName (name, model)
                VALUES (?, (SELECT number FROM registeredModel WHERE id = ?)) ON CONFLICT DO NOTHING
                """, arguments: [name, id])
    }

    private static func nameTaken(_ name: Text) -> AssayError {
        AssayError(.alreadyExists, "Registered Model (name=\(name)) already exists.")
    }

    // MARK: - Reading

    static let registeredModelColumns =
        "SELECT number, id, name, description, creationTime, lastUpdateTime FROM registeredModel"

    func registeredModel(_ row: Row) throws -> RegisteredModel {
        let number: Int64 = row[0]
        note(TouchedObject(.model, Text(row[1] as String)))
        let tags = try database.cachedStatement(
            sql: "SELECT key, value FROM registeredModelTag WHERE model = ? ORDER BY key")
        let aliases = try database.cachedStatement(
            sql: "SELECT alias, version FROM modelAlias WHERE model = ? ORDER BY alias")
        return RegisteredModel(
            id: row[1], name: row[2], description: row[3], creationTime: row[4], lastUpdateTime: row[5],
            tags: try Row.fetchAll(tags, arguments: [number]).map { KeyValue(key: $0[0], value: $0[1]) },
            aliases: try Row.fetchAll(aliases, arguments: [number]).map { ModelAlias(alias: $0[0], version: $0[1]) })
    }
}
