import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// The clock, workers, requests and the gate together, over a clock that the test moves.
@Suite struct TrainingPassTests {
    private static let hour: Int64 = 3_600_000

    private static func document(_ lines: String) -> [UInt8] {
        Array("assay: training/v1\npipelines:\n  - name: hourly\n    model: loans\n\(lines)".utf8)
    }

    private static let command = """
            triggers: [{schedule: every 1h}]
            start: {kind: command, run: [train]}
            limit: 30m
        """

    private struct Bench {
        let house: GovernedHouse
        var governance: Governance { house.governance }

        /// The newest run once an hour has passed.
        func nextHour() async throws -> Governance.TrainingView {
            house.house.advance(milliseconds: hour)
            try await TrainingPass(governance: governance).run()
            return try await newest()
        }

        func newest() async throws -> Governance.TrainingView {
            try #require(try await governance.trainings(pipeline: nil, model: "loans", limit: 1).first)
        }

        /// A worker's run that registers a version that is `gap` unfair.
        @discardableResult
        func train(gap: String, by trainer: Principal, isSuccess: Bool = true) async throws -> ModelVersion {
            let work = try #require(try await governance.leaseTraining(worker: "w", pipelines: [], by: trainer))
            let logged = try await house.logModel(gap: gap, by: trainer)
            let id = Text(work.view.record.id)
            try await tag(logged.run, id)
            let version = try await house.register(logged, by: trainer)
            _ = try await governance.endTraining(
                id: id.string, lease: Text(work.lease), isSuccess: isSuccess, words: "", exitStatus: isSuccess ? 0 : 1, output: nil, by: trainer)
            return version
        }

        func tag(_ run: Text, _ id: Text) async throws {
            try await house.house.store.write { tx in
                try tx.append(RunBatch(tags: [KeyValue(key: UseCases.trainingTag, value: id)]), to: tx.existingRun(run))
            }
        }

        func isFiring(_ what: String) async throws -> Bool {
            let alerts = try await house.useCases.alerts(.firing, after: nil, limit: 100).items
            return alerts.contains { $0.record.key.string.hasSuffix("/hourly/\(what)") }
        }
    }

    private func with(_ lines: String, _ body: (Bench) async throws -> Void) async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            _ = try await house.useCases.createRegisteredModel(named: "loans", tags: [], description: nil, by: .localOperator)
            _ = try await house.governance.applyTraining(Self.document(lines), by: house.adam)
            try await body(Bench(house: house))
        }
    }

    @Test func aTimeBeginsItOnceAndTimesThatPassedAreNotMadeUp() async throws {
        try await with(Self.command) { bench in
            try await TrainingPass(governance: bench.governance).run()
            #expect(try await bench.governance.trainings(pipeline: nil, model: nil, limit: 9).isEmpty)
            bench.house.house.advance(milliseconds: 5 * Self.hour)
            for _ in 0..<3 { try await TrainingPass(governance: bench.governance).run() }
            let runs = try await bench.governance.trainings(pipeline: nil, model: nil, limit: 9)
            #expect(runs.map(\.record.state) == [.queued])
            #expect(try await bench.house.house.kinds().filter { $0.hasPrefix("training.") } == ["training.rules-applied", "training.triggered"])
            // The same text again is no new version, and moves nothing.
            #expect(try await !bench.governance.applyTraining(Self.document(Self.command), by: bench.house.adam).isNew)
        }
    }

    @Test func versionsThatTheGateRefusesStopIt() async throws {
        let lines = Self.command + "\n    stop-after: 2\n    promote: {stage: Production}"
        try await with(lines) { bench in
            _ = try await bench.nextHour()
            let version = try await bench.train(gap: "0.9", by: bench.house.ana)
            let linked = try await bench.newest()
            #expect(linked.record.state == .finished && linked.version == version.number && linked.record.runID == version.runID)
            // Asked in the server's name, once; nothing takes a place by that.
            try await TrainingPass(governance: bench.governance).run()
            try await TrainingPass(governance: bench.governance).run()
            let request = try await bench.house.openRequest()
            #expect(try await bench.newest().details?["request"]?.string == request.id && request.openedByID == "server" && request.asked == 1)
            #expect(try await bench.house.stage(version) == ModelStage.none)
            try await bench.house.work()
            _ = try await bench.nextHour()
            try await bench.train(gap: "0.01", by: bench.house.ana, isSuccess: false)
            #expect(try await bench.isFiring("failed"))
            let held = try await bench.nextHour()
            #expect(held.record.state == .bounded && held.details?["bound"]?.string == "stop-after")
            #expect(try await bench.isFiring("bounded"))
            // People are not held back, and begin the row anew.
            _ = try await bench.governance.startTraining(pipeline: "hourly", model: nil, reason: "looked at", by: bench.house.ana)
            #expect(try await !bench.isFiring("bounded"))
            try await bench.train(gap: "0.01", by: bench.house.ana)
            #expect(try await !bench.isFiring("failed"))
            try await TrainingPass(governance: bench.governance).run()
            #expect(try await bench.nextHour().record.state == .queued)
        }
    }

    @Test func aVersionOfSomebodyElseIsNotTakenForTheWorkers() async throws {
        try await with(Self.command) { bench in
            let begun = try await bench.nextHour()
            _ = try #require(try await bench.governance.leaseTraining(worker: "w", pipelines: [], by: bench.house.ana))
            let logged = try await bench.house.logModel(gap: "0.01", by: bench.house.otto)
            let id = Text(begun.record.id)
            try await bench.tag(logged.run, id)
            _ = try await bench.house.register(logged, by: bench.house.otto)
            #expect(try await bench.newest().record.versionID == nil)
        }
    }

    @Test func silenceAndLimitsEndIt() async throws {
        try await with(Self.command) { bench in
            _ = try await bench.nextHour()
            let work = try #require(try await bench.governance.leaseTraining(worker: "w", pipelines: [], by: bench.house.ana))
            let id = work.view.record.id
            for _ in 0..<2 {
                bench.house.house.advance(milliseconds: 50_000)
                #expect(try await bench.governance.renewTraining(id: id, lease: Text(work.lease), by: bench.house.ana) == .started)
                try await TrainingPass(governance: bench.governance).run()
            }
            bench.house.house.advance(milliseconds: 60_001)
            try await TrainingPass(governance: bench.governance).run()
            #expect(try await bench.newest().details?["words"]?.string == "its worker fell silent")
            #expect(try await bench.governance.renewTraining(id: id, lease: Text(work.lease), by: bench.house.ana) == .failed)
            await #expect(throws: AssayError.self) {
                try await bench.governance.endTraining(
                    id: id, lease: Text(work.lease), isSuccess: true, words: "", exitStatus: 0, output: nil, by: bench.house.ana)
            }
        }
    }

    @Test func requestsAreRepeatedUntilTheyAreAnswered() async throws {
        let lines = """
                triggers: [{schedule: every 1h}]
                start: {kind: webhook, url: "https://hooks.example/a"}
                limit: 30m
            """
        try await with(lines) { bench in
            bench.house.house.outgoing.answer(statuses: 503, 200)
            _ = try await bench.nextHour()
            let sender = TrainingSender(governance: bench.governance)
            try await sender.run()
            try await sender.run()
            #expect(bench.house.house.outgoing.sent.count == 1)
            bench.house.house.advance(milliseconds: 3_000)
            try await sender.run()
            let sent = bench.house.house.outgoing.sent
            #expect(sent.count == 2 && sent[0].message.body == sent[1].message.body)
            #expect(try await bench.newest().record.state == .started)
            // No worker takes what runs elsewhere, and what never comes back has failed.
            #expect(try await bench.governance.leaseTraining(worker: "w", pipelines: [], by: bench.house.ana) == nil)
            bench.house.house.advance(milliseconds: Self.hour / 2 + 1)
            try await TrainingPass(governance: bench.governance).run()
            #expect(try await bench.newest().details?["words"]?.string == "nothing came back within the limit")
        }
    }

    @Test func tenAttemptsAreEnough() async throws {
        let lines = """
                triggers: [{schedule: every 1h}]
                start: {kind: webhook, url: "https://hooks.example/a"}
            """
        try await with(lines) { bench in
            bench.house.house.outgoing.answer(statuses: 503)
            _ = try await bench.nextHour()
            for _ in 0..<12 {
                try await TrainingSender(governance: bench.governance).run()
                bench.house.house.advance(milliseconds: 900_000)
            }
            #expect(bench.house.house.outgoing.sent.count == RetrySchedule.attemptLimit)
            #expect(try await bench.newest().record.state == .failed)
        }
    }
}
