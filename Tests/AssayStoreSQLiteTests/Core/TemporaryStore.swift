import AssayStoreSQLite
import Foundation

/// A store in a folder of its own, removed afterwards.
func withTemporaryStore(
    nowMilliseconds: @escaping @Sendable () -> Int64 = SQLiteStore.systemTime, _ body: (SQLiteStore) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try SQLiteStore(path: folder.appending(path: "assay.db").path, nowMilliseconds: nowMilliseconds)
    try await body(store)
    try store.close()
}
