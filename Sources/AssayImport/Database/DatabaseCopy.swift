import AssayTerms
import Foundation
import GRDB
import Glibc

/// A database as it was at one moment, copied to a file of our own.
///
/// The source is opened read-only and copied in one read transaction, whatever its journal mode: what others write
/// meanwhile is either all in the copy or not at all, and they wait no longer than the copy takes. Nothing of the source is
/// touched afterwards. The copy has no name in any folder while it is used, so it goes away with the process.
enum DatabaseCopy {
    /// - Throws: `unreadable` for what is no database or is damaged; `unavailable` where it cannot be read or copied now.
    static func make(of path: String, inFolder scratch: String) throws -> DatabaseQueue {
        try refuseForeignBytes(path)
        // One name, since the directory's lock keeps others out: what a killed import left is taken away by the next.
        let copyPath = scratch + "/import.tmp"
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(copyPath + suffix) }
        defer { for suffix in ["", "-journal", "-wal", "-shm"] { unlink(copyPath + suffix) } }
        do {
            let source = try open(path)
            var configuration = Configuration()
            configuration.label = "import"
            let copy = try DatabaseQueue(path: copyPath, configuration: configuration)
            try source.backup(to: copy)
            try source.close()
            // A rollback journal would be a file beside one that has no name any more. What is written to the copy are
            // indexes, and a copy that a crash cuts short is made again.
            try copy.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY")
            }
            return copy
        } catch let error as DatabaseError {
            throw readable(error, path)
        }
    }

    /// A write-ahead log belongs to whoever has the database open. Where there is none, nobody has; reading must not make one.
    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(30)
        configuration.label = "import source"
        let isUnopened = access(path + "-wal", F_OK) != 0 && access(path + "-journal", F_OK) != 0
        let isWriteAhead = header(path).map { $0.count > 19 && $0[18] == 2 } ?? false
        return try DatabaseQueue(
            path: isUnopened && isWriteAhead ? "file:\(escapedURI(path))?mode=ro&immutable=1" : "file:\(escapedURI(path))?mode=ro",
            configuration: configuration)
    }

    /// The path as it stands in a URI: what would end it or be decoded is escaped.
    private static func escapedURI(_ path: String) -> String {
        path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23")
    }

    private static func header(_ path: String) -> [UInt8]? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return count < 0 ? nil : Array(bytes.prefix(count))
    }

    private static func refuseForeignBytes(_ path: String) throws(AssayError) {
        guard let header = header(path) else {
            throw AssayError(.unavailable, "\(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        guard header.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw AssayError(.unreadable, "\(path) is not a SQLite database.")
        }
    }

    static func readable(_ error: DatabaseError, _ path: String) -> AssayError {
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
            AssayError(.unreadable, "\(path) is damaged and cannot be read whole. Repair it (sqlite3 \(path) .recover) and import the result.", cause: error)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            AssayError(.unavailable, "\(path) is being written without a pause. Try again, or stop the MLflow server first.", cause: error)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN:
            AssayError(
                .unavailable,
                "\(path) has an unfinished transaction beside it and cannot be read without changing it. Start MLflow on it once and stop it, then import again.",
                cause: error)
        case .SQLITE_FULL:
            AssayError(.unavailable, "The disk of the data directory has no room for a copy of \(path), from which it is read.", cause: error)
        default: AssayError(.unavailable, "\(path) cannot be read.", cause: error)
        }
    }
}
