/// Student's test of equal means.
package enum MeanTest {
    /// With one variance for both samples, two-sided.
    ///
    /// - Returns: the statistic and the p-value; `nil` with fewer than three rows in all, an empty sample, or no variance.
    /// - Source: Student (1908), Biometrika 6, 1–25; scipy 1.17.1 `stats.ttest_ind`.
    package static func student(_ sample: PooledSample) -> (statistic: Double, pValue: Double)? {
        guard sample.referenceCount > 0, sample.currentCount > 0, sample.totalCount > 2 else { return nil }
        let reference = sample.referenceMoments
        let current = sample.currentMoments
        let n = Double(sample.referenceCount)
        let m = Double(sample.currentCount)
        let degrees = n + m - 2
        let variance = (n * reference.variance + m * current.variance) / degrees
        let t = (reference.mean - current.mean) / (variance * (1 / n + 1 / m)).squareRoot()
        guard variance > 0, t.isFinite else { return nil }
        return (t, TailProbability.student(beyond: t, degrees: degrees))
    }
}
