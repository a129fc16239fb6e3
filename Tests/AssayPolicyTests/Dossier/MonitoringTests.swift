import AssayPolicy
import AssayTerms
import Testing

/// The monitoring plan that a policy asks for, and what counts as one.
struct MonitoringTests {
    private static let demand = """
        assay: policy/v1
        name: p
        version: 1
        monitoring:
          - {id: performance.accuracy, min: 0.8, window: 7 days, alert: [risk]}
        separation-of-duties: false
        """

    private static func plan(_ monitor: String) throws -> MonitoringPlan {
        try MonitoringPlan.read(
            Array("assay: monitoring-plan/v1\nowner: ana\nmonitors:\n  - {id: performance.accuracy, \(monitor)}\n".utf8), catalogue: Fixtures.catalogue)
    }

    private static func reason(_ plans: [DossierFacts.Plan]) throws -> GateReason {
        var facts = Fixtures.facts()
        facts.dossier.plans = plans
        return try #require(Fixtures.gate([try Fixtures.read(demand)]).decide(facts).parts.first?.reasons.first)
    }

    @Test(arguments: [
        ("min: 0.8, window: 7 days, alert: [risk]", true), ("min: 0.9, window: 24 hours, alert: [ana, risk]", true),
        ("min: 0.8, window: 168 hours, alert: [risk]", true), ("min: 0.79, window: 7 days, alert: [risk]", false),
        ("min: 0.8, window: 8 days, alert: [risk]", false), ("min: 0.8, window: 169 hours, alert: [risk]", false),
        ("min: 0.8, window: 7 days, alert: [ana]", false), ("min: 0.8, window: 10 rows, alert: [risk]", false),
        ("min: 0.8, window: batch, alert: [risk]", false), ("min: 0.8, window: 7 days, alert: [risk], slice: age > 3", false),
        ("min: 0.8, window: 7 days, alert: [risk], for-each: region", false), ("min: 0.8, window: 7 days, alert: [risk], judge: interval", false),
    ])
    func whatCovers(_ monitor: String, _ covers: Bool) throws {
        let reason = try Self.reason([.init(id: "r1", title: "Plan", signer: "vera", plan: try Self.plan(monitor))])
        #expect(reason.decision == (covers ? .pass : .incomplete) && reason.code == (covers ? .met : .monitoringMissing))
        #expect(reason.requirement == "monitoring" && reason.limit == "min 0.8")
        if covers {
            #expect(reason.text == "performance.accuracy is watched by the monitoring plan 'Plan' (r1), which vera signed and ana answers for")
        }
    }

    /// Larger groups are stricter at the gate, and heard of later, or never, in traffic.
    @Test(arguments: [(30, true), (10, true), (31, false), (1_000_000_000, false)])
    func whatWaitsForLargerGroupsCoversNothing(_ size: Int, _ covers: Bool) throws {
        let demand = Self.demand.replacing("min: 0.8,", with: "min: 0.8, for-each: region,")
        var facts = Fixtures.facts()
        let plan = try Self.plan("min: 0.8, for-each: region, window: 7 days, alert: [risk], min-group: \(size)")
        facts.dossier.plans = [.init(id: "r1", title: "Plan", signer: "vera", plan: plan)]
        let reason = try #require(Fixtures.gate([try Fixtures.read(demand)]).decide(facts).parts.first?.reasons.first)
        #expect(reason.decision == (covers ? .pass : .incomplete))
    }

    @Test func aWindowThatHoldsNoGroupIsAMistake() throws {
        #expect(throws: PolicyProblems.self) {
            try Self.plan("min: 0.8, for-each: region, window: 29 rows, alert: [risk]")
        }
        #expect(throws: Never.self) { try Self.plan("min: 0.8, for-each: region, window: 30 rows, alert: [risk]") }
        #expect(throws: Never.self) { try Self.plan("min: 0.8, window: 29 rows, alert: [risk]") }
    }

    @Test func whatIsMissingIsSaid() throws {
        let none = try Self.reason([])
        #expect(none.text == "no monitoring plan in force watches performance.accuracy: min 0.8 by its value over 7 days, telling 'risk'")
        #expect(none.remedy?.contains("assay record add monitoring_plan --title … --model loan-approval --text") == true)
        let wide = try Self.reason([.init(id: "r1", title: "Plan", signer: "vera", plan: try Self.plan("min: 0.5, window: batch, alert: [ana]"))])
        #expect(wide.text.hasSuffix("; 'Plan' (r1) has min 0.5 by its value over batch, telling 'ana'"))
        let prose = try Self.reason([.init(id: "r1", title: "Plan", signer: "vera", plan: nil, problem: "its text is none")])
        #expect(prose.text.hasSuffix("; 'Plan' (r1) cannot be read: its text is none"))
    }

    /// Registration, retirement and leaving ask for no plan, as they ask for no record.
    @Test func aPolicyOfMonitoringIsAGate() throws {
        let policy = try Fixtures.read(Self.demand)
        #expect(policy.isGate)
        var facts = Fixtures.facts()
        facts.action = "delete"
        #expect(Fixtures.gate([policy]).decide(facts).decision == .pass)
    }

    @Test(arguments: [
        ("window: 7 days, alert: [risk]", "has no limit"), ("min: 0.8, alert: [risk]", "needs 'window'"), ("min: 0.8, window: 7 days", "needs 'alert'"),
        ("min: 0.8, window: 7 days, alert: []", "'alert' is an empty list"), ("min: 0.8, window: 7 days, alert: risk", "'alert' is a list"),
        ("min: 0.8, window: 0 days, alert: [risk]", "'window' is a number of rows"), ("min: 0.8, window: 7 weeks, alert: [risk]", "'window' is a number"),
        ("min: 0.8, window: 3651 days, alert: [risk]", "'window' is a number"), ("min: 0.8, window: 07 days, alert: [risk]", "'window' is a number"),
        ("min: 2, window: 7 days, alert: [risk]", "no value can be min 2"), ("min: 0.8, window: 7 days, alert: [a], waivable: false", "this monitor has no key 'waivable'"),
        ("min: 0.8, window: 7 days, alert: [a], column: race", "looks at no single column"),
    ])
    func mistakes(_ monitor: String, _ words: String) {
        let problems = Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\nmonitoring:\n  - {id: performance.accuracy, \(monitor)}\n")
        #expect(problems.count == 1 && problems[0].hasPrefix("5:") && problems[0].contains(words), "\(problems)")
        #expect(throws: PolicyProblems.self) { try Self.plan(monitor) }
    }

    @Test func aPlanSaysWhatItIs() throws {
        #expect(MonitoringPlan.isMeant(by: Array("assay: monitoring-plan/v2\n".utf8)))
        #expect(!MonitoringPlan.isMeant(by: Array("We look at it each Monday.".utf8)) && !MonitoringPlan.isMeant(by: [0xFF]) && !MonitoringPlan.isMeant(by: []))
        for text in ["assay: monitoring-plan/v2\nowner: a\nmonitors: [{id: performance.accuracy, min: 0, window: batch, alert: [a]}]",
            "assay: monitoring-plan/v1\nmonitors: [{id: performance.accuracy, min: 0, window: batch, alert: [a]}]", "assay: monitoring-plan/v1\nowner: a\nmonitors: []",
            "assay: monitoring-plan/v1\nowner: a\n", "assay: monitoring-plan/v1\nowner: &a b\n"] {
            #expect(throws: PolicyProblems.self, "\(text)") { try MonitoringPlan.read(Array(text.utf8), catalogue: Fixtures.catalogue) }
        }
    }

    @Test func inheritedMonitorsAreAdded() throws {
        let base = try Fixtures.read(Self.demand)
        func child(_ text: String) throws -> Policy {
            try PolicyReader.read(Array("assay: policy/v1\nname: c\nversion: 1\nextends: p@1\n\(text)".utf8), catalogue: Fixtures.catalogue, base: base)
        }
        #expect(try child("").monitoring == base.monitoring)
        let more = try child("monitoring: [{id: performance.log_loss, max: 1, window: batch, alert: [risk]}]")
        #expect(more.monitoring.map(\.check.id) == ["performance.log_loss", "performance.accuracy"])
        #expect(try child("monitoring: [{id: performance.accuracy, min: 0.9, window: 1 days, alert: [risk]}]").monitoring.count == 1)
        #expect(throws: PolicyProblems.self) { try child("monitoring: [{id: performance.accuracy, min: 0.7, window: 1 days, alert: [risk]}]") }
    }
}
