import Testing

@testable import AssayMetrics

/// The goal: the p-value of tied samples is the share of all divisions that lie as far apart. The method: all divisions of small
/// samples one by one, drawn divisions of larger ones, and samples without ties, whose distribution is known otherwise.
@Suite struct TiedKolmogorovTests {
    private func distance(_ values: [Double], isReference: [Bool]) -> (distance: Double, sample: PooledSample) {
        let sample = PooledSample(
            reference: values.indices.filter { isReference[$0] }.map { values[$0] },
            current: values.indices.filter { !isReference[$0] }.map { values[$0] })
        return (KolmogorovSmirnov.test(sample)?.distance ?? 0, sample)
    }

    @Test func smallSamplesAreEnumerated() throws {
        var generator = SplitMix64(seed: 3)
        for (n, m) in [(3, 3), (4, 6), (5, 2), (6, 6), (7, 4)] {
            for levels in [2, 3, 5] {
                let values = (0..<(n + m)).map { _ in Double(generator.next() % UInt64(levels)) }
                let observed = distance(values, isReference: values.indices.map { $0 < n })
                var (all, far) = (0, 0)
                for mask in 0..<(1 << (n + m)) where mask.nonzeroBitCount == n {
                    all += 1
                    let other = distance(values, isReference: values.indices.map { mask >> $0 & 1 == 1 })
                    if other.distance >= observed.distance - 1e-12 { far += 1 }
                }
                let answer = try #require(KolmogorovSmirnov.test(observed.sample, regardsTies: true))
                #expect(abs(answer.pValue - Double(far) / Double(all)) < 1e-12, "\(n) \(m) \(values)")
                let bound = try #require(KolmogorovSmirnov.test(observed.sample))
                #expect(answer.pValue <= bound.pValue + 1e-12)
            }
        }
    }

    @Test(arguments: [(40, 40), (60, 35), (50, 1)])
    func samplesWithoutTiesHaveTheKnownDistribution(n: Int, m: Int) throws {
        var generator = SplitMix64(seed: 5)
        for _ in 0..<20 {
            let sample = PooledSample(
                reference: (0..<n).map { _ in generator.nextUnit() }, current: (0..<m).map { _ in generator.nextUnit() * 1.2 })
            let known = try #require(KolmogorovSmirnov.test(sample))
            let divisor = KolmogorovSmirnov.greatestCommonDivisor(n, m)
            let tied = TiedKolmogorov.upperTail(
                ties: sample.values.map { _ in 1 }, referenceCount: n, currentCount: m,
                largest: Int((known.distance * Double(n / divisor) * Double(m)).rounded()))
            guard known.pValue > 1e-8, known.distance > 0 else { continue }
            let value = try #require(tied)
            #expect(abs(value - known.pValue) < 1e-11)
        }
    }

    /// 4,000 divisions; four standard errors are below 0.032.
    @Test func drawnDivisionsAgree() throws {
        var generator = SplitMix64(seed: 7)
        var values = (0..<700).map { _ in (generator.nextUnit() * generator.nextUnit() * 40).rounded() }
        let observed = distance(values, isReference: values.indices.map { $0 < 400 })
        let answer = try #require(KolmogorovSmirnov.test(observed.sample, regardsTies: true))
        var far = 0
        for _ in 0..<4_000 {
            values.shuffle(using: &generator)
            if distance(values, isReference: values.indices.map { $0 < 400 }).distance >= observed.distance - 1e-12 { far += 1 }
        }
        #expect(abs(answer.pValue - Double(far) / 4_000) < 0.032)
    }
}
