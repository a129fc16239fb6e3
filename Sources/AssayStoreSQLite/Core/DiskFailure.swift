import AssayTerms
import GRDB

/// What SQLite says when the disk has no room, in our words.
enum DiskFailure {
    /// `error`, or `storageFull` in its place where it means that.
    static func named(_ error: any Error) -> any Error {
        guard let failure = error as? DatabaseError,
            // The second is the index of the write-ahead log, which cannot grow on a full disk.
            failure.resultCode == .SQLITE_FULL || failure.extendedResultCode == .SQLITE_IOERR_SHMSIZE
        else { return error }
        return AssayError(
            .storageFull, "The change could not be stored: the server's disk is full. Nothing of it was kept. Make room there and try again.",
            cause: failure)
    }
}
