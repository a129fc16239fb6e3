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

        /// The server looks every 20 s meanwhile.
        func go(_ milliseconds: Int64, _ pass: TrainingPass) async throws {
            var left = milliseconds
            try await pass.run()
            while left > 0 {
                house.house.advance(milliseconds: min(left, 20_000))
                left -= 20_000
                try await pass.run()
            }
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

    private func with(_ lines: String, tampers: Bool = false, _ body: (Bench) async throws -> Void) async throws {
        try await GovernedHouse.with(tampers: tampers) { house in
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

    @Test func alertsWhoseOriginIsGoneEnd() async throws {
        try await with(Self.command + "\n    stop-after: 1") { bench in
            let governance = bench.governance
            _ = try await bench.nextHour()
            let work = try #require(try await governance.leaseTraining(worker: "w", pipelines: [], by: bench.house.ana))
            _ = try await governance.endTraining(
                id: work.view.record.id, lease: Text(work.lease), isSuccess: false, words: "", exitStatus: 1, output: nil, by: bench.house.ana)
            let model = try #require(try await bench.house.house.store.read { try $0.registeredModel(named: "loans")?.id })
            let cases = bench.house.useCases
            let keys = ["monitor/\(model)/1/plan/0011", "monitor/\(model)/1/plan/0011/silent", "training/unreadable/\(model)", "other"]
            for key in keys {
                let signal = try AlertSignal(
                    key: Text(key), severity: .warning, state: .firing, title: "t", modelID: model, modelName: "loans")
                try await cases.store.write { _ = try cases.signal(signal, in: $0) }
            }
            // The pipeline stands; no plan does.
            #expect(try await AlertOriginPass(governance: governance).run() == 2)
            #expect(try await bench.isFiring("failed"))
            let other = String(decoding: Self.document(Self.command), as: UTF8.self).replacing("name: hourly", with: "name: other")
            _ = try await governance.applyTraining(Array(other.utf8), by: bench.house.adam)
            #expect(try await AlertOriginPass(governance: governance).run() == 1)
            #expect(try await !bench.isFiring("failed"))
            #expect(try await AlertOriginPass(governance: governance).run() == 0)
            #expect(try await cases.alerts(.firing, after: nil, limit: 9).items.map(\.record.key.string).sorted() == ["other", "training/unreadable/\(model)"])
            let ended = try await bench.house.house.entries().filter { $0.kind == "alert.resolved" && $0.actorID == "server" }
            #expect(ended.count == 3 && ended.allSatisfy { $0.payload?["comment"]?.string?.contains("nothing that is in force") == true })
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
            let pass = TrainingPass(governance: bench.governance)
            for _ in 0..<2 {
                try await bench.go(50_000, pass)
                #expect(try await bench.governance.renewTraining(id: id, lease: Text(work.lease), by: bench.house.ana) == .started)
            }
            try await bench.go(60_001, pass)
            #expect(try await bench.newest().details?["words"]?.string == "its worker fell silent")
            #expect(try await bench.governance.renewTraining(id: id, lease: Text(work.lease), by: bench.house.ana) == .failed)
            await #expect(throws: AssayError.self) {
                try await bench.governance.endTraining(
                    id: id, lease: Text(work.lease), isSuccess: true, words: "", exitStatus: 0, output: nil, by: bench.house.ana)
            }
        }
    }

    /// Neither a server that was away nor a clock that was set says anything of workers: nobody could have been heard.
    @Test(arguments: [3_600_000, -3_600_000] as [Int64])
    func aServerThatCouldNotHearSaysNobodyWasSilent(_ jump: Int64) async throws {
        try await with(Self.command.replacing("limit: 30m", with: "limit: 9h")) { bench in
            _ = try await bench.nextHour()
            let work = try #require(try await bench.governance.leaseTraining(worker: "w", pipelines: [], by: bench.house.ana))
            let id = work.view.record.id
            func renew() async throws {
                #expect(try await bench.governance.renewTraining(id: id, lease: Text(work.lease), by: bench.house.ana) == .started)
            }
            // A minute and more without the server, which then looks before the worker speaks.
            bench.house.house.advance(milliseconds: 90_000)
            let pass = TrainingPass(governance: bench.governance)
            try await bench.go(40_000, pass)
            try await renew()
            // The clock is set, or the machine slept.
            bench.house.house.advance(milliseconds: jump)
            try await bench.go(40_000, pass)
            try await renew()
            try await bench.go(59_000, pass)
            try await renew()
            try await bench.go(61_000, pass)
            #expect(try await bench.governance.training(id: id, for: bench.house.ana).details?["words"]?.string == "its worker fell silent")
        }
    }

    @Test func whatIsHeldBackAgainAndAgainIsOneNote() async throws {
        try await with(Self.command + "\n    stop-after: 1") { bench in
            _ = try await bench.nextHour()
            try await bench.train(gap: "0.9", by: bench.house.ana, isSuccess: false)
            for _ in 0..<5 {
                _ = try await bench.nextHour()
                // The same hour again is no further reason.
                try await TrainingPass(governance: bench.governance).run()
            }
            let runs = try await bench.governance.trainings(pipeline: nil, model: nil, limit: 99)
            #expect(runs.map(\.record.state) == [.bounded, .failed])
            #expect(runs[0].details?["repeats"]?.integer == 4)
            #expect(runs[0].details?["last_reason"]?["due"] != runs[0].details?["reason"]?["due"])
            #expect(try await bench.house.house.kinds().filter { $0 == "training.bounded" }.count == 1)
        }
    }

    @Test func whoHadItTrainedDoesNotApproveIt() async throws {
        try await with(Self.command + "\n    promote: {stage: Production}") { bench in
            let house = bench.house
            // Ana may ask for it and approve; Otto's account is the worker's.
            _ = try await house.governance.startTraining(pipeline: "hourly", model: nil, reason: "", by: house.ana)
            let version = try await bench.train(gap: "0.01", by: house.otto)
            try await TrainingPass(governance: bench.governance).run()
            try await house.work()
            let request = try await house.openRequest()
            let words = await refusal(.permissionDenied) { try await house.approve(request, by: house.ana) }
            #expect(words.contains("author"))
            let entry = try #require(try await house.house.entries().last { $0.kind == "training.registered" })
            let authors = Set(entry.payload?["authors"]?.array?.compactMap(\.string) ?? [])
            #expect(authors == [house.ana.id, house.adam.id])
            try await house.approve(request, by: house.vera, house.cleo)
            try await house.promote(version, by: house.otto)
            #expect(try await house.useCases.compareRecords()?.differences.isEmpty == true)
            // The same files under another name have the same authors.
            let copy = try await house.copy(version, to: "loans-too", by: house.otto)
            #expect(try await house.house.store.read { try $0.trainingAuthors(versionID: copy.id, manifest: copy.content.manifestDigest).count } == 2)
        }
    }

    @Test func authorsThatNoEntryTellsOfAreFound() async throws {
        try await with(Self.command, tampers: true) { bench in
            _ = try await bench.nextHour()
            let version = try await bench.train(gap: "0.01", by: bench.house.otto)
            try await bench.house.house.store.write { tx in
                try tx.insertTrainingAuthors([bench.house.vera.id], versionID: version.id, manifest: nil)
            }
            let differences = try await bench.house.useCases.compareRecords()?.differences ?? []
            #expect(differences.count == 1)
        }
    }

    @Test func lastWordsAreForWhoMayActAndHoldNoSecrets() async throws {
        try await with(Self.command) { bench in
            let house = bench.house
            _ = try await bench.nextHour()
            let work = try #require(try await bench.governance.leaseTraining(worker: "w", pipelines: [], by: house.ana))
            let id = work.view.record.id
            let output: Text = "step 1\nkey AKIA2E0A8F3B244C9986 in use\nthe end\n"
            _ = try await bench.governance.endTraining(
                id: id, lease: Text(work.lease), isSuccess: false, words: "", exitStatus: 1, output: output, by: house.ana)
            func told(_ who: Principal) async throws -> String? {
                TrainingJSON.run(try await bench.governance.training(id: id, for: who))["output"]?.string
            }
            let words = try #require(try await told(house.otto))
            #expect(words.hasPrefix("step 1\n[left out: ") && words.hasSuffix("]\nthe end\n") && !words.contains("AKIA"))
            let reader = try await house.useCases.createUser(named: "rita", roles: [.riskManager], by: house.adam).user.principal
            #expect(try await told(reader) == nil)
            let list = try await bench.governance.trainings(pipeline: nil, model: nil, limit: 9)
            #expect(list.allSatisfy { TrainingJSON.run($0)["output"] == .null })
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
            try await bench.go(Self.hour / 2 + 1, TrainingPass(governance: bench.governance))
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
