import GRDB
import GRDBSQLite

/// A prepared statement that changes rows, run over and over with numbers for arguments.
///
/// GRDB readies observers and validates arguments at every execution, which costs more than SQLite needs for a small row.
/// Nothing here is observed, and the arguments are bound by their places.
struct QuickStatement {
    private let statement: Statement
    private let database: Database

    /// - Parameter sql: without a result, its arguments numbered from 1.
    init(_ sql: String, in database: Database) throws {
        statement = try database.cachedStatement(sql: sql)
        self.database = database
    }

    /// Binds with `bind` and runs the statement once.
    ///
    /// - Throws: `DatabaseError` with SQLite's code, as GRDB would.
    func run(_ bind: (QuickArguments) -> Void) throws {
        let handle = statement.sqliteStatement
        bind(QuickArguments(handle: handle))
        let code = sqlite3_step(handle)
        sqlite3_reset(handle)
        guard code == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
        }
    }
}

/// The places of a ``QuickStatement``'s arguments.
struct QuickArguments {
    fileprivate let handle: OpaquePointer

    func set(_ place: Int32, _ value: Int64) { sqlite3_bind_int64(handle, place, value) }
    func set(_ place: Int32, _ value: Double) { sqlite3_bind_double(handle, place, value) }
}
