import AssayPolicy
import AssayTerms
import Testing

/// Parts of the rows: a condition, and each group of a column.
struct SliceTests {
    private static let whole: [Text: Envelope.Parameter] = ["label": .text("approve")]
    private static let old: [Text: Envelope.Parameter] = ["label": .text("approve"), "rows": .text("age >= 60")]

    private static func reason(_ check: String, _ evidence: GateFacts.Evidence, data: String = "{label: approve}") throws -> GateReason {
        let outcome = Fixtures.gate([try Fixtures.policy(check: check, data: data)]).decide(Fixtures.facts(evidence: [evidence]))
        return try #require(outcome.parts.first?.reasons.first)
    }

    private static func accuracy(_ value: Double, rows: Int = 1_000, _ parameters: [Text: Envelope.Parameter]) -> GateFacts.Evidence {
        Fixtures.evidence([Fixtures.result("performance.accuracy", value: value, rows: rows)], parameters: parameters)
    }

    private static func each(_ groups: [(Text, Int, Double?)], intervals: Bool = false, value: Double? = 0.9) -> GateFacts.Evidence {
        let groups = groups.map { name, count, value in
            CheckResult.Group(
                group: name, count: count, value: value,
                interval: intervals ? value.map { Interval(low: $0 - 0.05, high: $0 + 0.05, level: 0.95, method: "test") } : nil)
        }
        return Fixtures.evidence([Fixtures.result("performance.accuracy", value: value, column: "region", groups: groups)])
    }

    private static let slice = "{id: performance.accuracy, min: 0.8, slice: age >= 60}"
    private static let forEach = "{id: performance.accuracy, min: 0.8, for-each: region}"

    @Test func aSliceIsAnotherQuestion() throws {
        #expect(try Self.reason(Self.slice, Self.accuracy(0.9, Self.old)).code == .met)
        #expect(try Self.reason(Self.slice, Self.accuracy(0.7, Self.old)).code == .limitBroken)
        #expect(try Self.reason(Self.slice, Self.accuracy(0.9, Self.whole)).code == .evidenceMissing)
        #expect(try Self.reason("{id: performance.accuracy, min: 0.8}", Self.accuracy(0.9, Self.old)).code == .evidenceMissing)
        let met = try Self.reason(Self.slice, Self.accuracy(0.9, Self.old))
        #expect(met.slice == "age >= 60" && met.text.hasPrefix("performance.accuracy where age >= 60 is 0.9"))
    }

    @Test func aSliceIsOfTheRowsThatAreJudged() throws {
        let data = "{label: approve, rows: region == 'north'}"
        var both = Self.whole
        both["rows"] = .text("(region == 'north') and (age >= 60)")
        #expect(try Self.reason(Self.slice, Self.accuracy(0.9, both), data: data).code == .met)
        #expect(try Self.reason(Self.slice, Self.accuracy(0.9, Self.old), data: data).code == .evidenceMissing)
    }

    @Test func tooFewRowsOfASlice() throws {
        let few = try Self.reason(Self.slice, Self.accuracy(0.9, rows: 29, Self.old))
        #expect(few.decision == .incomplete && few.code == .rowsTooFew && few.text.contains("the slice has 29 rows that count; at least 30 are needed"))
        #expect(try Self.reason("{id: performance.accuracy, min: 0.8, slice: age >= 60, min-group: 29}", Self.accuracy(0.9, rows: 29, Self.old)).code == .met)
    }

    @Test func eachGroupMeetsTheLimit() throws {
        #expect(try Self.reason(Self.forEach, Self.each([("n", 500, 0.9), ("s", 30, 0.8)])).code == .met)
        let broken = try Self.reason(Self.forEach, Self.each([("n", 500, 0.9), ("s", 500, 0.79), ("t", 3, nil)]))
        #expect(broken.decision == .fail && broken.column == "region" && broken.text.contains("not met by 's'"))
        let small = try Self.reason(Self.forEach, Self.each([("n", 500, 0.9), ("s", 29, 0.1)]))
        #expect(small.code == .groupTooSmall && small.text.contains("groups with fewer than 30 rows do not count: s 29 rows"))
        #expect(try Self.reason(Self.forEach, Self.each([("n", 500, 0.9), ("s", 500, nil)])).code == .valueUndefined)
        #expect(try Self.reason(Self.forEach, Self.each([])).code == .groupsTooFew)
        #expect(try Self.reason(Self.forEach, Self.each([("n", 500, 0.9)])).code == .met, "one group is enough: nothing is compared")
    }

    @Test func theWholeIsNoGroupAndNoGroupTheWhole() throws {
        #expect(try Self.reason(Self.forEach, Self.accuracy(0.9, Self.whole)).code == .evidenceMissing)
        #expect(try Self.reason("{id: performance.accuracy, min: 0.8}", Self.each([("n", 500, 0.9)])).code == .evidenceMissing)
    }

    @Test func intervalsOfEachGroup() throws {
        let check = "{id: performance.accuracy, min: 0.8, for-each: region, judge: interval}"
        #expect(try Self.reason(check, Self.each([("n", 500, 0.9), ("s", 500, 0.86)], intervals: true)).code == .met)
        #expect(try Self.reason(check, Self.each([("n", 500, 0.9), ("s", 500, 0.84)], intervals: true)).code == .limitBroken)
        #expect(try Self.reason(check, Self.each([("n", 500, 0.9)])).code == .intervalMissing)
    }

    @Test(arguments: [
        ("{id: performance.accuracy, min: 0.8, for-each: region, column: race}", "performance.accuracy looks at no single column"),
        ("{id: fairness.demographic_parity_difference, column: race, max: 0.1, for-each: region}", "is not told apart by a column"),
        ("{id: performance.accuracy, against: production, max-drop: 1%, for-each: region}", "'for-each' does not go with 'max-drop'"),
        ("{id: quality.column_absent, column: race, slice: age > 3}", "looks at no rows; leave 'slice' out"),
        ("{id: performance.accuracy, min: 0.8, min-group: 5}", "leave 'min-group' out, or look at a part of the rows"),
        ("{id: performance.accuracy, min: 0.8, slice: ''}", "'slice' has no value"),
    ])
    func whatDoesNotGoTogether(_ check: String, _ message: String) {
        let problems = Fixtures.problems("assay: policy/v1\nname: p\nversion: 1\ndata: {label: y}\nchecks:\n  - \(check)\n")
        #expect(problems.count == 1 && problems[0].contains(message), "\(problems)")
    }

    @Test func aConditionIsReadWhenItIsLinted() {
        let catalogue = Catalogue(Fixtures.catalogue.descriptors, problemOfRows: { $0 == "age >" ? "it ends too soon" : nil })
        let problems = Fixtures.problems(
            "assay: policy/v1\nname: p\nversion: 1\ndata: {label: y}\nchecks:\n  - {id: performance.accuracy, min: 0.8, slice: age >}\n", catalogue: catalogue)
        #expect(problems == ["6:49: error: it ends too soon"])
    }
}
