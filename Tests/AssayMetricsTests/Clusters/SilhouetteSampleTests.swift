import AssayMetrics
import Testing

@Suite struct SilhouetteSampleTests {
    private func table(_ rows: Int, clusters: Int) -> (features: [[Double]], clusters: [Int]) {
        var draw = SplitMix64(seed: 4)
        let own = (0..<rows).map { $0 % clusters }
        return ((0..<3).map { _ in own.map { Double($0) + 2 * draw.nextUnit() } }, own)
    }

    /// Sums over rows in another order: some hundred roundings.
    @Test(arguments: [2, 5]) func sampledRowsHaveTheirExactValues(clusterCount: Int) {
        let (features, clusters) = table(301, clusters: clusterCount)
        let all = Silhouette.values(features: features, clusters: clusters, clusterCount: clusterCount)
        let sample = RowSampling.rows(40, of: 301, seed: 9)
        let some = Silhouette.values(of: sample, features: features, clusters: clusters, clusterCount: clusterCount)
        for (row, value) in zip(sample, some) { #expect(abs(value - all[row]) < 1e-12) }
    }

    @Test func aRowAloneIsZero() {
        let some = Silhouette.values(of: [0, 2], features: [[0, 1, 9]], clusters: [0, 0, 1], clusterCount: 2)
        #expect(some[1] == 0 && abs(some[0] - 8.0 / 9) < 1e-15)
    }

    @Test func samplesAreAsLarge() {
        #expect(RowSampling.rows(10, of: 4, seed: 1) == [0, 1, 2, 3])
        #expect(RowSampling.rows(0, of: 4, seed: 1).isEmpty)
        for seed in 0..<50 {
            let rows = RowSampling.rows(7, of: 30, seed: UInt64(seed))
            #expect(rows.count == 7 && Set(rows).count == 7 && rows == rows.sorted() && rows.allSatisfy { $0 < 30 })
        }
    }

    /// 4,000 samples of 3 of 10 rows: each row in 1,200, give or take four times 29.
    @Test func everyRowIsAsLikely() {
        var counts = [Int](repeating: 0, count: 10)
        for seed in 0..<4_000 { for row in RowSampling.rows(3, of: 10, seed: UInt64(seed)) { counts[row] += 1 } }
        #expect(counts.allSatisfy { abs($0 - 1_200) < 116 })
    }
}
