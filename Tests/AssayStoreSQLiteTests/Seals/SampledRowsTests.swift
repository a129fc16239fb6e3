import AssayStore
import AssayStoreSQLite
import AssayTerms
import Foundation
import GRDB
import Testing

/// Rows are counted by a sample of them, in the run's own row. Most of the count is put there by SQL, since 100,000 rows
/// through a debug build take minutes.
@Suite struct SampledRowsTests {
    private static let id: Text = "0123456789abcdef0123456789abcdef"
    private static let now: Int64 = 1_800_000_000_000
    private static let idle = now + SealSchedule.idleMilliseconds + SealSchedule.idleSlackMilliseconds

    @Test func manyRowsMakeARunDue() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "assay.db").path
        let store = try SQLiteStore(path: path, nowMilliseconds: { Self.now })
        try await store.write { tx in
            try tx.createRun(
                NewRun(
                    info: RunInfo(
                        id: Self.id, experimentID: 0, name: "n", userID: "", status: .running, startTime: 1, endTime: nil,
                        stage: .active, artifactURI: "mlflow-artifacts:/0/x/artifacts", createdBy: "anonymous"), tags: []))
        }
        let queue = try DatabaseQueue(path: path)
        func counted() async throws -> Int64? {
            try await queue.read { try Int64.fetchOne($0, sql: "SELECT unsealedRows FROM run") }
        }
        func due() async throws -> Int64? { try await store.read { try $0.existingRun(Self.id).sealDue } }
        func log(_ steps: Range<Int64>) async throws {
            let points = steps.map { MetricPoint(key: "k", value: 0.5, timestamp: 1, step: $0) }
            try await store.write { try $0.append(RunBatch(metrics: points), to: $0.existingRun(Self.id)) }
        }

        try await log(0..<1_020)
        #expect(try await counted() == 0)
        try await log(1_020..<1_021)
        #expect(try await counted() == 1_021)
        // Repeats are no rows.
        try await log(0..<1_021)
        #expect(try await counted() == 1_021)
        try await queue.write { try $0.execute(sql: "UPDATE run SET unsealedRows = ?", arguments: [SealSchedule.rowLimit - 1_022]) }
        try await log(1_021..<2_042)
        #expect(try await counted() == SealSchedule.rowLimit - 1)
        #expect(try await due() == Self.idle)
        try await log(2_042..<3_063)
        #expect(try await due() == Self.now)
        // A new count begins with the claim.
        try await store.write { tx in
            for run in try tx.claimRunsToSeal(at: Self.now, limit: 9) { try tx.releaseRunToSeal(run, due: nil) }
        }
        #expect(try await counted() == 0)
        try queue.close()
        try store.close()
    }
}
