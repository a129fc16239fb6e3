/// Control of the share of false alarms among the alarms of many tests.
package enum FalseDiscovery {
    /// Benjamini and Hochberg's adjusted p-values: where all `q ≤ rate` are called changes, the expected share of false
    /// ones among them is at most `rate` for independent or positively dependent tests; where nothing changed, the
    /// probability of any call is at most `rate` (equal to it for independent, continuous tests).
    ///
    /// Definition: the smallest over all places `j ≥ i` of `p₍ⱼ₎ · count / j`, at most 1.
    ///
    /// - Complexity: O(n log n).
    /// - Source: Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. JRSS B 57, 289–300; scipy
    ///   1.17.1 `stats.false_discovery_control`.
    package static func adjusted(_ pValues: [Double]) -> [Double] {
        let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
        var adjusted = pValues
        var least = 1.0
        for (place, index) in order.enumerated().reversed() {
            least = min(least, pValues[index] * Double(pValues.count) / Double(place + 1))
            adjusted[index] = least
        }
        return adjusted
    }
}
