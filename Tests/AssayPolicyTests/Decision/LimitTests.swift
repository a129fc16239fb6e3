import AssayPolicy
import AssayTerms
import Testing

/// Every kind of limit at its boundary, by value and by interval. A value is compared by its shortest decimal form.
struct LimitTests {
    private func decide(_ limit: String, _ value: Double?, id: String = "aif360.statistical_parity_difference") throws
        -> Decision
    {
        try Fixtures.reason(
            check: "{id: \(id), column: g, privileged: a, \(limit)}",
            [Fixtures.result(id, value: value, column: "g", privileged: "g=a", groups: Fixtures.twoGroups)]
        ).decision
    }

    @Test(arguments: [
        // T17: without its sign, strictly below 0.05.
        ("abs: true, below: 0.05", 0.05, Decision.fail), ("abs: true, below: 0.05", 0.0499, .pass),
        ("abs: true, below: 0.05", -0.3, .fail), ("abs: true, below: 0.05", -0.0499, .pass),
        ("abs: true, below: 0.05", -0.05, .fail), ("below: 0.05", -0.3, .pass),
        ("abs: true, max: 0.05", -0.05, .pass), ("abs: true, min: 0.05", -0.05, .pass),
        ("abs: true, above: 0.05", -0.05, .fail), ("abs: true, between: [0.1, 0.2]", -0.15, .pass),
        ("max: 0.3", 0.3, .pass), ("max: 0.3", 0.1 + 0.2, .fail), ("min: 0.3", 0.1 + 0.2, .pass),
        ("max: 0.30000000000000004", 0.1 + 0.2, .pass), ("below: 0.30000000000000004", 0.1 + 0.2, .fail),
        ("max: 0.3", 0.29999999999999998, .pass), ("above: 0.3", 0.3, .fail),
        ("above: 0.3", 0.30000000000000004, .pass),
        ("min: 0", -0.0, .pass), ("below: 0", -0.0, .fail), ("max: 1e-3", 0.001, .pass), ("max: 0.000", 5e-300, .fail),
        ("above: 0.1, max: 0.2", 0.1, .fail), ("above: 0.1, max: 0.2", 0.2, .pass), ("min: 0.2, max: 0.2", 0.2, .pass),
    ])
    func byValue(_ limit: String, _ value: Double, _ expected: Decision) throws {
        #expect(try decide(limit, value) == expected)
    }

    /// T31: 0.8 and 1.2 pass, 0.79 fails, with a privileged group from a raw numeric column.
    @Test(arguments: [
        (0.8, Decision.pass), (1.2, .pass), (0.79, .fail), (1.21, .fail), (0.8000000000000001, .pass),
        (0.7999999999999999, .fail),
    ])
    func disparateImpact(_ value: Double, _ expected: Decision) throws {
        let reason = try Fixtures.reason(
            check: "{id: aif360.disparate_impact, column: age, privileged: '> 30', between: [0.8, 1.2]}",
            [
                Fixtures.result(
                    "aif360.disparate_impact", value: value, column: "age", privileged: "age > 30",
                    groups: Fixtures.twoGroups)
            ])
        #expect(reason.decision == expected)
    }

    /// T23: a demographic parity difference below 0.1.
    @Test(arguments: [(0.1, Decision.fail), (0.09999999999999999, .pass), (0.2333, .fail)])
    func demographicParity(_ value: Double, _ expected: Decision) throws {
        let reason = try Fixtures.reason(
            check: "{id: \(Fixtures.parity), column: race, below: 0.1}",
            [Fixtures.result(Fixtures.parity, value: value, column: "race", groups: Fixtures.twoGroups)])
        #expect(reason.decision == expected)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func whatIsNoNumberIsIncomplete(_ value: Double) throws {
        #expect(try decide("max: 0.3", value) == .incomplete)
        #expect(try decide("min: 0.3", value) == .incomplete)
    }

    @Test(arguments: [
        ("min: 0.75", (0.75, 0.9), Decision.pass), ("min: 0.75", (0.7499, 0.9), .fail), ("max: 0.9", (0.7, 0.9), .pass),
        ("max: 0.9", (0.7, 0.9001), .fail), ("below: 0.9", (0.7, 0.9), .fail),
        ("between: [0.7, 0.9]", (0.7, 0.9), .pass),
        ("between: [0.7, 0.9]", (0.69, 0.9), .fail), ("between: [0.7, 0.9]", (0.7, 0.91), .fail),
        ("above: 0.7", (0.7, 0.9), .fail), ("above: 0.7", (0.71, .infinity), .pass),
        ("max: 0.9", (0.71, .infinity), .fail),
    ])
    func byInterval(_ limit: String, _ interval: (Double, Double), _ expected: Decision) throws {
        let reason = try Fixtures.reason(
            check: "{id: performance.roc_auc, \(limit), judge: interval}",
            [Fixtures.result("performance.roc_auc", value: 0.8, interval: interval)])
        #expect(reason.decision == expected)
        let byValue = try Fixtures.reason(
            check: "{id: performance.roc_auc, \(limit)}",
            [Fixtures.result("performance.roc_auc", value: 0.8, interval: interval)])
        #expect(byValue.decision == .pass)
    }

    @Test(arguments: [
        ("abs: true, max: 0.2", (-0.19, 0.1), Decision.pass), ("abs: true, max: 0.2", (-0.21, 0.1), .fail),
        ("abs: true, max: 0.2", (-0.1, 0.21), .fail), ("abs: true, min: 0.1", (-0.3, -0.1), .pass),
        ("abs: true, min: 0.1", (-0.3, 0.3), .fail),
    ])
    func byIntervalWithoutSign(_ limit: String, _ interval: (Double, Double), _ expected: Decision) throws {
        let id = "aif360.statistical_parity_difference"
        let reason = try Fixtures.reason(
            check: "{id: \(id), column: g, privileged: a, \(limit), judge: interval}",
            [
                Fixtures.result(
                    id, value: 0.05, interval: interval, column: "g", privileged: "g=a",
                    groups: Fixtures.groups([("a", 500_000, 0.5), ("b", 500_000, 0.5)]), rows: 1_000_000)
            ])
        #expect(reason.decision == expected || (expected == .fail && reason.code == .rowsTooFew))
    }

    @Test func anIntervalThatIsMissingIsIncomplete() throws {
        for interval in [nil, (Double.nan, 0.9), (0.1, Double.nan)] as [(Double, Double)?] {
            let reason = try Fixtures.reason(
                check: "{id: performance.roc_auc, min: 0.1, judge: interval}",
                [Fixtures.result("performance.roc_auc", value: 0.8, interval: interval)])
            #expect(reason.decision == .incomplete)
            #expect(reason.code == .intervalMissing)
        }
    }

    // MARK: against production

    private func drop(
        _ limit: String, from before: Double?, to now: Double, id: String = "performance.accuracy",
        rows: SHA256Digest = Fixtures.rows,
        provenance: Provenance = .recomputed
    ) throws -> GateReason {
        let baseline = GateFacts.Baseline(
            version: "2",
            evidence: [
                Fixtures.evidence(
                    [Fixtures.result(id, value: before, groups: [])], claim: 9, provenance: provenance,
                    subject: Fixtures.digest(0x22), dataset: "elsewhere.parquet", rows: rows)
            ])
        return try Fixtures.reason(
            check: "{id: \(id), against: production, max-drop: \(limit)}", [Fixtures.result(id, value: now)],
            baseline: baseline)
    }

    @Test(arguments: [
        ("0.02", 0.9, 0.88, Decision.pass), ("0.02", 0.9, 0.8799, .fail), ("0.02", 0.9, 0.95, .pass),
        ("2%", 0.9, 0.882, .pass), ("2%", 0.9, 0.8819, .fail), ("0", 0.9, 0.9, .pass),
        ("0", 0.9, 0.8999999999999999, .fail),
        // T12: 2.00 points pass, 2.01 do not. 0.92 − 0.9 in doubles is 0.020000000000000018.
        ("0.02", 0.92, 0.9, .pass), ("0.02", 0.92, 0.8999, .fail), ("10%", 0.3, 0.27, .pass),
    ])
    func higherIsBetterDrops(_ limit: String, _ before: Double, _ now: Double, _ expected: Decision) throws {
        #expect(try drop(limit, from: before, to: now).decision == expected)
    }

    @Test func lowerIsBetterDropsUpwards() throws {
        let id = "performance.log_loss"
        #expect(try drop("0.1", from: 0.5, to: 0.6, id: id).decision == .pass)
        #expect(try drop("0.1", from: 0.5, to: 0.61, id: id).decision == .fail)
        #expect(try drop("10%", from: 0.5, to: 0.56, id: id).decision == .fail)
        #expect(try drop("0.1", from: 0.5, to: 0.1, id: id).decision == .pass)
    }

    @Test func baselinesThatAreNone() throws {
        let check = "{id: performance.accuracy, against: production, max-drop: 1%"
        let results = [Fixtures.result("performance.accuracy", value: 0.9)]
        #expect(try Fixtures.reason(check: check + "}", results).code == .baselineMissing)
        #expect(try Fixtures.reason(check: check + "}", results).decision == .incomplete)
        #expect(try Fixtures.reason(check: check + ", if-none: pass}", results).decision == .pass)
        // 'if-none' is about an empty place, not about a version without the value or on other rows.
        let empty = GateFacts.Baseline(version: "2", evidence: [])
        #expect(
            try Fixtures.reason(check: check + ", if-none: pass}", results, baseline: empty).decision == .incomplete)
        #expect(try drop("1", from: 0.9, to: 0.9, rows: Fixtures.digest(0x77)).code == .baselineMissing)
        #expect(try drop("1", from: nil, to: 0.9).code == .baselineMissing)
        #expect(try drop("1", from: 0.9, to: 0.9, provenance: .supplied).code == .baselineMissing)
        #expect(try drop("1", from: 0.9, to: 0.9).decision == .pass)
    }
}
