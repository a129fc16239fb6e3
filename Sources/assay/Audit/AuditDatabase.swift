import AssayCanonical
import AssayLedgerCheck
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows
import Logging

/// What a data directory's database holds of the log, and whether its tables are what that leads to.
///
/// Entries are handed to the verifier as it asks for them; the directory is held until ``close()``.
final class AuditDatabase: RecordedEntries {
    /// `nil` without keys, since nothing can be replayed then.
    let records: RecordComparison?
    private let directory: DataDirectory
    private let store: SQLiteStore
    private let keyring: Keyring?

    private init(directory: DataDirectory, store: SQLiteStore, keyring: Keyring?, records: RecordComparison?) {
        self.directory = directory
        self.store = store
        self.keyring = keyring
        self.records = records
    }

    /// Opens the database and compares its tables; `nil` if the directory has none.
    ///
    /// Payloads are opened where their keys are at hand, and compared by digest only.
    ///
    /// - Throws: `unavailable` if a server is using the directory, or the database cannot be opened.
    static func open(dataDirectory: String, keysPath: String?) async throws -> AuditDatabase? {
        guard AuditFolder.hasFile(dataDirectory + "/assay.db") else { return nil }
        let directory = try DataDirectory(path: dataDirectory, keysPath: keysPath, mustExist: true)
        let keyring = try? keyring(directory)
        let store = try SQLiteStore(path: directory.databasePath)
        do {
            let records = try await compareRecords(directory, store: store, keyring: keyring)
            return AuditDatabase(directory: directory, store: store, keyring: keyring, records: records)
        } catch {
            try? store.close()
            throw error
        }
    }

    func close() { try? store.close() }

    func entries(from index: UInt64, limit: Int, withPayloads: Bool) throws(LogReadError) -> [DatabaseEntry] {
        guard let index = Int64(exactly: index) else { return [] }
        let records: [LedgerEntryRecord]
        do {
            records = try store.sequencedEntries(from: index, limit: limit)
        } catch {
            throw LogReadError("the database's entries from \(index) on cannot be read: \(error)")
        }
        return records.compactMap { record in
            record.index.flatMap { UInt64(exactly: $0) }.map { index in
                DatabaseEntry(
                    index: index, leaf: record.leaf,
                    payload: withPayloads ? Self.payload(of: record, keyring: keyring) : .sealed)
            }
        }
    }

    private static func compareRecords(
        _ directory: DataDirectory, store: SQLiteStore, keyring: Keyring?
    ) async throws -> RecordComparison? {
        guard let keyring else { return nil }
        let useCases = UseCases(
            store: store,
            blobs: EncryptedBlobStore(folder: directory.blobsPath, keyring: keyring, randomBytes: SecureRandom.bytes),
            keyring: keyring, effects: .system, logger: Logger(label: "assay"))
        var records = try await useCases.compareRecords()
        records?.differences += try await useCases.checkAccessSegments()
        return records
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
