import AssayStore
import AssayStoreSQLite
import Foundation
import Testing

/// A driver as the conformance cases see it. Whoever writes another one adds a line to `all`; every suite with
/// `.everyDriver` then runs with it as well, and must pass unchanged.
struct StoreDriver: Sendable {
    let name: String
    /// A new store below a folder of its own.
    let open: @Sendable (_ folder: String, _ nowMilliseconds: @escaping @Sendable () -> Int64) throws -> any Store

    static let all = [
        StoreDriver(name: "SQLite") { folder, now in
            try SQLiteStore(path: folder + "/assay.db", nowMilliseconds: now)
        }
    ]

    @TaskLocal static var current = all[0]
}

/// Runs each test of a suite once with every driver.
struct EveryDriver: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        // A suite as a whole is no case; its tests are.
        guard testCase != nil else { return try await function() }
        for driver in StoreDriver.all {
            await StoreDriver.$current.withValue(driver) {
                do {
                    try await function()
                } catch {
                    Issue.record(error, "with the driver \(driver.name)")
                }
            }
        }
    }
}

extension Trait where Self == EveryDriver {
    static var everyDriver: EveryDriver { EveryDriver() }
}

/// A store of the present driver in a folder of its own, removed afterwards.
func withTemporaryStore(
    nowMilliseconds: @escaping @Sendable () -> Int64 = { 1_800_000_000_000 }, _ body: (any Store) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try StoreDriver.current.open(folder.path, nowMilliseconds)
    try await body(store)
    try store.close()
}
