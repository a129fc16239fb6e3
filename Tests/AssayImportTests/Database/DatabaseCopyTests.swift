import AssayStore
import AssayTerms
import Foundation
import GRDB
import Testing

@testable import AssayImport

/// A database is read as it was at one moment, whatever journal it keeps, and nothing of it or beside it is touched.
struct DatabaseCopyTests {
    private func runs(_ path: String, _ scratch: Scratch) throws -> Int {
        let source = try MLflowStore.open(path, .init(artifactsPath: nil, scratchPath: scratch.path))
        return try source.ids(of: .run, after: nil, limit: 1_000).count
    }

    @Test func aDatabaseWithARollbackJournal() throws {
        let (store, scratch) = (try Scratch(), try Scratch())
        let path = try store.database("mlflow.db", sql: Fixture.sql("3.17"))
        let before = try store.snapshot()
        #expect(try runs(path, scratch) == 6)
        #expect(try store.snapshot() == before)
        #expect(try scratch.snapshot().isEmpty)
    }

    /// Reading must not leave `-wal` and `-shm` beside a database that nobody has open.
    @Test func aWriteAheadDatabaseThatNobodyHasOpen() throws {
        let (store, scratch) = (try Scratch(), try Scratch())
        let path = try store.database("mlflow.db", sql: "PRAGMA journal_mode = WAL;" + Fixture.sql("3.17"))
        let before = try store.snapshot()
        #expect(before.map(\.path) == ["mlflow.db"])
        #expect(try runs(path, scratch) == 6)
        #expect(try store.snapshot() == before)
    }

    /// What stands in the write-ahead log only is read, an unfinished transaction is not, and its writer goes on.
    @Test func aWriteAheadDatabaseThatIsBeingWritten() throws {
        let (store, scratch) = (try Scratch(), try Scratch())
        let path = try store.database("mlflow.db", sql: "PRAGMA journal_mode = WAL;" + Fixture.sql("3.17"))
        let writer = try DatabaseQueue(path: path)
        func insert(_ id: String, _ database: Database) throws {
            try database.execute(
                sql: "INSERT INTO runs (run_uuid, status, lifecycle_stage, experiment_id) VALUES (?, 'RUNNING', 'active', 1)", arguments: [id])
        }
        try writer.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            try insert(String(repeating: "a", count: 32), database)
            try database.inTransaction {
                try insert(String(repeating: "b", count: 32), database)
                #expect(try runs(path, scratch) == 7)
                return .commit
            }
        }
        #expect(try runs(path, scratch) == 8)
        try writer.close()
    }

    /// A snapshot stays what it was while the source goes on.
    @Test func aCopyDoesNotFollowItsSource() throws {
        let (store, scratch) = (try Scratch(), try Scratch())
        let path = try store.database("mlflow.db", sql: Fixture.sql("2.22"))
        let source = try MLflowStore.open(path, .init(artifactsPath: nil, scratchPath: scratch.path))
        let writer = try DatabaseQueue(path: path)
        try writer.write { try $0.execute(sql: "UPDATE runs SET name = 'changed since'") }
        try writer.close()
        let names = try source.runs(after: nil, limit: 1_000).items.map(\.run.info.name)
        #expect(names.count == 6 && !names.contains("changed since"))
    }

    @Test func aDamagedDatabaseIsNamed() throws {
        let (store, scratch) = (try Scratch(), try Scratch())
        let path = try store.database("mlflow.db", sql: Fixture.sql("3.17"))
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        for index in 4_096..<bytes.count { bytes[index] = 0xA5 }
        try store.write("mlflow.db", bytes)
        #expect {
            _ = try runs(path, scratch)
        } throws: { error in
            guard let error = error as? AssayError else { return false }
            return error.code == .unreadable && error.message.contains("mlflow.db is damaged")
        }
    }

    /// A name with what means something in a URI is still one file.
    @Test func aNameOfOddCharacters() throws {
        let (store, scratch) = (try Scratch(), try Scratch())
        let path = try store.database("ml flow%20?#é.db", sql: Fixture.sql("2.22"))
        #expect(try runs(path, scratch) == 6)
    }
}
