import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// How far a clock has run follows from times alone.
@Suite struct IncidentTests {
    private static let hour: Int64 = 3_600_000
    private static let day: Int64 = 86_400_000

    private static func moment(_ text: Text) throws -> Int64 { try UseCases.moment(text) }

    // MARK: - Clocks

    @Test(arguments: [
        ("clk-gdpr-33", "2026-11-26T10:00:00Z", "2026-11-29T10:00:00Z"),
        ("clk-aiact-73-general", "2026-11-26T10:00:00Z", "2026-12-11T10:00:00Z"),
        ("clk-aiact-73-widespread", "2026-11-26T10:00:00Z", "2026-11-28T10:00:00Z"),
        ("clk-aiact-73-death", "2026-11-26T10:00:00Z", "2026-12-06T10:00:00Z"),
        // A month is one of the calendar, and ends on its last day where it is shorter.
        ("clk-gdpr-dsr", "2026-11-26T10:00:00Z", "2026-12-26T10:00:00Z"), ("clk-gdpr-dsr", "2027-01-31T10:00:00Z", "2027-02-28T10:00:00Z"),
        ("clk-gdpr-dsr", "2028-01-30T10:00:00Z", "2028-02-29T10:00:00Z"), ("clk-gdpr-dsr", "2026-12-31T23:00:00Z", "2027-01-31T23:00:00Z"),
        // Thursday; ten business days are two weeks.
        ("clk-ccpa-ack", "2026-11-26T10:00:00Z", "2026-12-10T10:00:00Z"), ("clk-ccpa-ack", "2026-11-28T10:00:00Z", "2026-12-11T10:00:00Z"),
        ("clk-ccpa-optout", "2026-11-27T10:00:00Z", "2026-12-18T10:00:00Z"),
        // Backwards from the planned date.
        ("clk-ll144-notice", "2026-12-10T10:00:00Z", "2026-11-26T10:00:00Z"),
        ("clk-cra-14-early", "2026-11-26T10:00:00Z", "2026-11-27T10:00:00Z"),
    ] as [(String, Text, Text)])
    func aPeriodEndsWhereItsSourceSays(_ id: String, _ start: Text, _ due: Text) throws {
        let clock = try #require(ReportingClock.named(id))
        let (begin, end) = (try Self.moment(start), try Self.moment(due))
        #expect(clock.due(from: begin) == end)
    }

    @Test func everyClockIsWhole() throws {
        #expect(Set(ReportingClock.all.map(\.id)).count == ReportingClock.all.count && ReportingClock.all.count == 22)
        let start = try Self.moment("2026-11-26T10:00:00Z")
        for clock in ReportingClock.all {
            let due = try #require(clock.due(from: start))
            let warning = try #require(clock.warning(from: start))
            #expect(!clock.basis.isEmpty && !clock.start.isEmpty && warning < due)
        }
    }

    @Test func aClockRunsWarnsEscalatesAndIsMet() throws {
        let clock = try #require(ReportingClock.named("clk-gdpr-33"))
        let start = try Self.moment("2026-11-26T10:00:00Z")
        let states: [(Int64, Int64?, ReportingClock.State)] = [
            (-1, nil, .notStarted), (0, nil, .running), (54 * Self.hour - 1, nil, .running), (54 * Self.hour, nil, .warned),
            (72 * Self.hour - 1, nil, .warned), (72 * Self.hour, nil, .escalated), (100 * Self.hour, 72 * Self.hour, .met),
            (100 * Self.hour, 72 * Self.hour + 1, .metLate),
        ]
        for (elapsed, filed, state) in states {
            #expect(clock.state(from: start, filed: filed.map { start + $0 }, at: start + elapsed) == state, "\(elapsed)")
        }
    }

    // MARK: - Incidents

    private func open(_ house: GovernedHouse, _ more: JSONObject = [:], model: Text? = nil) async throws -> Paper {
        var members: JSONObject = [
            "title": "Leak", "severity": "high", "aware": "2027-01-15T08:00:00Z", "owner": "vera",
            "clocks": ["clk-gdpr-33", "clk-aiact-73-general"],
        ]
        for (name, value) in more.members { members[name] = value }
        return try await house.governance.openIncident(about: PaperAddress(model: model), members, by: house.vera)
    }

    private func states(_ house: GovernedHouse, _ paper: Paper, at moment: Int64? = nil) async throws -> [ReportingClock.State] {
        let (fresh, _) = try await house.governance.paper(id: paper.record.id, .incident)
        return try Governance.clocks(of: fresh, at: moment ?? house.house.now).map(\.state)
    }

    @Test func anIncidentIsReportedAndClosedBySomebodyElse() async throws {
        try await GovernedHouse.with { house in
            let incident = try await open(house)
            let id = incident.record.id
            #expect(try await states(house, incident) == [.running, .running])
            house.house.advance(milliseconds: 60 * Self.hour)
            #expect(try await states(house, incident) == [.warned, .running])
            func report(_ members: JSONObject, by principal: Principal) async throws {
                _ = try await house.governance.reportIncident(id: id, members, by: principal)
            }
            let filed: JSONObject = ["clock": "clk-gdpr-33", "outcome": "filed", "text": "the authority was told"]
            _ = await refusal(.permissionDenied) { try await report(filed, by: house.vera) }
            _ = await refusal(.conflict) {
                try await report(["clock": "clk-hipaa-breach", "outcome": "filed", "text": "t"], by: house.cleo)
            }
            try await report(filed, by: house.cleo)
            _ = await refusal(.conflict) { try await report(filed, by: house.cleo) }
            #expect(try await states(house, incident) == [.met, .running])
            func close(_ principal: Principal) async throws {
                _ = try await house.governance.closeIncident(id: id, action: "keys were changed", by: principal)
            }
            let running = await refusal(.conflict) { try await close(house.cleo) }
            #expect(running.contains("clk-aiact-73-general"), "\(running)")
            try await report(
                ["clock": "clk-aiact-73-general", "outcome": "not-required", "text": "no serious incident in the law's sense"], by: house.cleo)
            #expect(try await states(house, incident) == [.met, .notRequired])
            // Asked for an earlier moment, nothing was filed yet.
            #expect(try await states(house, incident, at: 1_800_000_000_000 + Self.hour) == [.running, .running])
            let own = await refusal(.permissionDenied) { try await close(house.vera) }
            #expect(own.contains("vera's to see to"), "\(own)")
            try await close(house.cleo)
            _ = await refusal(.conflict) { try await close(house.petra) }
        }
    }

    @Test func timesThatCannotBeAreNotTaken() async throws {
        try await GovernedHouse.with { house in
            for members in [["aware": "2027-01-16"], ["clocks": ["clk-gdpr-33", "clk-gdpr-33"]], ["clocks": ["clk-none"]]] as [JSONObject] {
                _ = await refusal(.invalidArgument) { _ = try await open(house, members) }
            }
            let incident = try await open(house)
            house.house.advance(milliseconds: 80 * Self.hour)
            func file(_ filed: String, reference: String?) async throws {
                var members: JSONObject = ["clock": "clk-gdpr-33", "outcome": "filed", "text": "t", "filed": .string(filed)]
                members["reference"] = reference.map { .string($0) }
                _ = try await house.governance.reportIncident(id: incident.record.id, members, by: house.cleo)
            }
            for (filed, reference) in [("2027-02-01", "A1"), ("2027-01-01", "A1"), ("2027-01-16T00:00:00Z", nil)] {
                _ = await refusal(.invalidArgument) { try await file(filed, reference: reference) }
            }
            #expect(try await states(house, incident)[0] == .escalated)
            try await file("2027-01-16T00:00:00Z", reference: "A1")
            #expect(try await states(house, incident)[0] == .met)
            let (paper, _) = try await house.governance.paper(id: incident.record.id, .incident)
            #expect(paper.content["reports"]?.array?.first?["entered"]?.string == "2027-01-18T16:00:00Z")
        }
    }
}
