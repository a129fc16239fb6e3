package import AssayTerms
import Synchronization

/// Numbers that this process counts and measures, for Prometheus. Whoever has a number puts it here; whoever may read asks for all.
///
/// Nothing of it outlives the process. Labels hold names, never values of rows.
package final class MetricsRegister: Sendable {
    /// What one observation can be followed up by.
    package struct Exemplar: Hashable, Sendable {
        /// The name of the one label, and its value: an id that other records know.
        package let label: String
        package let value: Text
        package let milliseconds: Int64

        package init(label: String, value: Text, milliseconds: Int64) {
            self.label = label
            self.value = value
            self.milliseconds = milliseconds
        }
    }

    /// One series as it is now.
    package struct Series: Sendable {
        package var labels: [Text]
        /// Of a histogram the sum of what was observed.
        package var value = 0.0
        /// Of a histogram: how many observations up to each bound and not up to the one before, the last without a bound.
        package var buckets: [UInt64] = []
        /// The last one of each bucket.
        package var exemplars: [Int: (value: Double, exemplar: Exemplar)] = [:]
    }

    private struct State {
        var families: [Text: (family: MetricFamily, series: [[Text]: Series])] = [:]
        var dropped: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Sets a gauge.
    package func set(_ family: MetricFamily, labels: [Text] = [], value: Double) {
        change(family, labels) { $0.value = value }
    }

    /// Adds to a counter.
    package func add(_ family: MetricFamily, labels: [Text] = [], _ amount: Double = 1) {
        precondition(amount >= 0, "a counter only grows")
        change(family, labels) { $0.value += amount }
    }

    /// Notes a value in a histogram.
    package func observe(_ family: MetricFamily, labels: [Text] = [], value: Double, exemplar: Exemplar? = nil) {
        guard case .histogram(let bounds) = family.kind else { preconditionFailure("\(family.name) is no histogram") }
        let place = bounds.firstIndex { value <= $0 } ?? bounds.count
        change(family, labels) { series in
            if series.buckets.isEmpty { series.buckets = [UInt64](repeating: 0, count: bounds.count + 1) }
            series.buckets[place] += 1
            series.value += value
            if let exemplar { series.exemplars[place] = (value, exemplar) }
        }
    }

    /// Takes a series away: of what is watched no more.
    package func remove(_ family: MetricFamily, labels: [Text]) {
        state.withLock { state in _ = state.families[Text(family.name)]?.series.removeValue(forKey: labels) }
    }

    /// Takes away all series of a family but those whose labels are kept.
    package func keep(_ family: MetricFamily, where isKept: ([Text]) -> Bool) {
        let labels = state.withLock { state in (state.families[Text(family.name)]?.series.keys).map { Array($0) } ?? [] }
        for one in labels where !isKept(one) { remove(family, labels: one) }
    }

    private func change(_ family: MetricFamily, _ labels: [Text], _ body: (inout Series) -> Void) {
        precondition(labels.count == family.labels.count, "\(family.name) has other labels")
        state.withLock { state in
            let name = Text(family.name)
            var entry = state.families[name] ?? (family, [:])
            precondition(entry.family == family, "there are two families \(family.name)")
            guard entry.series[labels] != nil || entry.series.count < family.seriesLimit else {
                state.dropped += 1
                return
            }
            state.families[name] = nil
            body(&entry.series[labels, default: Series(labels: labels)])
            state.families[name] = entry
        }
    }

    /// Every family by name, its series by their labels, and how many numbers were left out because there were too many series.
    package func snapshot() -> (families: [(family: MetricFamily, series: [Series])], dropped: UInt64) {
        let (families, dropped) = state.withLock { ($0.families, $0.dropped) }
        let sorted = families.values.sorted { $0.family.name < $1.family.name }.map { entry in
            (family: entry.family, series: entry.series.values.sorted { $0.labels.lexicographicallyPrecedes($1.labels) })
        }
        return (sorted, dropped)
    }
}
