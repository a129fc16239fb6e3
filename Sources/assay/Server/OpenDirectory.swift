import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows
import Glibc
import Logging

/// A data directory opened with its lock, and the use cases over it: for the server, and for the few commands that work on
/// a stopped one.
struct OpenDirectory {
    let directory: DataDirectory
    let store: SQLiteStore
    var useCases: UseCases

    /// - Parameters:
    ///   - mustExist: whether to refuse a directory that is not there, for commands that only look at one.
    ///   - keyPlace: where a new directory's master key is made.
    /// - Throws: `notFound` if it must exist and does not; `conflict` for a backup's folder;
    ///   `unavailable` while a server holds the directory, or when it cannot be read with the keys there are.
    static func open(
        path: String, keysPath: String?, mustExist: Bool = false, keyPlace: MasterKeyPlace? = nil,
        logger: Logger = Logger(label: "assay")
    ) throws -> OpenDirectory {
        // Databases and their side files are for the owner only, wherever they are copied with their modes.
        umask(0o077)
        let effects = Effects.system
        let directory = try DataDirectory(path: path, keysPath: keysPath, mustExist: mustExist)
        try SQLiteStore.refuseForeignFile(at: directory.databasePath)
        let isNew = !mustExist && !Disk.exists(directory.keyDatabasePath)
        guard Disk.exists(directory.keyDatabasePath) || !Disk.exists(directory.databasePath) else {
            throw AssayError(
                .unavailable, "\(directory.keyDatabasePath) is missing, and everything in this data directory is encrypted with its keys. Restore it.")
        }
        let keys = try SQLiteKeyStore(path: directory.keyDatabasePath)
        let cabinet = MasterKeyCabinet.system(keysPath: directory.keysPath, store: keys)
        let master = try cabinet.open(makingAt: isNew ? keyPlace ?? MasterKeyCabinet.standardPlace : nil)
        let keyring = Keyring(store: keys, master: master, randomBytes: effects.randomBytes)
        let store = try SQLiteStore(path: directory.databasePath, nowMilliseconds: effects.nowMilliseconds)
        let blobs = EncryptedBlobStore(folder: directory.blobsPath, keyring: keyring, randomBytes: effects.randomBytes)
        return OpenDirectory(
            directory: directory, store: store,
            useCases: UseCases(store: store, blobs: blobs, keyring: keyring, effects: effects, logger: logger))
    }
}
