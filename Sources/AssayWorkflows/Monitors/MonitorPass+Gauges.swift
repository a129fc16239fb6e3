import AssayPolicy
import AssayTerms

extension MonitorPass {
    /// Of the numbers of one line of one plan: what it watches, the plan's id, and the first twelve digits of the line's digest.
    static func labels(of monitor: WatchedVersion.Monitor, _ version: GovernedVersion) -> [Text] {
        [
            version.model, Text(String(version.version)), Text(monitor.monitor.check.title), monitor.monitor.window.text, Text(monitor.planID),
            Text(String(monitor.digest.hex.prefix(12))),
        ]
    }

    /// Takes away the numbers of monitors that are watched no more: whose line was replaced or withdrawn, whose bound is gone, whose version
    /// holds no place any more. Otherwise their last value would stand for ever, and a rule over it fire for ever. Of versions that cannot be
    /// looked at the numbers stay.
    func tidyGauges(_ watched: [WatchedVersion], _ problems: [Problem]) {
        var values: Set<[Text]> = []
        var limits: Set<[Text]> = []
        for one in watched where one.isPlaced {
            for monitor in one.monitors {
                let labels = Self.labels(of: monitor, one.version)
                values.insert(labels)
                guard case .range(let lower, let upper) = monitor.monitor.check.limit.shape else { continue }
                if lower != nil { limits.insert(labels + ["min"]) }
                if upper != nil { limits.insert(labels + ["max"]) }
            }
        }
        let unknown = Set(problems.map { [$0.model, Text(String($0.version))] })
        let metrics = governance.useCases.metrics
        metrics.keep(.monitorValue) { values.contains($0) || unknown.contains(Array($0.prefix(2))) }
        metrics.keep(.monitorLimit) { limits.contains($0) || unknown.contains(Array($0.prefix(2))) }
    }
}
