import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayStore
import AssayTerms
@testable import AssayWorkflows
import Testing

/// A house with one run, and what its seals say.
struct SealedRun {
    let house: House
    let id: Text
    var useCases: UseCases { house.useCases }
    var sealer: RunSealer { RunSealer(useCases: house.useCases) }

    static let quiet = SealSchedule.quietMilliseconds + SealSchedule.quietSlackMilliseconds
    static let idle = SealSchedule.idleMilliseconds + SealSchedule.idleSlackMilliseconds

    /// - Parameter isSealed: whether the run has params, metrics and a file, has ended, and is sealed.
    static func with(isSealed: Bool = false, _ body: (SealedRun) async throws -> Void) async throws {
        try await House.with { house in
            let run = SealedRun(house: house, id: try await newRun(house))
            if isSealed {
                try await run.log(0..<5)
                try await run.useCases.append(
                    RunBatch(params: [KeyValue(key: "lr", value: "0.1"), KeyValue(key: "depth", value: "4")]), to: run.id)
                try await run.put("model/weights", "first")
                try await run.end()
                try await run.sealer.sealDueRuns()
                #expect(try await run.seals().count == 1)
            }
            try await body(run)
        }
    }

    static func newRun(_ house: House) async throws -> Text {
        try await house.useCases.createRun(
            experimentID: 0, name: "canary-name", userID: "", startTime: 1, tags: [], by: .anonymous
        ).info.id
    }

    func log(_ steps: Range<Int>, key: Text = "loss") async throws {
        let points = steps.map { MetricPoint(key: key, value: Double($0) / 4, timestamp: 1_000, step: Int64($0)) }
        try await useCases.append(RunBatch(metrics: points), to: id)
    }

    /// As `log`, by SQL and so in no time, with the mark that logging them would have left.
    func logQuickly(_ steps: Range<Int>) async throws {
        try await log(steps.lowerBound..<steps.lowerBound + 1)
        try house.tamper(
            """
            WITH RECURSIVE number (step) AS (
                SELECT \(steps.lowerBound + 1) UNION ALL SELECT step + 1 FROM number WHERE step < \(steps.upperBound - 1))
            INSERT INTO metric (run, key, timestamp, step, value, isNaN) SELECT 1, 1, 1000, step, step / 4.0, 0 FROM number;
            UPDATE run SET sealDueTime = 0 WHERE number = 1
            """)
    }

    func tag(_ value: Text) async throws {
        try await useCases.append(RunBatch(tags: [KeyValue(key: "canary-tag", value: value)]), to: id)
    }

    func put(_ path: Text, _ content: String) async throws {
        let bytes = Array(content.utf8)
        let chunks = AsyncStream<[UInt8]> { continuation in
            continuation.yield(bytes)
            continuation.finish()
        }
        try await useCases.putRunArtifact(id, path: path, chunks, by: .anonymous)
    }

    func end(_ status: RunStatus = .finished) async throws { try await set(status) }

    func set(_ status: RunStatus) async throws {
        _ = try await useCases.updateRun(id, status: status, endTime: house.now, name: nil)
    }

    func entries() async throws -> [LedgerEntryRecord] {
        let topic = LedgerTopic.run(id)
        return try await house.store.read { try $0.ledgerEntries(about: [topic], after: 0, limit: 1_000) }
    }

    func seals() async throws -> [RunSeal] { try await entries().compactMap { try useCases.seal(in: $0) } }

    func audit() async throws -> RunAudit { try await useCases.auditRun(id) }
}
