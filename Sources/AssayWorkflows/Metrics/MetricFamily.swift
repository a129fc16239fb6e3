/// Numbers of one meaning, told apart by labels.
package struct MetricFamily: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Only grows; its name ends in `_total`.
        case counter
        case gauge
        /// Upper bounds, ascending; what is above the last is counted too.
        case histogram([Double])

        var word: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// With its unit, a base unit, at the end: `assay_alert_delivery_duration_seconds`.
    package let name: String
    package let kind: Kind
    package let help: String
    /// The names of the labels, in the order in which their values are given.
    package let labels: [String]
    /// How many series there may be; further ones are counted and left out, so that no client makes numbers without bound.
    package let seriesLimit: Int

    package init(_ name: String, _ kind: Kind, _ help: String, labels: [String] = [], seriesLimit: Int = 2_000) {
        precondition(kind != .counter || name.hasSuffix("_total"), "the name of a counter ends in _total: \(name)")
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.seriesLimit = seriesLimit
    }

    private static let monitorLabels = ["model", "version", "monitor", "window", "plan", "line"]

    /// The value that a monitor measured last. Lines of several plans, and of one, can be about the same thing: `plan` and `line` tell them apart.
    package static let monitorValue = MetricFamily("assay_monitor_value", .gauge, "What a monitor measured last.", labels: monitorLabels)
    /// The limit that the value is held against; `bound` is `max` or `min`.
    package static let monitorLimit = MetricFamily(
        "assay_monitor_limit", .gauge, "The limit of a monitor.", labels: monitorLabels + ["bound"])
    package static let alertDeliveries = MetricFamily(
        "assay_alert_deliveries_total", .counter, "Attempts to tell a receiver of alerts, by how they ended.", labels: ["receiver", "outcome"])
    package static let alertDeliverySeconds = MetricFamily(
        "assay_alert_delivery_duration_seconds", .histogram([0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25]),
        "From the beginning of an attempt to its end.", labels: ["receiver"])
    package static let alertSignals = MetricFamily(
        "assay_alert_changes_total", .counter, "Alerts that began to fire, changed their severity or were resolved.", labels: ["change", "severity"])
}
