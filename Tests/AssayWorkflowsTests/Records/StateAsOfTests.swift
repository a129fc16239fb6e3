import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// What was true at a moment, by the entries alone.
@Suite struct StateAsOfTests {
    private func value(_ state: JSONValue, _ object: String) -> String? {
        (state["facts"]?.array ?? []).first { $0["object"]?.string?.hasPrefix(object) == true }?["value"]?.string
    }

    private func stage(_ state: JSONValue, version: Int64) -> String? {
        let versions = state["models"]?.array?.first?["versions"]?.array ?? []
        return versions.first { $0["version"]?.integer == version }?["stage"]?.string
    }

    private func names(_ state: JSONValue) -> [String] { (state["models"]?.array ?? []).compactMap { $0["name"]?.string } }

    @Test func everyMomentHasItsState() async throws {
        try await GovernedHouse.with { house in
            func mark() -> Int64 {
                let moment = house.house.now
                house.house.advance(milliseconds: 1_000)
                return moment
            }
            let people = mark()
            try await house.publish()
            _ = try await house.useCases.createRegisteredModel(named: "spare", tags: [], description: nil, by: house.otto)
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            let registered = mark()
            try await house.carryThrough(version, by: house.otto)
            try await house.useCases.setAlias("shadow", ofModelNamed: "loans", to: 1, by: house.otto)
            let promoted = mark()
            _ = try await house.useCases.setRoles([.auditor], ofUserNamed: "petra", by: house.adam)
            try await house.useCases.deleteAlias("shadow", ofModelNamed: "loans", by: house.otto)
            _ = try await house.useCases.renameRegisteredModel(named: "spare", to: "spare-renamed", by: house.otto)
            let now = mark()

            func state(_ moment: Int64) async throws -> JSONValue { try await house.useCases.state(asOf: moment).json() }
            let empty = try await state(people - 1)
            #expect(empty["last_entry"] == .null && empty["models"]?.array?.isEmpty == true)
            #expect(value(try await state(people), "roles of petra") == "validator")
            #expect(try await state(people)["models"]?.array?.isEmpty == true)
            #expect(stage(try await state(registered), version: 1) == "None")
            let after = try await state(promoted)
            #expect(stage(after, version: 1) == "Production")
            #expect(after["models"]?.array?.first?["aliases"]?.array?.first?["alias"]?.string == "shadow")
            #expect(value(after, "roles of petra") == "validator")
            #expect(names(after) == ["loans", "spare"])
            let last = try await state(now)
            #expect(value(last, "roles of petra") == "auditor")
            #expect(names(last) == ["loans", "spare-renamed"])
            #expect(last["models"]?.array?.first?["aliases"]?.array?.isEmpty == true)

            // The newest state is what the tables say.
            let replayed = try await house.useCases.state(asOf: .max)
            #expect(try await house.house.store.read { try $0.governedFacts() } == replayed.facts)

            // A model's history up to a moment.
            let history = try await house.useCases.modelHistory("loans", asOf: registered)
            #expect(history.entries.map(\.kind).contains("version.registered"))
            #expect(!history.entries.map(\.kind).contains("stage.changed"))
            #expect(history.state.json(models: history.models)["models"]?.array?.count == 1)
            _ = await refusal(.notFound) { _ = try await house.useCases.modelHistory("loans", asOf: people) }
        }
    }

    @Test func aClockThatWasSetBackChangesNoOrder() async throws {
        try await House.with { house in
            let adam = try await house.useCases.createFirstAdministrator(named: "adam").user.principal
            _ = try await house.useCases.createUser(named: "dora", roles: [.auditor], by: adam)
            house.advance(milliseconds: 10_000)
            _ = try await house.useCases.setRoles([.validator], ofUserNamed: "dora", by: adam)
            let late = house.now
            house.advance(milliseconds: -8_000)
            _ = try await house.useCases.setRoles([.compliance], ofUserNamed: "dora", by: adam)
            #expect(house.now < late)
            func roles(_ moment: Int64) async throws -> String? {
                value(try await house.useCases.state(asOf: moment).json(), "roles of dora")
            }
            // The later change counts from the time of the one before it, not from its own, which is earlier.
            #expect(try await roles(late - 1) == "auditor")
            #expect(try await roles(house.now) == "auditor")
            #expect(try await roles(late) == "compliance")
            #expect(try await house.entries().map(\.recordedMilliseconds) == house.entries().map(\.recordedMilliseconds))
        }
    }

    @Test(arguments: [
        ("2026-01-31T08:05:09Z", 1_769_846_709_000), ("2026-01-31T09:05:09+01:00", 1_769_846_709_000),
        ("2026-01-31T08:05:09.5Z", 1_769_846_709_500), ("2026-01-31t03:35:09.1239-04:30", 1_769_846_709_123),
        ("2026-01-31", 1_769_817_600_000), ("1970-01-01T00:00:00Z", 0),
    ] as [(Text, Int64)])
    func momentsAreRead(_ text: Text, _ milliseconds: Int64) throws {
        #expect(try UseCases.moment(text) == milliseconds)
    }

    @Test(arguments: [
        "", "now", "2026-02-30", "2026-13-01", "2026-01-31T08:05:09", "2026-01-31 08:05:09Z", "2026-01-31T08:05:09+1:00",
        "2026-01-31T24:00:00Z", "2026-01-31T08:05:09.Z", "1969-12-31T23:59:59Z", "2026-01-31T08:05:09Zx", "20260131T080509Z",
    ] as [Text])
    func otherTextIsNone(_ text: Text) async {
        _ = await refusal(.invalidArgument) { _ = try UseCases.moment(text) }
    }
}
