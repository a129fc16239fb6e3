import AssayCanonical
import AssayLedgerCheck
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows
import Logging

/// What a data directory's database holds of the log, and whether its tables are what that leads to.
struct AuditDatabase {
    private static let pageSize = 1000

    /// The entries with an index, handed to the verifier as plain bytes.
    let entries: [DatabaseEntry]
    /// `nil` without keys, since nothing can be replayed then.
    let records: RecordComparison?

    /// Reads the database; `nil` if the directory has none.
    ///
    /// Payloads are opened where their keys are at hand, and compared by digest only.
    ///
    /// - Throws: `unavailable` if a server is using the directory, or the database cannot be opened.
    static func read(dataDirectory: String, keysPath: String?) async throws -> AuditDatabase? {
        guard AuditFolder.hasFile(dataDirectory + "/assay.db") else { return nil }
        let directory = try DataDirectory(path: dataDirectory, keysPath: keysPath, mustExist: true)
        defer { withExtendedLifetime(directory) {} }
        let keyring = try? keyring(directory)
        let store = try SQLiteStore(path: directory.databasePath)
        defer { try? store.close() }
        var records: RecordComparison?
        if let keyring {
            let useCases = UseCases(
                store: store,
                blobs: EncryptedBlobStore(folder: directory.blobsPath, keyring: keyring, randomBytes: SecureRandom.bytes),
                keyring: keyring, effects: .system, logger: Logger(label: "assay"))
            records = try await useCases.compareRecords()
            records?.differences += try await useCases.checkAccessSegments()
        }
        return AuditDatabase(entries: try await entries(in: store, keyring: keyring), records: records)
    }

    private static func entries(in store: SQLiteStore, keyring: Keyring?) async throws -> [DatabaseEntry] {
        var entries: [DatabaseEntry] = []
        var ordinal: Int64 = 0
        while true {
            let after = ordinal
            let records = try await store.read { try $0.ledgerEntries(after: after, limit: pageSize) }
            guard let last = records.last else { return entries }
            ordinal = last.ordinal
            for record in records {
                guard let index = record.index.flatMap({ UInt64(exactly: $0) }) else { continue }
                entries.append(
                    DatabaseEntry(index: index, leaf: record.leaf, payload: payload(of: record, keyring: keyring)))
            }
        }
    }

    private static func keyring(_ directory: DataDirectory) throws -> Keyring? {
        guard AuditFolder.hasFile(directory.keyDatabasePath) else { return nil }
        let keys = try SQLiteKeyStore(path: directory.keyDatabasePath)
        let master = try MasterKeyCabinet.system(keysPath: directory.keysPath, store: keys).open()
        return Keyring(store: keys, master: master, randomBytes: SecureRandom.bytes)
    }

    /// A sealed payload is `salt ‖ payload` under the context `ledger:<entry id>`.
    private static func payload(of record: LedgerEntryRecord, keyring: Keyring?) -> DatabaseEntry.Payload {
        guard let sealed = record.sealedPayload else { return .erased }
        guard let keyring else { return .sealed }
        do {
            let opened = try keyring.open(sealed, context: Text("ledger:" + record.id))
            return .digest(SHA256Hasher.digest(of: opened).bytes)
        } catch let error as AssayError where error.code == .notFound {
            return .erased
        } catch {
            // Bytes that do not open were changed: no digest can be that of the leaf.
            return .digest([])
        }
    }
}
