import AssayStore
import AssayTerms
import Synchronization
import Testing

/// Marks, claims and rows in order, as every driver has to keep them.
@Suite(.everyDriver) struct SealStoreTests {
    private static let id: Text = "0123456789abcdef0123456789abcdef"
    private static let start: Int64 = 1_800_000_000_000
    private static let quiet = SealSchedule.quietMilliseconds + SealSchedule.quietSlackMilliseconds
    private static let idle = SealSchedule.idleMilliseconds + SealSchedule.idleSlackMilliseconds

    private final class Clock: Sendable {
        private let time = Mutex(start)
        var now: Int64 { time.withLock { $0 } }
        func advance(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
    }

    private func withRun(
        _ status: RunStatus = .finished, _ body: (any Store, Clock) async throws -> Void
    ) async throws {
        let clock = Clock()
        try await withTemporaryStore(nowMilliseconds: { clock.now }) { store in
            try await store.write { try $0.createRun(Self.newRun(Self.id, status)) }
            try await body(store, clock)
        }
    }

    private static func newRun(_ id: Text, _ status: RunStatus) -> NewRun {
        NewRun(
            info: RunInfo(
                id: id, experimentID: 0, name: "n", userID: "", status: status, startTime: 1, endTime: nil, stage: .active,
                artifactURI: "mlflow-artifacts:/0/x/artifacts", createdBy: "anonymous"), tags: [])
    }

    private func due(_ store: any Store, _ id: Text = id) async throws -> Int64? {
        try await store.read { try $0.existingRun(id).sealDue }
    }

    /// Seals everything there is, as far as the store can tell.
    private func clear(_ store: any Store) async throws {
        try await store.write { tx in
            for run in try tx.claimRunsToSeal(at: .max, limit: 100) { try tx.releaseRunToSeal(run, due: nil) }
        }
    }

    /// Every way in which a run changes marks it, and what is no change of the run does not.
    @Test func everyChangeMarksTheRun() async throws {
        let changes: [(String, @Sendable (any StoreTransaction, RunHandle) throws -> Void)] = [
            ("metric", { try $0.append(RunBatch(metrics: [MetricPoint(key: "m", value: 1, timestamp: 1, step: 0)]), to: $1) }),
            ("param", { try $0.append(RunBatch(params: [KeyValue(key: "p", value: "1")]), to: $1) }),
            ("tag", { try $0.append(RunBatch(tags: [KeyValue(key: "t", value: "1")]), to: $1) }),
            ("tag away", { _ = try $0.deleteTag("t", of: $1) }),
            ("name", { try $0.updateRun($1, status: nil, endTime: nil, name: "other") }),
            ("stage", { try $0.setRunStage($1, .deleted, at: 1) }),
            ("experiment", { tx, _ in try tx.setExperimentStage(0, .active, at: 2) }),
            ("input", { try $0.addInputs([], models: ["m-1"], to: $1) }),
            ("output", { try $0.addOutputs([ModelOutput(modelID: "m-1", step: 0)], to: $1) }),
            ("file", { tx, _ in _ = try tx.putFile(Self.file, of: FileOwner(.run, id: Self.id)) }),
            ("file away", { tx, _ in _ = try tx.removeFiles(of: FileOwner(.run, id: Self.id), at: "a") }),
        ]
        try await withRun { store, _ in
            for (name, change) in changes {
                try await clear(store)
                #expect(try await due(store) == nil)
                try await store.write { try change($0, $0.existingRun(Self.id)) }
                #expect(try await due(store) == Self.start + Self.quiet, "\(name)")
            }
            try await clear(store)
            try await store.write { tx in
                _ = try tx.deleteTag("nothing", of: tx.existingRun(Self.id))
                _ = try tx.putFile(Self.file, of: FileOwner(.loggedModel, id: Self.id))
            }
            #expect(try await due(store) == nil)
        }
    }

    private static let file = FileRecord(
        path: "a", blob: nil, size: 0, digest: SHA256Digest(bytes: [UInt8](repeating: 1, count: 32)) ?? { preconditionFailure() }())

    @Test func marksFollowTheStateOfTheRun() async throws {
        try await withRun(.running) { store, clock in
            #expect(try await due(store) == Self.start + Self.idle)
            clock.advance(SealSchedule.idleSlackMilliseconds)
            try await log(store, 1)
            #expect(try await due(store) == Self.start + Self.idle)
            clock.advance(1)
            try await log(store, 2)
            #expect(try await due(store) == clock.now + Self.idle)
            try await setStatus(store, .finished)
            #expect(try await due(store) == clock.now)
            // What comes before the sealer does not put the end off.
            clock.advance(10)
            try await log(store, 3)
            #expect(try await due(store) == clock.now - 10)
            try await clear(store)
            try await setStatus(store, .failed)
            #expect(try await due(store) == clock.now + Self.quiet)
            try await setStatus(store, .running)
            #expect(try await due(store) == clock.now + Self.idle)
            try await setStatus(store, .killed)
            #expect(try await due(store) == clock.now)
        }
    }

    @Test func aClaimMissesNothing() async throws {
        try await withRun { store, clock in
            clock.advance(Self.quiet)
            let now = clock.now
            #expect(try await store.read { try $0.hasRunToSeal(at: now - 1) } == false)
            #expect(try await store.write { try $0.claimRunsToSeal(at: now - 1, limit: 9) }.isEmpty)
            let claimed = try await store.write { try $0.claimRunsToSeal(at: now, limit: 9) }
            #expect(claimed.map(\.id) == [Self.id])
            #expect(try await store.write { try $0.claimRunsToSeal(at: now, limit: 9) }.isEmpty)
            #expect(try await store.read { try $0.isMarkedForSeal($0.existingRun(Self.id)) })
            // A change between the claim and its release is a mark of its own.
            try await log(store, 1)
            let marked = try await due(store)
            #expect(marked == now + Self.quiet)
            try await store.write { try $0.releaseRunToSeal(claimed[0], due: nil) }
            #expect(try await due(store) == marked)
            try await store.write { try $0.releaseRunToSeal(claimed[0], due: 5) }
            #expect(try await due(store) == 5)
            try await clear(store)
            #expect(try await store.read { try $0.isMarkedForSeal($0.existingRun(Self.id)) } == false)
        }
    }

    @Test func claimsOfAProcessThatIsGoneAreTakenBack() async throws {
        try await withRun { store, _ in
            _ = try await store.write { try $0.claimRunsToSeal(at: .max, limit: 9) }
            #expect(try await due(store) == nil)
            try await store.write { try $0.reclaimRunsToSeal() }
            #expect(try await due(store) == 0)
            #expect(try await store.write { try $0.claimRunsToSeal(at: 0, limit: 9) }.count == 1)
        }
    }

    /// A backlog does not hold up what ends now, and the other way round.
    @Test func bothEndsOfTheQueueAreServed() async throws {
        try await withRun { store, clock in
            try await clear(store)
            for number in 0..<10 {
                clock.advance(1_000)
                try await store.write { try $0.createRun(Self.newRun(Text("r\(number)"), .finished)) }
            }
            let claimed = try await store.write { try $0.claimRunsToSeal(at: .max, limit: 5) }
            #expect(claimed.map(\.id) == ["r0", "r1", "r2", "r9", "r8"])
            #expect(try await store.write { try $0.claimRunsToSeal(at: .max, limit: 99) }.count == 5)
        }
    }

    // MARK: - Rows

    /// By whichever way they are read, a run's rows come in the order of their places, each once.
    @Test(arguments: [1, 2, 3, 7, 50, 1_000])
    func rowsComeInTheOrderOfTheirPlaces(_ limit: Int) async throws {
        try await withRun { store, _ in
            try await store.write { try $0.createRun(Self.newRun("other", .running)) }
            // Alone at first, so that they stand close together; then among many others; keys and steps out of order.
            try await log(store, (0..<60).map { ($0 * 37) % 60 })
            for number in 60..<90 {
                try await log(store, (number * 20..<number * 20 + 20).map { $0 }, to: "other")
                try await log(store, number)
            }
            for id in [Self.id, "other"] {
                let (pages, whole) = try await store.read { tx in
                    let run = try tx.existingRun(id)
                    var pages: [[MetricRow]] = []
                    var isMore = true
                    while isMore {
                        var page: [MetricRow] = []
                        isMore = try tx.metricRows(of: run, after: pages.last?.last?.place, limit: limit) { page.append($0) }
                        if !page.isEmpty { pages.append(page) }
                    }
                    var whole: [MetricRow] = []
                    try tx.metricRows(of: run) { whole.append($0) }
                    return (pages, whole)
                }
                #expect(pages.allSatisfy { $0.count <= limit })
                #expect(pages.flatMap { $0 } == whole)
                #expect(whole.count == (id == "other" ? 600 : 90))
                #expect(whole.map(\.place) == whole.map(\.place).sorted())
            }
        }
    }

    @Test func rowsAreAsTheyAreStored() async throws {
        try await withRun { store, _ in
            try await store.write { tx in
                let points = [Double.nan, 0.1, -0.0].map { MetricPoint(key: "caf\u{E9}", value: $0, timestamp: -3, step: 2) }
                try tx.append(RunBatch(metrics: points), to: tx.existingRun(Self.id))
            }
            let rows = try await store.read { tx in
                var rows: [MetricRow] = []
                try tx.metricRows(of: tx.existingRun(Self.id)) { rows.append($0) }
                return rows
            }
            #expect(rows.map(\.key) == ["caf\u{E9}", "caf\u{E9}", "caf\u{E9}"])
            #expect(rows.map(\.value) == [0, 0.1, 0] && rows.map(\.isNaN) == [true, false, false])
            #expect(rows.map(\.place) == [1, 2, 3] && rows.allSatisfy { $0.timestamp == -3 && $0.step == 2 })
        }
    }

    // MARK: - Help

    private func log(_ store: any Store, _ steps: Int..., to id: Text = id) async throws {
        try await log(store, steps, to: id)
    }

    private func log(_ store: any Store, _ steps: [Int], to id: Text = id) async throws {
        let points = steps.map { MetricPoint(key: Text("k\($0 % 3)"), value: 0.5, timestamp: 1, step: Int64($0)) }
        try await store.write { try $0.append(RunBatch(metrics: points), to: $0.existingRun(id)) }
    }

    private func setStatus(_ store: any Store, _ status: RunStatus) async throws {
        try await store.write { try $0.updateRun($0.existingRun(Self.id), status: status, endTime: nil, name: nil) }
    }
}
