import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows
import Foundation
import GRDB
import Logging
import Synchronization
import Testing

/// The use cases over a store of their own, with a clock that the test moves.
final class House: Sendable {
    let path: String
    let store: any Store
    /// Where requests go instead of out.
    let outgoing = FakeOutgoing()
    private let clock: TestClock
    private let base: UseCases

    init(gate: any PromotionGate = OpenGate()) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let clock = TestClock()
        self.clock = clock
        store = try SQLiteStore(path: path + "/assay.db", nowMilliseconds: { clock.now })
        let master = MasterKey(randomBytes: SecureRandom.bytes)
        let keyring = Keyring(
            store: try SQLiteKeyStore(path: path + "/keys.db"), master: master, randomBytes: { SecureRandom.bytes($0) })
        let blobs = EncryptedBlobStore(
            folder: path, keyring: keyring, randomBytes: { SecureRandom.bytes($0) })
        var useCases = UseCases(
            store: store, blobs: blobs, keyring: keyring,
            effects: Effects(nowMilliseconds: { 0 }, randomBytes: { SecureRandom.bytes($0) }),
            logger: Logger(label: "test"))
        useCases.promotionGate = gate
        base = useCases
    }

    /// The use cases with this house's clock.
    var useCases: UseCases {
        var useCases = UseCases(
            store: store, blobs: base.blobs, keyring: base.keyring,
            effects: Effects(
                nowMilliseconds: { [clock] in clock.now }, randomBytes: { SecureRandom.bytes($0) }),
            logger: base.logger)
        useCases.promotionGate = base.promotionGate
        useCases.outgoing = outgoing
        return useCases
    }

    var now: Int64 { clock.now }

    func advance(milliseconds: Int64) { clock.advance(milliseconds: milliseconds) }

    /// Changes the database behind the store's back.
    func tamper(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path + "/assay.db")
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    func entries() async throws -> [HistoryEntry] { try await useCases.history(after: 0, limit: 10_000) }
    func kinds() async throws -> [String] { try await entries().map(\.kind) }

    /// Runs `body` and removes the house. What stands in the tables then must be what the log's entries decided.
    ///
    /// - Parameter tampers: whether the body changes tables without entries, or closes the store.
    static func with(
        gate: any PromotionGate = OpenGate(), tampers: Bool = false, _ body: (House) async throws -> Void
    ) async throws {
        let house = try House(gate: gate)
        defer { try? FileManager.default.removeItem(atPath: house.path) }
        try await body(house)
        if !tampers { #expect(try await house.useCases.compareRecords()?.differences.map(\.text) == []) }
        try house.store.close()
    }
}

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_800_000_000_000)

    var now: Int64 { milliseconds.withLock { $0 } }

    func advance(milliseconds step: Int64) { milliseconds.withLock { $0 += step } }
}

/// What `body` throws, which must be one of ours with this code.
func refusal(
    _ code: AssayError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async -> String {
    do {
        try await body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as AssayError {
        #expect(error.code == code, "\(error.message)", sourceLocation: sourceLocation)
        return error.message
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
    return ""
}
