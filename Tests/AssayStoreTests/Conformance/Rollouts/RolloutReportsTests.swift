import AssayStore
import AssayTerms
import Testing

/// Each gateway's newest totals count once, whoever sends them how often.
@Suite(.everyDriver) struct RolloutReportsTests {
    private static func report(_ gateway: String, _ sequence: Int64, _ counts: [Int: Int64], rollout: String = "r1") -> RolloutReport {
        let tallies = counts.mapValues { count in
            var tally = RolloutTally()
            for (place, field) in RolloutTally.fields.enumerated() { tally[keyPath: field.path] = count + Int64(place) }
            return tally
        }
        return RolloutReport(rolloutID: rollout, gateway: gateway, sequence: sequence, reporterID: "u", reportedMilliseconds: 7, tallies: tallies)
    }

    @Test func aNewerReportTakesThePlaceOfTheFormer() async throws {
        try await withTemporaryStore { store in
            let (first, second) = (Self.report("g1", 1, [0: 5]), Self.report("g1", 4, [0: 9, 1: 2]))
            try await store.write { try $0.putRolloutReport(first) }
            #expect(try await store.read { try $0.rolloutReport(rolloutID: "r1", gateway: "g1") } == first)
            try await store.write { try $0.putRolloutReport(second) }
            #expect(try await store.read { try $0.rolloutReport(rolloutID: "r1", gateway: "g1") } == second)
            for old in [second, first] {
                await #expect(throws: AssayError.self) { try await store.write { try $0.putRolloutReport(old) } }
            }
            #expect(try await store.read { try $0.rolloutTallies(rolloutID: "r1") } == second.tallies)
        }
    }

    @Test func gatewaysAddUp() async throws {
        try await withTemporaryStore { store in
            let reports = [Self.report("g1", 1, [0: 5]), Self.report("g2", 1, [0: 7, 2: 1]), Self.report("g1", 1, [0: 100], rollout: "r2")]
            try await store.write { tx in for report in reports { try tx.putRolloutReport(report) } }
            let tallies = try await store.read { try $0.rolloutTallies(rolloutID: "r1") }
            #expect(tallies[0]?.candidate.requests == 12 && tallies[0]?.dropped == 12 + 2 * 14)
            #expect(tallies[2] == reports[1].tallies[2] && tallies.count == 2)
            #expect(try await store.read { try $0.rolloutReporters(rolloutID: "r1") } == 2)
            #expect(try await store.read { try $0.rolloutTallies(rolloutID: "r3") }.isEmpty)
        }
    }
}
