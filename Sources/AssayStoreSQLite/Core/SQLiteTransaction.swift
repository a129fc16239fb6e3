import AssayStore
import GRDB

/// One use case's view of the database. Each room of records extends it in its own folder.
///
/// It never outlives the closure it is handed to; the connection behind it belongs to that closure's thread.
struct SQLiteTransaction: StoreTransaction {
    let database: Database
    var runSearch = RunSearchPaths.Settings()
}
