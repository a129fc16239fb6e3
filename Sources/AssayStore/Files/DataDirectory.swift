package import AssayTerms
import Glibc

/// The layout of one data directory, and the lock that keeps a second server out.
///
///     assay.db   records        keys.db   wrapped data keys      blobs/   encrypted blobs
///     ledger/    public log     keys/     master, log and evidence keys      lock
package final class DataDirectory: Sendable {
    package let path: String
    private let lockDescriptor: Int32

    /// A file that a backup has and a data directory has not.
    package static let backupMark = "BACKUP.txt"

    package var databasePath: String { path + "/assay.db" }
    package var keyDatabasePath: String { path + "/keys.db" }
    package var blobsPath: String { path + "/blobs" }
    package var ledgerPath: String { path + "/ledger" }
    package let keysPath: String

    /// Opens `path`, creating it and its folders (mode 0700), and takes the lock until `deinit`.
    ///
    /// - Parameter mustExist: refuse to create a new directory, for commands that look at an existing one.
    /// - Throws: `unavailable` if another process holds the lock or the folder cannot be written, `notFound` if it must
    ///   exist and does not, `conflict` for a backup's folder.
    package init(path: String, keysPath: String? = nil, mustExist: Bool = false) throws(AssayError) {
        self.path = path
        self.keysPath = keysPath ?? path + "/keys"
        if mustExist, !Disk.isDirectory(path) {
            throw AssayError(.notFound, "There is no data directory at \(path). Name the right one with --data-dir.")
        }
        // Whatever opens a directory goes on with it, and a backup that was gone on with is none any more.
        guard !Disk.exists(path + "/" + Self.backupMark) else {
            throw AssayError(.conflict, "\(path) is a backup. Make a data directory of it: assay restore \(path) --data-dir DIR")
        }
        try Disk.createDirectory(path)
        let descriptor = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw AssayError(.unavailable, "The data directory \(path) cannot be written (\(Disk.errorText())). Choose another with --data-dir.")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            throw AssayError(
                .unavailable, "Another assay process is using the data directory \(path). Stop it first, or choose another with --data-dir.")
        }
        lockDescriptor = descriptor
        for folder in [blobsPath, ledgerPath, self.keysPath] { try Disk.createDirectory(folder) }
    }

    deinit { Glibc.close(lockDescriptor) }
}
