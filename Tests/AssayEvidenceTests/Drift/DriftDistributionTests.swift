import AssayColumns
import AssayMetrics
import AssayTerms
import Testing

@testable import AssayEvidence

/// The goal: what reports draw shows all rows or says how many it leaves out. The method: small columns of each kind.
@Suite struct DriftDistributionTests {
    private func side(_ numbers: [Double], isWhole: Bool = false) -> DriftSide {
        DriftSide(
            name: "x", type: isWhole ? .int64 : .double, values: .numbers(.rows(numbers), isWhole: isWhole),
            presentCount: numbers.count, missingCount: 0)
    }

    private func distribution(_ left: DriftSide, _ right: DriftSide) throws -> DriftDistribution? {
        DriftDistribution(try DriftPair(reference: left, current: right))
    }

    @Test func wholeNumbersFillTheirBinsEvenly() throws {
        let ages = (18..<80).flatMap { [Double](repeating: Double($0), count: 3) }
        let drawn = try #require(try distribution(side(ages, isWhole: true), side(ages, isWhole: true)))
        #expect(Set(drawn.reference).count == 1 && drawn.reference.reduce(0, +) == ages.count)
        #expect(drawn.beyond == (0, 0))
    }

    @Test func aTailIsCutAndCounted() throws {
        let body = (0..<1_000).map { Double($0) / 1_000 }
        let drawn = try #require(try distribution(side(body + [1e9]), side(body)))
        #expect(drawn.beyond.reference >= 1)
        #expect(drawn.reference.reduce(drawn.beyond.reference, +) == 1_001 && drawn.current.reduce(drawn.beyond.current, +) == 1_000)
        #expect(
            {
                if case .numbers(let edges) = drawn.bins { edges.last ?? 2 <= 1 } else { false }
            }())
    }

    @Test func rareTextsArePutTogether() throws {
        let texts = (0..<20).map { (text: Text("\($0)"), count: 20 - $0) }.sorted { $0.text < $1.text }
        let column = DriftSide(name: "t", type: .text, values: .texts(texts), presentCount: 210, missingCount: 0)
        let drawn = try #require(try distribution(column, column))
        #expect(drawn.bins == .values(["0", "1", "2", "3", "4", "15 others"]))
        #expect(drawn.reference == [20, 19, 18, 17, 16, 120])
    }

    @Test func nothingIsDrawnOfNoRows() throws {
        #expect(try distribution(side([]), side([1])) == nil)
    }

    @Test func aRangeBeyondAllNumbersIsNotDrawn() throws {
        let far = side([-1.7e308, 1, 2, 3, 4, 5, 6, 7, 1.7e308])
        #expect(try distribution(far, far) == nil)
    }

    @Test(arguments: [[1.0], [0.1, 0.2], [-1e308, 1e308], (1...7).map { Double($0) * .leastNonzeroMagnitude }, [5, 5, 5, 5, 6, 7, 8, 9, 10]])
    func everyRowHasAPlace(_ numbers: [Double]) throws {
        let drawn = try #require(try distribution(side(numbers), side(numbers)))
        #expect(drawn.reference.reduce(drawn.beyond.reference, +) == numbers.count)
    }
}
