import AssayColumns
import AssayEvidence
import AssayMetrics
import AssayTerms
import Testing

/// Goal: alarms over all traffic are false at most as often as the plan says, however often they are looked at, and do come.
/// Method: seeded streams that are looked at after each window; ends against the kernel's own intervals.
@Suite struct AnytimeTallyTests {
    private struct Generator {
        var state: UInt64

        mutating func chance() -> Double {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Double((z ^ (z >> 31)) >> 11) / 9_007_199_254_740_992
        }

        mutating func events(_ rows: Int, _ chance: Double) -> Int64 {
            var events: Int64 = 0
            for _ in 0..<rows where self.chance() < chance { events += 1 }
            return events
        }
    }

    private static func form(_ check: String) -> AnytimeForm {
        guard let form = AnytimeForm(check: check) else { preconditionFailure("\(check) has no form") }
        return form
    }

    private let share = Self.form("performance.accuracy")
    private let gapForm = Self.form("fairness.demographic_parity_difference")
    private let least = Self.form("fairness.demographic_parity_ratio")
    private let difference = Self.form("aif360.statistical_parity_difference")
    private let ratioForm = Self.form("aif360.disparate_impact")

    private func tally(_ parts: (Text, Int64, Int64)...) -> AnytimeTally {
        AnytimeTally(parts: parts.map { .init(group: $0.0, events: $0.1, rows: $0.2) })
    }

    /// At the very limit an alarm is false at most with the chance stated; a fixed interval looked at as often is wrong far more often.
    @Test func falseAlarmsOfOneShareStayBelowTheChanceStated() throws {
        let (streams, looks, rows, limit, alpha) = (400, 60, 50, 0.1, 0.1)
        var generator = Generator(state: 11)
        var (alarms, fixed) = (0, 0)
        for _ in 0..<streams {
            var whole = tally(("", 0, 0))
            var (isAlarm, isFixed) = (false, false)
            for _ in 0..<looks {
                whole.add(tally(("", generator.events(rows, limit), Int64(rows))))
                let estimate = try #require(whole.estimate(share, alpha: alpha))
                isAlarm = isAlarm || estimate.interval.low > limit
                let part = whole.parts[0]
                let wilson = WilsonInterval.interval(successes: Double(part.events), trials: Double(part.rows))
                isFixed = isFixed || wilson.low > limit
            }
            alarms += isAlarm ? 1 : 0
            fixed += isFixed ? 1 : 0
        }
        // Of 400 streams 40 would be the chance stated; four deviations beyond are 64.
        #expect(alarms <= 64, "\(alarms) of \(streams)")
        #expect(fixed > 2 * alarms && fixed > 40, "\(fixed) of \(streams)")
    }

    @Test func falseAlarmsOfAGapStayBelowTheChanceStated() throws {
        let (streams, looks, rows, alpha) = (300, 40, 50, 0.2)
        var generator = Generator(state: 12)
        var alarms = 0
        for _ in 0..<streams {
            var whole = AnytimeTally(parts: [])
            var isAlarm = false
            for look in 0..<looks {
                var window = tally(("a", generator.events(rows, 0.5), Int64(rows)), ("b", generator.events(rows, 0.4), Int64(rows)))
                // A third group that comes late.
                if look > 5 { window.add(tally(("c", generator.events(rows, 0.45), Int64(rows)))) }
                whole.add(window)
                isAlarm = try isAlarm || #require(whole.estimate(gapForm, alpha: alpha)).interval.low > 0.1
            }
            alarms += isAlarm ? 1 : 0
        }
        #expect(alarms <= 60 + 28, "\(alarms) of \(streams)")
    }

    /// A share that doubles is noticed after some hundred rows.
    @Test func whatIsWrongIsNoticed() throws {
        var generator = Generator(state: 13)
        var needed: [Int] = []
        for _ in 0..<50 {
            var whole = tally(("", 0, 0))
            var rows = 0
            while rows < 20_000 {
                whole.add(tally(("", generator.events(20, 0.2), 20)))
                rows += 20
                if try #require(whole.estimate(share, alpha: 0.05)).interval.low > 0.1 { break }
            }
            needed.append(rows)
        }
        #expect(needed.sorted()[25] < 400 && (needed.max() ?? 0) < 2_000, "\(needed.sorted())")
    }

    @Test func endsArePutTogetherFromTheGroups() throws {
        let both = tally(("a", 40, 100), ("b", 10, 100))
        let first = SequentialProportion(successes: 40, trials: 100).interval(level: 1 - 0.05 / 2)
        let second = SequentialProportion(successes: 10, trials: 100).interval(level: 1 - 0.05 / 6)
        let gap = try #require(both.estimate(gapForm, alpha: 0.05))
        #expect(gap.value == 0.4 - 0.1 && gap.interval.low == max(0, first.low - second.high) && gap.interval.high == first.high - second.low)
        let ratio = try #require(both.estimate(least, alpha: 0.05))
        #expect(ratio.value == 0.25 && ratio.interval.low == second.low / first.high && ratio.interval.high == min(1, second.high / first.low))
        let sides = tally(("unprivileged", 40, 100), ("privileged", 10, 100))
        let difference = try #require(sides.estimate(difference, alpha: 0.05))
        #expect(difference.value == 0.4 - 0.1 && difference.interval.low == first.low - second.high)
        #expect(try #require(sides.estimate(ratioForm, alpha: 0.05)).value == 4)
        #expect(gap.interval.level == 0.95)
    }

    /// A group without rows keeps its part of the chance, so that others' intervals do not narrow when rows are erased.
    @Test func whatCannotBeComparedHasNoEstimate() throws {
        #expect(tally(("a", 1, 2)).estimate(gapForm, alpha: 0.05) == nil)
        #expect(AnytimeTally(parts: []).estimate(share, alpha: 0.05) == nil)
        #expect(tally(("a", 0, 5), ("b", 0, 5)).estimate(least, alpha: 0.05) == nil)
        #expect(tally(("a", 0, 5), ("b", 0, 5)).estimate(ratioForm, alpha: 0.05) == nil)
        let with = try #require(tally(("a", 0, 0), ("b", 4, 9), ("c", 2, 9)).estimate(gapForm, alpha: 0.05))
        let own = SequentialProportion(successes: 4, trials: 9).interval(level: 1 - 0.05 / 6)
        #expect(with.interval.high >= own.high - SequentialProportion(successes: 2, trials: 9).interval(level: 1 - 0.05 / 12).low - 1e-15)
    }

    @Test func everyFormIsOfACheckThatIsThere() throws {
        for id in AnytimeForm.checks {
            #expect(AnytimeForm(check: id) != nil)
            _ = try CheckCatalogue.descriptor(id: id)
        }
        #expect(AnytimeForm(check: "performance.roc_auc") == nil)
    }

    private static func block(_ rows: [(group: Text, label: Bool, predicted: Bool)]) -> RowBlock {
        let groups = TextDictionary()
        return RowBlock(
            rowCount: rows.count,
            columns: [
                Column(name: "g", values: .text(codes: rows.map { groups.code(for: $0.group) }, dictionary: groups)),
                Column(name: "y", values: .int64(rows.map { $0.label ? 1 : 0 })), Column(name: "p", values: .int64(rows.map { $0.predicted ? 1 : 0 })),
            ])
    }

    private static func request(_ check: String) throws -> EvidenceRequest {
        var asked = CheckRequest(id: check)
        if check.hasPrefix("fairness.") { asked.column = "g" }
        if check.hasPrefix("aif360.") {
            asked.column = "g"
            asked.privileged = try PrivilegedRule(parsing: "g=a", columns: ["g"])
        }
        var request = EvidenceRequest(data: DataFile(source: .path(""), name: "window"), checks: [asked])
        (request.label, request.prediction) = ("y", "p")
        return request
    }

    private static let withinClasses = AnytimeForm.checks.filter { AnytimeForm(check: $0)?.isWithinClasses == true }

    /// What is counted within classes says what the check says of the same rows.
    @Test(arguments: withinClasses)
    func whatIsCountedIsTheChecksOwnValue(_ check: String) throws {
        var generator = Generator(state: 21)
        let rows = (0..<400).map { row -> (group: Text, label: Bool, predicted: Bool) in
            let label = generator.chance() < 0.4
            return (row % 2 == 0 ? "a" : "b", label, generator.chance() < (label ? 0.7 : 0.3) + (row % 2 == 0 ? 0.1 : 0))
        }
        let counted = try EvidenceEngine.counted(Self.request(check), blocks: [Self.block(rows)])
        let (result, tally) = (counted.result, try #require(counted.tally))
        let estimate = try #require(tally.estimate(Self.form(check), alpha: 0.05))
        let value = try #require(result.value)
        #expect(abs(estimate.value - value) < 1e-15)
        #expect(estimate.interval.low < estimate.value && estimate.value < estimate.interval.high)
        // Windows add up, in whatever order they come.
        let halves = try [rows[..<150], rows[150...]].map { try #require(EvidenceEngine.counted(Self.request(check), blocks: [Self.block(Array($0))]).tally) }
        var sum = halves[0]
        sum.add(halves[1])
        #expect(sum.parts.map(\.events).reduce(0, +) == tally.parts.map(\.events).reduce(0, +) && sum.rows == tally.rows)
    }

    /// At the very limit of a gap of true positive rates, and of the worse of two, an alarm is false at most with the chance stated; Wilson's intervals, joined
    /// in the same way and looked at as often, are wrong far more often.
    @Test(arguments: ["fairness.equal_opportunity_difference", "fairness.equalized_odds_difference", "aif360.average_odds_difference"])
    func falseAlarmsWithinClassesStayBelowTheChanceStated(_ check: String) throws {
        let (streams, looks, positives, negatives, alpha) = (200, 40, 25, 35, 0.2)
        let form = Self.form(check)
        let limit = 0.1
        var generator = Generator(state: 22)
        var (alarms, fixed) = (0, 0)
        for _ in 0..<streams {
            var whole = AnytimeTally(parts: [])
            var (isAlarm, isFixed) = (false, false)
            for _ in 0..<looks {
                var window = AnytimeTally(parts: [])
                for (group, truth) in [(form.shape == .difference ? "unprivileged" : "a", 0.5), (form.shape == .difference ? "privileged" : "b", 0.5 - limit)] {
                    for rate in form.rates {
                        let rows = rate == .truePositive ? positives : negatives
                        window.add(tally((form.part(rate, Text(group)), generator.events(rows, truth), Int64(rows))))
                    }
                }
                whole.add(window)
                isAlarm = try isAlarm || #require(whole.estimate(form, alpha: alpha)).interval.low > limit
                // Each part with an interval of 95 %, as somebody would take who looks once: of two rates in two groups α together.
                let lows = form.rates.map { rate -> Double in
                    let ends = whole.parts.compactMap { part in form.group(ofPart: part.group, rate).map { _ in WilsonInterval.interval(
                        successes: Double(part.events), trials: Double(part.rows)) } }
                    return ends[0].low - ends[1].high
                }
                let low = form.shape == .difference ? lows.reduce(0, +) / Double(lows.count) : lows.max() ?? 0
                isFixed = isFixed || low > limit
            }
            alarms += isAlarm ? 1 : 0
            fixed += isFixed ? 1 : 0
        }
        // Of 200 streams 40 would be the chance stated; four deviations beyond are 62.
        #expect(alarms <= 62, "\(alarms) of \(streams)")
        // Of an average four intervals are joined, which is too wide for either to be wrong.
        if form.shape != .difference { #expect(fixed > alarms, "\(fixed) of \(streams) against \(alarms)") }
    }

    @Test func twoRatesArePutTogetherFromAllTheirParts() throws {
        let odds = Self.form("fairness.equalized_odds_difference")
        let counted: [(Text, Int64, Int64)] = [("a", 40, 100), ("b", 10, 100)]
        let parts = odds.rates.flatMap { rate in
            counted.map { AnytimeTally.Part(group: odds.part(rate, $0.0), events: rate == .truePositive ? $0.1 : 20, rows: $0.2) }
        }
        let whole = AnytimeTally(parts: parts)
        let estimate = try #require(whole.estimate(odds, alpha: 0.05))
        func end(_ events: Int64, _ place: Int) -> Interval {
            SequentialProportion(successes: events, trials: 100).interval(level: 1 - 0.05 / Double(place * (place + 1)))
        }
        #expect(estimate.value == 0.4 - 0.1 && estimate.interval.low == max(0, end(40, 1).low - end(10, 2).high))
        #expect(estimate.interval.high == max(end(40, 1).high - end(10, 2).low, end(20, 4).high - end(20, 3).low, end(20, 3).high - end(20, 4).low))
        // Without one of the rates there is no answer.
        #expect(AnytimeTally(parts: Array(parts[..<3])).estimate(odds, alpha: 0.05) == nil)
        let average = Self.form("aif360.average_odds_difference")
        let sides = AnytimeTally(parts: average.rates.flatMap { rate in
            [("unprivileged", 30), ("privileged", 50)].map { AnytimeTally.Part(group: average.part(rate, Text($0.0)), events: Int64($0.1), rows: 100) }
        })
        let mean = try #require(sides.estimate(average, alpha: 0.05))
        #expect(abs(mean.value + 0.2) < 1e-15)
        #expect(mean.interval.low == ((end(30, 1).low - end(50, 2).high) + (end(30, 3).low - end(50, 4).high)) / 2)
    }
}
