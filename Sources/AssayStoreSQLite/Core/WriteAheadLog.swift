import AssayTerms
import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// Keeps the write-ahead log short without making writers wait for it.
///
/// SQLite's own way copies pages back inside the commit that fills the log, which that commit's callers then wait for. Here a
/// connection of its own copies them while commits go on. That alone never lets the log begin anew under a steady load, since
/// commits keep adding to its end; so from `longPages` on the writer copies the small rest itself, between two groups.
///
/// The log's file keeps its size: writing over its old bytes is much quicker to make durable than making a file longer.
final class WriteAheadLog: Sendable {
    /// 4 MiB: the log is copied back in the background.
    static let backgroundPages = 1_000
    /// 32 MiB: the writer copies the rest.
    static let longPages = 8_000

    private struct State {
        /// Pages in the log after the newest commit.
        var pages = 0
        var isCopying = false
    }

    private let copier: DatabaseQueue
    private let queue = DispatchQueue(label: "assay.store.checkpoint", qos: .utility)
    private let state = Mutex(State())

    /// - Parameter path: a database that is in WAL mode.
    init(path: String) throws {
        var configuration = Configuration()
        configuration.label = "assay.checkpoint"
        copier = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Takes SQLite's own copying away from the writer and counts the pages of its commits instead.
    func attach(toWriter database: Database) {
        // Safe: the store keeps the log alive until its pool, and so this connection, is closed.
        sqlite3_wal_hook(
            database.sqliteConnection,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                let log = Unmanaged<WriteAheadLog>.fromOpaque(context).takeUnretainedValue()
                log.state.withLock { $0.pages = Int(pages) }
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Called by the writer between two transactions.
    func committed(_ database: Database) {
        let (isLong, starts) = state.withLock { state in
            let starts = state.pages >= Self.backgroundPages && !state.isCopying
            if starts { state.isCopying = true }
            return (state.pages >= Self.longPages, starts)
        }
        if isLong { _ = try? Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(PASSIVE)") }
        if starts {
            queue.async { [self] in
                // What cannot be copied now is copied after a later commit; nothing is lost by waiting.
                copier.inDatabase { _ = try? Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(PASSIVE)") }
                state.withLock { $0.isCopying = false }
            }
        }
    }

    /// Waits for the copying under way and closes the connection.
    func close() throws {
        queue.sync {}
        try copier.close()
    }
}
