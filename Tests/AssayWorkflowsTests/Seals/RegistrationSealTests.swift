import AssayJSON
import AssayLedgerFormat
import AssayStore
import AssayTerms
@testable import AssayWorkflows
import Testing

/// A registration seals the run it rests on first, and its entry names the seal.
@Suite struct RegistrationSealTests {
    private func register(_ run: SealedRun, source: Text? = nil, runID: Text? = nil) async throws -> String? {
        if try await run.house.store.read({ try $0.registeredModel(named: "loans") }) == nil {
            _ = try await run.useCases.createRegisteredModel(named: "loans", tags: [], description: nil, by: .anonymous)
        }
        _ = try await run.useCases.createModelVersion(
            NewModelVersion(
                modelName: "loans", source: source ?? Text("runs:/\(run.id)/model"), runID: runID ?? run.id,
                loggedModelID: nil, runLink: "", description: "", tags: []), by: .anonymous)
        let entry = try #require(try await run.house.entries().last { $0.kind == "version.registered" })
        return entry.payload?["run_seal"]?.string
    }

    @Test func aRunningRunIsSealedWithItsVersion() async throws {
        try await SealedRun.with { run in
            try await run.log(0..<4)
            try await run.put("model/weights", "w")
            let named = try await register(run)
            let entry = try #require(try await run.entries().first)
            let seal = try #require(try await run.seals().first)
            #expect(named == entry.id && seal.reason == .registration && seal.status == .running)
            #expect(seal.parts[.metrics].count == 4 && seal.parts[.files].count == 1)
            let kinds = try await run.house.kinds()
            let sealed = try #require(kinds.firstIndex(of: LedgerKind.runSeal))
            let registered = try #require(kinds.firstIndex(of: "version.registered"))
            #expect(sealed < registered)
            // The run goes on, and the seals with it.
            try await run.log(4..<5)
            try await run.end()
            try await run.sealer.sealDueRuns()
            #expect(try await run.seals().map { $0.parts[.metrics].count } == [4, 1])
            #expect(try await run.audit().isConsistent)
        }
    }

    @Test func anUnchangedRunKeepsItsSeal() async throws {
        try await SealedRun.with(isSealed: true) { run in
            let seal = try await run.entries()[0].id
            #expect(try await register(run) == seal)
            #expect(try await register(run) == seal)
            try await run.log(5..<6)
            let next = try await register(run)
            let newest = try await run.entries().last?.id
            #expect(next != seal && next == newest)
            // The mark is still there; looking at the run again finds nothing.
            run.house.advance(milliseconds: SealedRun.quiet)
            #expect(try await run.sealer.sealDueRuns() == 1)
            #expect(try await run.entries().count == 2)
        }
    }

    @Test func aLongRunIsSealedInPieces() async throws {
        try await SealedRun.with { run in
            try await run.logQuickly(0..<101_000)
            try await run.put("model/weights", "w")
            let named = try await register(run)
            #expect(try await run.seals().map { $0.parts[.metrics].count } == [100_000, 1_000])
            let newest = try await run.entries().last?.id
            #expect(named == newest)
        }
    }

    /// A claim of the sealer that a registration overtakes is looked at again and ends without a seal.
    @Test func aRegistrationOvertakesTheSealer() async throws {
        try await SealedRun.with { run in
            try await run.log(0..<4)
            try await run.put("model/weights", "w")
            try await run.end()
            let useCases = run.useCases
            let claimed = try await run.house.store.write { try $0.claimRunsToSeal(at: .max, limit: 1) }
            let draft = try await run.house.store.read { try useCases.draftSeal(of: claimed[0], in: $0) }
            _ = try await register(run)
            try await run.house.store.write { tx in
                let entered = try useCases.enter(draft, in: tx)
                #expect(entered == nil)
                try tx.releaseRunToSeal(claimed[0], due: useCases.effects.nowMilliseconds())
            }
            #expect(try await run.sealer.sealDueRuns() == 1)
            #expect(try await run.seals().map(\.reason) == [.registration])
        }
    }

    @Test func withoutARunThereIsNoSeal() async throws {
        try await SealedRun.with { run in
            for id in ["", "unknown"] as [Text] {
                let named = try await register(run, source: "s3://elsewhere/model", runID: id)
                #expect(named == nil)
            }
            #expect(try await run.seals().isEmpty)
        }
    }

    @Test func aRefusedRegistrationSealsNothing() async throws {
        try await SealedRun.with { run in
            try await run.put("model/weights", "w")
            _ = await refusal(.notFound) {
                _ = try await run.useCases.createModelVersion(
                    NewModelVersion(
                        modelName: "unknown", source: Text("runs:/\(run.id)/model"), runID: run.id, loggedModelID: nil,
                        runLink: "", description: "", tags: []), by: .anonymous)
            }
            #expect(try await run.seals().isEmpty)
        }
    }
}
