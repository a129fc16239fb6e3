import AssayStore
import AssayTerms
import Foundation
import GRDB
import Testing

@testable import AssayImport

/// Which URIs lead to which store, and how everything that is none is refused: by name, with what to do.
struct MLflowStoreTests {
    private func refusal(_ uri: String, _ scratch: Scratch) -> AssayError? {
        do {
            _ = try MLflowStore.open(uri, .init(artifactsPath: nil, scratchPath: scratch.path))
            return nil
        } catch {
            return error as? AssayError
        }
    }

    @Test func urisNameDatabasesAndFolders() throws {
        let scratch = try Scratch()
        try scratch.write("a.db", "x")
        try scratch.write("a b%.db", "x")
        try scratch.makeFolder("mlruns")
        let path = scratch.path
        #expect(try MLflowStore.place(of: "sqlite:///\(path)/a.db") == .database("\(path)/a.db"))
        #expect(try MLflowStore.place(of: "sqlite:///\(path)/a.db?timeout=5") == .database("\(path)/a.db"))
        #expect(try MLflowStore.place(of: "\(path)/a.db") == .database("\(path)/a.db"))
        #expect(try MLflowStore.place(of: "\(path)/mlruns") == .folder("\(path)/mlruns"))
        #expect(try MLflowStore.place(of: "file://\(path)/mlruns") == .folder("\(path)/mlruns"))
        #expect(try MLflowStore.place(of: "file:\(path)/a%20b%25.db") == .database("\(path)/a b%.db"))
    }

    @Test(arguments: [
        ("postgresql://u:p@db/mlflow", AssayError.Code.unsupported, "scripts/mlflow-to-sqlite"),
        ("mysql+pymysql://db/mlflow", .unsupported, "SQLite"), ("http://127.0.0.1:5000", .unsupported, "--backend-store-uri"),
        ("s3://bucket/mlruns", .unsupported, "'s3'"), ("sqlite://", .invalidArgument, "sqlite:///mlflow.db"),
        ("sqlite:////no/such/file.db", .notFound, "/no/such/file.db"), ("/no/such/folder", .notFound, "/no/such/folder"),
        ("file://elsewhere/mlruns", .unsupported, "another machine"),
    ])
    func othersAreRefused(_ uri: String, _ code: AssayError.Code, _ words: String) throws {
        let error = try #require(refusal(uri, try Scratch()))
        #expect(error.code == code && error.message.contains(words), "\(error.message)")
        #expect(!error.message.contains("u:p@"))
    }

    @Test func whatMLflowDidNotWriteIsRefused() throws {
        let scratch = try Scratch()
        try scratch.write("text.db", String(repeating: "not a database ", count: 100))
        try scratch.write("empty.db", "")
        try scratch.makeFolder("empty")
        try scratch.write("artifacts/0/1f/artifacts/model/MLmodel", "x")
        _ = try scratch.database("other.db", sql: "CREATE TABLE notes (text TEXT)")
        for (name, words) in [
            ("text.db", "not a SQLite database"), ("empty.db", "not a SQLite database"), ("other.db", "not one of MLflow's"),
            ("empty", "no MLflow file store"), ("artifacts", "--artifacts"),
        ] {
            let error = try #require(refusal(scratch.path + "/" + name, scratch), "\(name) was opened")
            #expect(error.code == .unreadable && error.message.contains(words), "\(error.message)")
        }
    }

    @Test func aSchemaThatLacksWhatIsNeededIsRefusedByName() throws {
        let scratch = try Scratch()
        let path = try scratch.database("old.db", sql: Fixture.sql("2.22"))
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(sql: "UPDATE alembic_version SET version_num = 'abcdef012345'; ALTER TABLE metrics RENAME COLUMN step TO place")
        }
        try queue.close()
        let error = try #require(refusal(path, scratch))
        #expect(error.code == .unsupported)
        #expect(error.message.contains("abcdef012345") && error.message.contains("metrics.step"), "\(error.message)")
    }

    @Test func anUnknownSchemaThatHasWhatIsNeededIsRead() throws {
        let scratch = try Scratch()
        let path = try scratch.database("new.db", sql: Fixture.sql("3.17"))
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(
                sql: "UPDATE alembic_version SET version_num = 'fedcba'; CREATE TABLE inventions (a); INSERT INTO inventions VALUES (1), (2)")
        }
        try queue.close()
        let source = try MLflowStore.open(path, .init(artifactsPath: nil, scratchPath: scratch.path))
        #expect(source.title.string.contains("fedcba"))
        #expect(try source.inventory().leftOut.contains(.init(name: "rows of table 'inventions'", count: 2)))
    }
}
