import AssayColumns
import AssayEvidence
import AssayMetrics
import AssayTerms
import Testing

/// Goal: a bounded mean's alarm over all traffic is false at most as often as the plan says, comes when something is wrong, and is about the check's own value.
/// Method: seeded streams that are looked at after each portion, beside the normal interval looked at as often; windows against the check.
@Suite struct AnytimeNumbersTests {
    private struct Generator {
        var state: UInt64

        mutating func chance() -> Double {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Double((z ^ (z >> 31)) >> 11) / 9_007_199_254_740_992
        }

        /// Of mean 2/15 and a variance of some 0.018, as squared errors have: seldom large.
        mutating func portion(_ rows: Int, times factor: Double = 1) -> SequentialMean.Portion {
            var portion = SequentialMean.Portion()
            for _ in 0..<rows {
                let draw = chance()
                portion.add(draw * draw * 0.4 * factor)
            }
            return portion
        }
    }

    private static let mean = 0.4 / 3

    @Test func falseAlarmsOfAMeanStayBelowTheChanceStated() {
        let (streams, looks, rows, alpha) = (300, 60, 50, 0.2)
        var generator = Generator(state: 31)
        var (low, high, fixed) = (0, 0, 0)
        for _ in 0..<streams {
            var sequence = SequentialMean(alpha: alpha)
            var (isLow, isHigh, isFixed) = (false, false, false)
            for _ in 0..<looks {
                sequence.add(generator.portion(rows))
                let interval = sequence.interval
                isLow = isLow || interval.high < Self.mean
                isHigh = isHigh || interval.low > Self.mean
                let (count, mean) = (Double(sequence.seen.rows), sequence.mean ?? 0)
                let error = ((sequence.seen.squares / count - mean * mean) / count).squareRoot()
                isFixed = isFixed || abs(mean - Self.mean) > 1.2816 * error
            }
            low += isLow ? 1 : 0
            high += isHigh ? 1 : 0
            fixed += isFixed ? 1 : 0
        }
        // Of 300 streams 60 would be the chance stated for both sides together; four deviations beyond are 88.
        #expect(low + high <= 88, "\(low) + \(high) of \(streams)")
        #expect(fixed > 150, "\(fixed) of \(streams): whoever looks again and again at an interval of 80 % is misled more often than not")
    }

    @Test func whatIsWrongIsNoticedSoonerThanByTheBoundAlone() {
        var generator = Generator(state: 32)
        var needed: [Int] = []
        for _ in 0..<50 {
            var sequence = SequentialMean(alpha: 0.05)
            var rows = 0
            while rows < 50_000, sequence.interval.low <= Self.mean {
                sequence.add(generator.portion(50, times: 1.3))
                rows += 50
            }
            needed.append(rows)
        }
        // A mean that is off by 0.04 takes a bound of all variances, √(ln(2/α) / (2 n)), some 1,150 numbers and more; these vary less.
        #expect(needed.sorted()[25] < 1_150 && (needed.max() ?? 0) < 5_000, "\(needed.sorted())")
    }

    /// Values by the paper's theorem 2 written down anew in Python, number by number with decimals of 40 digits, over all numbers that came before: for numbers
    /// x = 0.006 ((37 i) mod 101) in portions of 3, 57, 7 and 333, of which the first three are bet on with the greatest bet and the last with a smaller one.
    @Test func unequalPortionsAreTheTheorems() {
        let golden: [(end: Int, weight: Double, weighted: Double, penalty: Double, low: Double, high: Double)] = [
            (3, 1.5, 0.333, 0.06381969140061713, 0, 1),
            (60, 30, 8.913, 0.39681822668667494, 0.1609100773066463, 0.4332899226933537),
            (67, 33.5, 9.99, 0.4451141458897653, 0.17480616119391937, 0.4216117492538418),
            (400, 133.1592328581154, 39.859039267781824, 1.019482793326186, 0.2639747636410286, 0.33469253733768256),
        ]
        var sequence = SequentialMean(alpha: 0.05)
        var begin = 0
        func isClose(_ value: Double, _ other: Double) -> Bool { abs(value - other) < 1e-11 * max(1, abs(other)) }
        for step in golden {
            var portion = SequentialMean.Portion()
            for row in begin..<step.end { portion.add(Double(row * 37 % 101) / 100 * 0.6) }
            begin = step.end
            sequence.add(portion)
            #expect(isClose(sequence.weight, step.weight) && isClose(sequence.weighted, step.weighted) && isClose(sequence.penalty, step.penalty))
            #expect(isClose(sequence.interval.low, step.low) && isClose(sequence.interval.high, step.high), "\(step.end): \(sequence.interval)")
        }
    }

    /// Numbers at both ends vary as much as numbers can, and the interval holds still.
    @Test func theWidestNumbersAndEdges() {
        var sequence = SequentialMean(alpha: 0.05)
        #expect(sequence.interval.low == 0 && sequence.interval.high == 1 && sequence.mean == nil)
        sequence.add(.init())
        #expect(sequence.interval.high == 1 && sequence.mean == nil)
        for _ in 0..<200 {
            var portion = SequentialMean.Portion()
            for row in 0..<10 { portion.add(row % 2 == 0 ? 1 : 0) }
            sequence.add(portion)
            #expect(sequence.interval.low <= 0.5 && sequence.interval.high >= 0.5)
        }
        #expect(sequence.mean == 0.5 && sequence.interval.high - sequence.interval.low < 0.2)
        var ones = SequentialMean(alpha: 0.05)
        for _ in 0..<100 { ones.add(.init(rows: 10, sum: 10, squares: 10)) }
        #expect(ones.interval.high == 1 && ones.interval.low > 0.9)
    }

    private static func block(_ labels: [Double], _ said: [Double?]) -> RowBlock {
        RowBlock(
            rowCount: labels.count,
            columns: [
                Column(name: "y", values: .double(labels)),
                Column(name: "s", values: .double(said.map { $0 ?? .nan }), validity: Validity(said.map { $0 != nil })),
            ])
    }

    private static func request(_ check: String) -> EvidenceRequest {
        var request = EvidenceRequest(data: DataFile(source: .path(""), name: "window"), checks: [CheckRequest(id: check)])
        request.label = "y"
        if check == "performance.brier" { request.score = "s" } else { request.prediction = "s" }
        return request
    }

    @Test(arguments: [("performance.brier", nil), ("performance.mae", 8), ("performance.mse", 8)] as [(String, Double?)])
    func whatIsCountedIsTheChecksOwnValue(_ check: String, _ range: Double?) throws {
        var generator = Generator(state: 33)
        let labels = (0..<300).map { _ in range == nil ? (generator.chance() < 0.3 ? 1.0 : 0) : generator.chance() * 10 }
        let said = labels.map { label in range == nil ? generator.chance() : label + (generator.chance() - 0.5) * 8 }
        let counted = try EvidenceEngine.counted(Self.request(check), blocks: [Self.block(labels, said)], range: range)
        let numbers = try #require(counted.numbers)
        let value = try #require(counted.result.value)
        #expect(numbers.portion.rows == 300 && numbers.beyond == 0)
        #expect(abs(numbers.portion.sum / 300 * numbers.scale - value) < 1e-12 * max(1, value))
        // What is further off than stated counts as that far, and is said to be beyond.
        guard let range else { return }
        let tight = try #require(try EvidenceEngine.counted(Self.request(check), blocks: [Self.block(labels, said)], range: range / 8).numbers)
        #expect(tight.beyond > 100 && tight.portion.sum / 300 * tight.scale < value)
        let without = try EvidenceEngine.counted(Self.request(check), blocks: [Self.block(labels, said)])
        #expect(without.numbers == nil)
    }

    @Test func rowsSayWhichTheyAre() throws {
        let block = Self.block([1, 0, 1], [0.5, nil, 1])
        let numbered = RowBlock(rowCount: 3, columns: block.columns + [Column(name: "n", values: .int64([7, 9, 40]))])
        let numbers = try #require(try EvidenceEngine.counted(Self.request("performance.brier"), blocks: [numbered, numbered], numbered: "n").numbers)
        #expect(numbers.entries.map(\.number) == [7, 40, 7, 40] && numbers.entries.map(\.part) == [0.25, 0, 0.25, 0])
        let plain = try #require(try EvidenceEngine.counted(Self.request("performance.brier"), blocks: [block, block]).numbers)
        #expect(plain.entries.map(\.number) == [0, 2, 3, 5])
        #expect(throws: AssayError.self) { try EvidenceEngine.counted(Self.request("performance.brier"), blocks: [block], numbered: "n") }
    }
}
