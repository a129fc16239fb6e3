import AssayColumns
import AssayMetrics
import AssayServing
import AssayTerms
import Testing

/// Attacks on a model of two correlated columns are told from rows drawn as the reference's were; the rate of false alarms is counted over seeds.
struct ExtractionSignsTests {
    /// Rows of a population: b follows a, most decisions are clear.
    private struct World {
        var random: SplitMix64

        mutating func normal() -> Double {
            // The sum of twelve uniform numbers is close enough to a normal one.
            (0..<12).reduce(-6.0) { sum, _ in sum + random.nextUnit() }
        }

        mutating func ordinary(_ count: Int) -> [Column] {
            var (a, b, c): ([Double], [Double], [Double]) = ([], [], [])
            for _ in 0..<count {
                let side = random.nextUnit() < 0.7 ? 2.5 : -2.5
                a.append(side + normal())
                b.append(side + normal())
                c.append(normal() * 10)
            }
            return columns(a, b, c)
        }

        /// Uniform over the box that holds nearly all of the population.
        mutating func uniform(_ count: Int) -> [Column] {
            func draw(_ low: Double, _ high: Double, _ random: inout SplitMix64) -> [Double] {
                (0..<count).map { _ in low + (high - low) * random.nextUnit() }
            }
            return columns(draw(-6, 6, &random), draw(-6, 6, &random), draw(-35, 35, &random))
        }

        /// Along the boundary a + b = 0, within the ordinary range of each column.
        mutating func boundary(_ count: Int) -> [Column] {
            let a = (0..<count).map { _ in -2 + 4 * random.nextUnit() }
            return columns(a, a.map { -$0 + 0.02 * random.nextUnit() }, (0..<count).map { _ in normal() })
        }

        private func columns(_ a: [Double], _ b: [Double], _ c: [Double]) -> [Column] {
            [Column(name: "a", values: .double(a)), Column(name: "b", values: .double(b)), Column(name: "c", values: .double(c))]
        }
    }

    private static func probabilities(_ columns: [Column]) -> [[Double]] {
        guard case .double(let a) = columns[0].values, case .double(let b) = columns[1].values else { return [] }
        // A steep logistic curve by a rational one: only how close to a half it is counts here.
        let positive = zip(a, b).map { a, b in
            let score = 2 * (a + b)
            return 0.5 + 0.5 * score / (1 + score.magnitude)
        }
        return [positive.map { 1 - $0 }, positive]
    }

    private static func reference(_ world: inout World, rows: Int = 500) -> ExtractionReference? {
        let columns = world.ordinary(rows)
        return ExtractionReference(columns, rowCount: rows, probabilities: probabilities(columns))
    }

    /// - Returns: after how many rows each sign was raised, asked in requests of `step` rows.
    private static func ask(
        _ signs: inout ExtractionSigns, _ total: Int, step: Int, _ draw: (Int) -> [Column]
    ) -> [ExtractionSigns.Sign: Int] {
        var found: [ExtractionSigns.Sign: Int] = [:]
        for asked in stride(from: step, through: total, by: step) {
            let columns = draw(step)
            for sign in signs.add(columns, rowCount: step, probabilities: probabilities(columns)) { found[sign] = asked }
        }
        return found
    }

    @Test(arguments: 0..<20)
    func attacksAreFound(seed: Int) throws {
        var world = World(random: SplitMix64(seed: UInt64(seed)))
        let reference = try #require(Self.reference(&world))
        var signs = ExtractionSigns(reference, seed: 1)
        let spread = Self.ask(&signs, 2_000, step: 10) { world.uniform($0) }
        let covered = try #require(spread[.coverage])
        #expect(covered <= 500)
        signs = ExtractionSigns(reference, seed: 2)
        let along = Self.ask(&signs, 2_000, step: 10) { world.boundary($0) }
        let found = try #require(along[.boundary])
        #expect(found <= 100)
        #expect(along[.coverage] == nil)
    }

    /// 400 callers who send 5,000 ordinary rows each, looked at after every one of 500 requests: two in a thousand may raise a sign each, by
    /// the bound's error and the test's; 5 or more of 400 would then be seen with probability below 0.002.
    @Test func ordinaryTrafficIsLeftAlone() throws {
        var alarms = 0
        for seed in 0..<400 {
            var world = World(random: SplitMix64(seed: 1_000 + UInt64(seed)))
            var signs = ExtractionSigns(try #require(Self.reference(&world, rows: seed % 2 == 0 ? 200 : 1_000)), seed: UInt64(seed))
            if !Self.ask(&signs, 5_000, step: 10, { world.ordinary($0) }).isEmpty { alarms += 1 }
        }
        #expect(alarms < 5, "\(alarms) false alarms of 400")
    }

    /// A row that is sent again and again says no more than once, in requests of its own or within one.
    @Test func copiesOfARowAreNoEvidence() throws {
        var world = World(random: SplitMix64(seed: 3))
        let reference = try #require(Self.reference(&world))
        let odd = world.uniform(20)
        var signs = ExtractionSigns(reference, seed: 5)
        for _ in 0..<500 {
            let row = odd.map { $0.gathered([0]) }
            #expect(signs.add(row, rowCount: 1, probabilities: nil).isEmpty)
            let copies = odd.map { $0.gathered([Int](repeating: 1, count: 100)) }
            #expect(signs.add(copies, rowCount: 100, probabilities: nil).isEmpty)
        }
        #expect(signs.raised.isEmpty)
    }

    /// The rows of one request belong together: one of them is counted, however many there are.
    @Test func aRequestIsOneDraw() throws {
        var world = World(random: SplitMix64(seed: 6))
        let reference = try #require(Self.reference(&world))
        var signs = ExtractionSigns(reference, seed: 7)
        #expect(signs.add(world.uniform(100_000), rowCount: 100_000, probabilities: nil).isEmpty)
        var requests = 1
        while signs.raised.isEmpty, requests < 500 {
            requests += 1
            _ = signs.add(world.uniform(10), rowCount: 10, probabilities: nil)
        }
        #expect((10...200).contains(requests), "raised after \(requests) requests")
    }

    @Test func whatIsNotKnownRaisesNothing() {
        var world = World(random: SplitMix64(seed: 4))
        let few = world.ordinary(99)
        #expect(ExtractionReference(few, rowCount: 99, probabilities: nil) == nil)
        let words = [Column(name: "t", values: .text(codes: [Int32](repeating: 0, count: 200), dictionary: TextDictionary(["x"])))]
        guard let reference = ExtractionReference(words, rowCount: 200, probabilities: nil) else {
            Issue.record("200 rows are a reference")
            return
        }
        var signs = ExtractionSigns(reference, seed: 1)
        for _ in 0..<100 {
            let odd = world.uniform(10)
            #expect(signs.add(odd, rowCount: 10, probabilities: Self.probabilities(odd)).isEmpty)
        }
        #expect(signs.add([], rowCount: 0, probabilities: nil).isEmpty)
    }
}
