import AssayTerms
import GRDB

extension SQLiteStore {
    /// Copies a closed database page by page, so that numbers of rows stay what they are, what its write-ahead log holds included.
    ///
    /// - Throws: `unavailable` if either file cannot be opened or written.
    package static func copyDatabase(at path: String, to target: String) throws {
        do {
            let source = try DatabaseQueue(path: path)
            let copy = try DatabaseQueue(path: target)
            try source.backup(to: copy)
            // One file, without side files that a copy could leave behind.
            try copy.writeWithoutTransaction { _ = try Row.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
            try source.close()
        } catch {
            throw DiskFailure.named(AssayError(.unavailable, "\(path) cannot be copied to \(target).", cause: error))
        }
    }
}
