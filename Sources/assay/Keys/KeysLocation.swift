import ArgumentParser
import AssayLedger
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows

/// The data directory whose keys are looked after.
struct KeysLocation: ParsableArguments {
    @Option(help: "The data directory.")
    var dataDir = "./assay-data"

    @Option(help: "The folder of the keys, if they do not stand inside the data directory.")
    var keysDir: String?

    /// Runs `work` on the master key's cabinet, and enters what it answers in the log.
    ///
    /// - Throws: as `OpenDirectory.open`, and what `work` throws.
    func change(_ work: (MasterKeyCabinet) throws -> MasterKeyChange) async throws -> MasterKeyChange {
        let change: MasterKeyChange
        do {
            let directory = try DataDirectory(path: dataDir, keysPath: keysDir, mustExist: true)
            change = try work(try cabinet(directory))
        }
        // Opened again with the key that is in force now, which shows that it opens what it should.
        let opened = try OpenDirectory.open(path: dataDir, keysPath: keysDir, mustExist: true)
        defer { try? opened.store.close() }
        try await opened.useCases.enterMasterKeyChange(change)
        try await opened.governed(requiresPolicy: false).ledger.publishNow()
        return change
    }

    func cabinet(_ directory: DataDirectory) throws -> MasterKeyCabinet {
        guard Disk.exists(directory.keyDatabasePath) else {
            throw AssayError(.notFound, "There are no keys in \(dataDir): it has no keys.db. Name the right folder with --data-dir.")
        }
        return MasterKeyCabinet.system(keysPath: directory.keysPath, store: try SQLiteKeyStore(path: directory.keyDatabasePath))
    }
}
