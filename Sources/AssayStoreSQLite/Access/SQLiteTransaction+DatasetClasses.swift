import AssayStore
import AssayTerms
import GRDB

extension SQLiteTransaction {
    func datasetClass(_ name: Text) throws -> DatasetClass? {
        let find = try database.cachedStatement(sql: "SELECT class FROM datasetClass WHERE name = ?")
        return try String.fetchOne(find, arguments: [name]).map(Self.datasetClass)
    }

    func datasetClasses() throws -> [(name: Text, datasetClass: DatasetClass)] {
        try Row.fetchAll(database, sql: "SELECT name, class FROM datasetClass ORDER BY name")
            .map { ($0[0], try Self.datasetClass($0[1])) }
    }

    func setDatasetClass(_ datasetClass: DatasetClass?, of name: Text) throws {
        guard let datasetClass else {
            return try database.execute(sql: "DELETE FROM datasetClass WHERE name = ?", arguments: [name])
        }
        try database.execute(
            sql: "INSERT INTO datasetClass (name, class) VALUES (?, ?) ON CONFLICT DO UPDATE SET class = excluded.class",
            arguments: [name, datasetClass.rawValue])
    }

    private static func datasetClass(_ stored: String) throws -> DatasetClass {
        guard let datasetClass = DatasetClass(rawValue: stored) else {
            throw AssayError(.corrupt, "The database holds a data set of an unknown class. Run `assay doctor`.")
        }
        return datasetClass
    }
}
