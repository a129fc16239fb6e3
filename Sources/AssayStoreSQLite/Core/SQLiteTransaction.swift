import AssayStore
import GRDB

/// One use case's view of the database. Each room of records extends it in its own folder.
///
/// It never outlives the closure it is handed to; the connection behind it belongs to that closure's thread.
struct SQLiteTransaction: StoreTransaction {
    let database: Database
    /// For the marks of changed runs; every other time is the caller's.
    let nowMilliseconds: @Sendable () -> Int64
    var runSearch = RunSearchPaths.Settings()
    /// What is seen of experiments and models; `nil` for everything.
    var view: View?
    /// Whose bytes of data sets are read, and where it is noted what was looked at; `nil` for work that serves no request.
    var reader: View?
}
