import ArgumentParser
import AssayLedger
import AssayLedgerFormat
import AssayStore
import AssayStoreSQLite
import AssayTerms
import Foundation

/// `assay backup`: a copy of a stopped server's data directory that can be checked.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy a stopped server's data directory, with the digests of all files.",
        discussion: """
            Databases, blobs and the log are copied while no server runs, so they belong together. Blobs and payloads are \
            encrypted and stay so. Keys are left out unless --with-keys is given: keep them apart, for without the master key a \
            backup opens nothing, and with it everything.
            """)

    @Argument(help: "The folder to be made.")
    var folder: String

    @Option(help: "The stopped server's data directory.")
    var dataDir: String

    @Option(help: "The folder of the keys, if they do not stand inside the data directory.")
    var keysDir: String?

    @Flag(help: "Copy the keys, too. Whoever has the backup then has everything.")
    var withKeys = false

    func run() async throws {
        guard !Disk.exists(folder) else {
            throw AssayError(.alreadyExists, "\(folder) exists; name a folder that is to be made.")
        }
        let opened = try OpenDirectory.open(path: dataDir, keysPath: keysDir, mustExist: true)
        let directory = opened.directory
        // What was recorded is published first, so that the backup's log knows all its entries.
        let governed = try await opened.governed(requiresPolicy: false)
        let checkpoint = try await governed.ledger.publishNow()
        try opened.store.close()
        try Disk.createDirectory(folder)
        let backup = BackupFolder(path: folder)
        try SQLiteStore.copyDatabase(at: directory.databasePath, to: folder + "/assay.db")
        try SQLiteStore.copyDatabase(at: directory.keyDatabasePath, to: folder + "/keys.db")
        try backup.copyFolder(directory.blobsPath, to: "blobs")
        try backup.copyFolder(directory.ledgerPath, to: "ledger")
        if withKeys { try backup.copyFolder(directory.keysPath, to: "keys") }
        try backup.seal(
            about: """
                assay backup v1
                log \(checkpoint.origin), \(checkpoint.size) entries
                keys \(withKeys ? "included" : "left out")
                restore it with: assay restore FOLDER --data-dir NEW

                """)
        try backup.check()
        let count = try backup.files().count
        try StandardOutput.write(
            Array("wrote \(folder): \(count) files, the log of \(checkpoint.size) entries, keys \(withKeys ? "included" : "left out")\n".utf8))
    }
}
