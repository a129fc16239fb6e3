import ArgumentParser
import AssayCanonical
import AssayLedger
import AssayLedgerFormat
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows
import Foundation

/// `assay restore`: a data directory from a backup, with a log of its own.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make a data directory from a backup, and begin a new log that says so.",
        discussion: """
            Every file is held against its digest first. The old log ends with the backup: going on with its key would show two \
            histories under one name to whoever saw what came after. So a new log with a key of its own begins with the same \
            entries, and the first entry of its own names the old log and its last checkpoint. The old log's folder is kept \
            as ledger-before. Tell auditors the new key, which is printed.
            """)

    @Argument(help: "The backup's folder.")
    var folder: String

    @Option(help: "The data directory to be made.")
    var dataDir: String

    @Option(help: "The folder with the keys, for a backup without them; the master key must be the one of that time.")
    var keysDir: String?

    @Flag(help: "The key that signed evidence is gone: draw another, which an entry names. What the old one signed goes on counting.")
    var evidenceKeyLost = false

    func run() async throws {
        guard !Disk.exists(dataDir) else {
            throw AssayError(.alreadyExists, "\(dataDir) exists; a backup is restored into a data directory that is to be made.")
        }
        let backup = BackupFolder(path: folder)
        try backup.check()
        let keys = try keysSource()
        try Disk.createDirectory(dataDir)
        do {
            let target = BackupFolder(path: dataDir)
            try target.copyFolder(folder, to: ".", leavingOut: [Text(BackupFolder.aboutName), Text(BackupFolder.sumsName)])
            // The old log's signing key stays where it was kept; this directory must not be able to go on with it.
            let left: Set<Text> = ["log.key", "log.key.next", "log.former"]
            try? FileManager.default.removeItem(atPath: dataDir + "/keys")
            try target.copyFolder(keys, to: "keys", leavingOut: left)
            try FileManager.default.moveItem(atPath: dataDir + "/ledger", toPath: dataDir + "/ledger-before")
            try await beginLog()
        } catch {
            // A half restored directory must not be started.
            try? FileManager.default.removeItem(atPath: dataDir)
            throw error
        }
    }

    private func keysSource() throws -> String {
        let inside = folder + "/keys"
        guard let keys = keysDir ?? (Disk.isDirectory(inside) ? inside : nil) else {
            throw AssayError(.notFound, "The backup holds no keys; name the folder where the master key is kept with --keys-dir.")
        }
        // Which key of it opens the data keys, and whether one does, opening the directory tells.
        return keys
    }

    private func beginLog() async throws {
        let before = PublishedLog(files: try PosixLedgerFiles(folder: dataDir + "/ledger-before"))
        guard let old = try before.checkpoint(), let oldKey = try before.verificationKey() else {
            throw AssayError(.corrupt, "The backup's log has no checkpoint.")
        }
        let last = try Checkpoint(note: old.bytes, signedBy: oldKey)
        let opened = try OpenDirectory.open(path: dataDir, keysPath: nil, mustExist: true)
        defer { try? opened.store.close() }
        try await opened.useCases.recordRestoration(of: last, signed: old, key: oldKey)
        if evidenceKeyLost { _ = try await EvidenceKeyExchange(opened: opened).run(isLost: true) }
        let governed = try await opened.governed(requiresPolicy: false)
        await governed.recordCheck.compare()
        let checkpoint = try await governed.ledger.publishNow()
        // The entries that the old log published must be the beginning of the new one.
        let after = PublishedLog(files: try PosixLedgerFiles(folder: opened.directory.ledgerPath))
        guard try after.root(at: last.size) == last.root else {
            throw AssayError(.corrupt, "The backup's database does not hold the entries that its log has published.")
        }
        guard governed.recordCheck.isEqual else {
            throw AssayError(
                .conflict,
                "The backup's tables are not what its log's entries decided, so nothing is restored. "
                    + "`assay audit verify --data-dir` on the directory it was made of names the differences; take an earlier backup.")
        }
        try StandardOutput.write(
            Array(
                """
                restored \(dataDir): \(last.size) entries of the log \(last.origin), and a new log of \(checkpoint.size)
                its key, for auditors:
                \(governed.ledger.verificationKey.vkey)

                """.utf8))
    }
}
