package import AssayStore
import AssayTerms
import Foundation
import GRDB
import Synchronization

/// The records in one SQLite file (WAL, `synchronous = FULL`, foreign keys on).
package final class SQLiteStore: Store {
    private let pool: DatabasePool
    private let log: WriteAheadLog
    private let committer: GroupCommitter
    private let runSearch: RunSearchPaths.Settings
    private let nowMilliseconds: @Sendable () -> Int64

    /// Opens `path`, creating and migrating it as needed.
    ///
    /// - Parameter nowMilliseconds: the clock by which changed runs are marked for sealing, in milliseconds since 1970.
    /// - Throws: `unavailable` if the file cannot be opened or a newer version wrote it; `unsupported` if it is an
    ///   MLflow database.
    package convenience init(path: String, nowMilliseconds: @escaping @Sendable () -> Int64 = SQLiteStore.systemTime) throws {
        try self.init(path: path, nowMilliseconds: nowMilliseconds, runSearch: RunSearchPaths.Settings())
    }

    init(
        path: String, nowMilliseconds: @escaping @Sendable () -> Int64 = SQLiteStore.systemTime,
        runSearch: RunSearchPaths.Settings
    ) throws {
        self.nowMilliseconds = nowMilliseconds
        self.runSearch = runSearch
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 8
        configuration.label = "assay"
        configuration.prepareDatabase { SQLReach.prepare($0) }
        do {
            try Self.refuseForeignFile(at: path)
            pool = try DatabasePool(path: path, configuration: configuration)
            try Self.makeDurable(pool)
            try Migrations.migrator.migrate(pool)
            // What savepoints keep to be able to roll back would go to a file from some pages on. Set after migrations,
            // which sort whole tables for their indexes.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA temp_store = MEMORY") }
            let log = try WriteAheadLog(path: path)
            pool.writeWithoutTransaction { log.attach(toWriter: $0) }
            self.log = log
        } catch {
            throw Self.unopened(path, error)
        }
        committer = GroupCommitter(writer: pool, log: log)
    }

    package func write<Value: Sendable>(
        _ useCase: @escaping @Sendable (any StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let box = OutcomeBox<Value>()
            committer.submit(
                GroupCommitter.Job(
                    run: { [nowMilliseconds] database in
                        do {
                            let value = try useCase(
                                SQLiteTransaction(database: database, nowMilliseconds: nowMilliseconds))
                            box.set(.success(value))
                        } catch {
                            box.set(.failure(DiskFailure.named(Self.inWords(error))))
                            throw error
                        }
                    },
                    answer: { commitError in
                        switch (box.take(), commitError) {
                        case (.failure(let error), _): continuation.resume(throwing: error)
                        case (_, let error?): continuation.resume(throwing: error)
                        case (.success(let value), nil): continuation.resume(returning: value)
                        case (nil, nil):
                            continuation.resume(
                                throwing: AssayError(.internalFault, "A use case was committed without having run."))
                        }
                    }))
        }
    }

    package func read<Value: Sendable>(
        _ query: @escaping @Sendable (any StoreSnapshot) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.read { [nowMilliseconds, runSearch] in
                try query(SQLiteTransaction(database: $0, nowMilliseconds: nowMilliseconds, runSearch: runSearch))
            }
        } catch {
            throw DiskFailure.named(error)
        }
    }

    /// Entries with an index of `index` or more, in the order of the log, read on the calling thread: for the verifier, which
    /// works on threads of its own.
    package func sequencedEntries(from index: Int64, limit: Int) throws -> [LedgerEntryRecord] {
        try pool.read { database in
            try SQLiteTransaction(database: database, nowMilliseconds: nowMilliseconds, runSearch: runSearch)
                .sequencedEntries(from: index, limit: limit)
        }
    }

    package func close() throws {
        committer.finish()
        try log.close()
        // GRDB closes its read-only connections last, and those cannot fold the write-ahead log back.
        try? pool.writeWithoutTransaction { database in
            _ = try Row.fetchOne(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try pool.close()
    }

    package static let systemTime: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000) }

    /// GRDB sets `synchronous = NORMAL` on a WAL writer after its own preparation, so FULL is set afterwards and read back.
    private static func makeDurable(_ pool: DatabasePool) throws {
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
                throw AssayError(.unavailable, "SQLite did not accept synchronous = FULL; commits would not be durable.")
            }
        }
    }

    /// A text column of a STRICT table takes no blob, and text with U+0000 is bound as one.
    private static func inWords(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError, error.extendedResultCode == .SQLITE_CONSTRAINT_DATATYPE else { return error }
        let column = error.message?.split(separator: " ").last.map(String.init) ?? "a text column"
        return AssayError(
            .invalidArgument, "Text with the character U+0000 cannot be stored (\(column)). Leave the character out.",
            cause: error)
    }

    /// Looks before anything is written: opening a pool already touches the file. A file that is not there is fine.
    ///
    /// - Throws: `unsupported` for MLflow's own database; `unavailable` for one of a newer version of this program.
    package static func refuseForeignFile(at path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        var configuration = Configuration()
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            try queue.read { try refuseForeign($0, path) }
        } catch {
            throw unopened(path, error)
        }
    }

    private static func refuseForeign(_ database: Database, _ path: String) throws {
        if try database.tableExists("alembic_version") {
            throw AssayError(
                .unsupported,
                "\(path) is an MLflow database and is left as it is. Choose another --data-dir, and bring its content over with: assay import mlflow \(path)")
        }
        if try Migrations.migrator.hasBeenSuperseded(database) {
            throw AssayError(
                .unavailable,
                "\(path) was written by a newer version of assay than this one (\(AssayVersion.current)). Start the newer version.")
        }
    }

    private static func unopened(_ path: String, _ error: any Error) -> AssayError {
        (error as? AssayError)
            ?? AssayError(
                .unavailable, "\(path) cannot be opened as Assay's database. Check that the folder is writable and the file whole.",
                cause: error)
    }
}

/// Carries a use case's outcome from the writer's thread to its answer.
private final class OutcomeBox<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)

    func set(_ value: Result<Value, any Error>) { outcome.withLock { $0 = value } }
    func take() -> Result<Value, any Error>? { outcome.withLock { $0 } }
}
