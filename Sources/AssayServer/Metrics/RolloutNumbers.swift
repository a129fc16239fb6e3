import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows

/// Rollouts for Prometheus: those under way, and those that ended within a day, so that what was rolled back is seen.
enum RolloutNumbers {
    private static let labels = ["rollout", "model", "candidate", "strategy"]
    private static let share = MetricFamily(
        "assay_rollout_share_ratio", .gauge, "The share of requests that a rollout's candidate is to answer, or to be asked too.", labels: labels)
    private static let state = MetricFamily(
        "assay_rollout_state", .gauge, "1 for the state a rollout is in; kept for a day after its end.", labels: labels + ["state"])
    private static let units = MetricFamily(
        "assay_rollout_requests_total", .counter, "Requests that gateways reported of a rollout, by the version that answered.",
        labels: labels + ["arm"])
    private static let errors = MetricFamily(
        "assay_rollout_errors_total", .counter, "Of the requests of a rollout, those answered with status 400 or more.", labels: labels + ["arm"])
    private static let slow = MetricFamily(
        "assay_rollout_slow_total", .counter, "Of the requests of a rollout, those slower than its guard of latency allows.",
        labels: labels + ["arm"])
    private static let keptMilliseconds: Int64 = 86_400_000
    /// The newest.
    private static let limit = 200

    static func add(to text: inout MetricsText, _ governance: Governance) async throws {
        let since = governance.useCases.effects.nowMilliseconds() - keptMilliseconds
        let views = try await governance.rollouts(limit: limit)
            .filter { $0.rollout.isRunning || $0.rollout.paper.record.changedMilliseconds >= since }
        typealias Value = (labels: [Text], value: Double)
        var (shares, states): ([Value], [Value]) = ([], [])
        var (requests, failed, late): ([Value], [Value], [Value]) = ([], [], [])
        for view in views.sorted(by: { $0.rollout.id < $1.rollout.id }) {
            let rollout = view.rollout
            let json = RolloutJSON.value(of: view)
            let names = [
                Text(rollout.id), rollout.model, Text("\(json["candidate"]?.integer ?? 0)"), Text(json["strategy"]?.string ?? ""),
            ]
            states.append((names + [rollout.paper.record.state], 1))
            if rollout.isRunning { shares.append((names, Double(rollout.share) / 10_000)) }
            let tallies = view.tallies.values
            for (arm, path) in [(Text("candidate"), \RolloutTally.candidate), ("baseline", \.baseline)] {
                let sum = { (count: (RolloutTally.Arm) -> Int64) in Double(tallies.reduce(0) { $0 + count($1[keyPath: path]) }) }
                requests.append((names + [arm], sum(\.requests)))
                failed.append((names + [arm], sum(\.errors)))
                late.append((names + [arm], sum(\.slow)))
            }
        }
        text.add(share, shares)
        text.add(state, states)
        text.add(units, requests)
        text.add(errors, failed)
        text.add(slow, late)
    }
}
