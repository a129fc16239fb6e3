import AssayJSON
import AssayPages
import AssayStore
import AssayTerms
import AssayWorkflows

/// A model in operation. What is drawn stands in a table beside the drawing, and in the answers of `/api/assay/v1`.
struct OperationPages: Sendable {
    /// Of results; the newest windows of each monitor are shown.
    private static let resultLimit = 2_000
    private static let windowLimit = 60
    private static let listLimit = 20

    let governance: Governance

    /// - Throws: `notFound` for a model that is not there or not seen.
    func page(_ name: Text) async throws -> OperationPage {
        let (model, results) = try await governance.useCases.store.read { tx in
            let model = try tx.existingModel(named: name)
            try governance.useCases.requireRecordedWhereGoverned([model], tx)
            return (model, try tx.monitorResults(modelID: model.id, planID: nil, monitor: nil, limit: Self.resultLimit))
        }
        let alarms = try await governance.useCases.alerts(nil, after: nil, limit: 1_000).items.filter { $0.record.modelID == model.id }
        let rollouts = try await governance.rollouts(about: try PaperAddress(model: name), limit: Self.listLimit)
        let trainings = try await governance.trainings(pipeline: nil, model: name, limit: Self.listLimit)
        let firing = alarms.filter { $0.record.state == .firing }
        let over = alarms.filter { $0.record.state != .firing }
        let monitors = Self.monitors(results)
        return OperationPage(
            model: name.string, address: "/models/\(PageText.segment(name))",
            tiles: Self.tiles(
                firing: firing.count, monitors: monitors.map(\.verdict),
                running: rollouts.first(where: \.rollout.isRunning).map { RolloutJSON.value(of: $0) },
                underWay: trainings.count { !$0.record.state.isOver }),
            alarms: (firing + over).prefix(Self.listLimit).map(Self.alarm), monitors: monitors.map(\.figure),
            rollouts: rollouts.map(Self.rollout), trainings: trainings.map { Self.training($0, name) })
    }

    private static func tiles(firing: Int, monitors: [String], running: JSONValue?, underWay: Int) -> [OperationPage.Tile] {
        let broken = monitors.count { $0 == "broken" }
        let rollout = running.map { "\($0["strategy"]?.string ?? "") \($0["share"]?.string ?? "")" }
        return [
            OperationPage.Tile(
                value: String(firing), words: firing == 1 ? "alarm fires" : "alarms fire", style: firing == 0 ? "pass" : "fail"),
            OperationPage.Tile(
                value: "\(broken) of \(monitors.count)", words: "monitors outside their limit", style: broken == 0 ? "" : "fail"),
            OperationPage.Tile(value: rollout ?? "none", words: "rollout under way"),
            OperationPage.Tile(value: String(underWay), words: underWay == 1 ? "training under way" : "trainings under way"),
        ]
    }

    private static func alarm(_ alert: Alert) -> OperationPage.Alarm {
        let isFiring = alert.record.state == .firing
        var state = isFiring ? "fires" : "over"
        if isFiring, alert.record.acknowledgement != nil { state = "in hand" }
        if isFiring, alert.isSilenced { state = "silenced" }
        return .init(
            state: state, style: isFiring ? "fail" : "", severity: alert.record.severity.rawValue,
            title: alert.details?.title.string ?? "what it said was erased", since: PageText.time(alert.record.firedMilliseconds))
    }

    // MARK: - Monitors

    private static func monitors(_ results: [MonitorResultRecord]) -> [(verdict: String, figure: OperationPage.Monitor)] {
        struct Key: Hashable {
            let monitor: SHA256Digest
            let version: Int
        }
        let groups = Dictionary(grouping: results) { Key(monitor: $0.monitor, version: $0.version) }
        // Of two plans that are both kept the titles may be alike, so the digest decides then: the same page each time.
        let order = groups.sorted { first, second in
            let (one, other) = (first.value[0], second.value[0])
            if first.key.version != second.key.version { return first.key.version > second.key.version }
            return (one.title, first.key.monitor.hex) < (other.title, second.key.monitor.hex)
        }
        return order.compactMap { key, results in
            let windows = results.sorted(by: isEarlier).suffix(windowLimit)
            guard let newest = windows.last else { return nil }
            let points = windows.map { result in
                MonitorChart.Point(
                    window: result.window.string, value: result.value.flatMap { Double($0.string) },
                    verdict: result.verdict == .broken ? .broken : result.verdict == .kept ? .kept : .incomplete)
            }
            let chart = MonitorChart(title: "\(newest.title) of version \(key.version), window by window", points: points, limits: limits(newest.limit))
            let rows = windows.enumerated().map { place, result in
                OperationPage.Window(
                    number: place + 1, name: PageText.window(result.window), value: result.value?.string ?? "none",
                    verdict: result.verdict == .kept ? "kept" : "\(result.verdict.rawValue): \(result.reason)", style: style(result.verdict),
                    rows: String(result.rowCount), computed: PageText.time(result.computedMilliseconds))
            }
            let figure = OperationPage.Monitor(
                title: newest.title.string, version: String(key.version), limit: newest.limit.string, verdict: newest.verdict.rawValue,
                style: style(newest.verdict), chart: chart, windows: rows)
            return (newest.verdict.rawValue, figure)
        }
    }

    /// By what the window is about; batches, which have no order of their own, as they were judged.
    private static func isEarlier(_ first: MonitorResultRecord, _ second: MonitorResultRecord) -> Bool {
        let place = { (result: MonitorResultRecord) in
            result.window.string.hasPrefix("batch ") ? nil : result.window.string.split(separator: " ").last.flatMap { Int64($0) }
        }
        if let one = place(first), let other = place(second), one != other { return one < other }
        return first.ordinal < second.ordinal
    }

    private static func style(_ verdict: MonitorResultRecord.Verdict) -> String {
        switch verdict {
        case .kept: "pass"
        case .broken: "fail"
        case .incomplete: "incomplete"
        }
    }

    /// The lines of a limit as it is written: `max 0.1`, `min 0.85`, `between 0.8 and 1.25`.
    static func limits(_ text: Text) -> [MonitorChart.Limit] {
        let words = text.string.split(separator: " ")
        let names = ["max": "max", "min": "min", "between": "min", "and": "max"]
        return zip(words, words.dropFirst()).compactMap { word, number in
            guard let name = names[String(word)], let value = Double(number), value.isFinite else { return nil }
            return .init(name: name, value: value)
        }
    }

    // MARK: - Rollouts and training

    private static func rollout(_ view: Governance.RolloutView) -> OperationPage.Rollout {
        let json = RolloutJSON.value(of: view)
        let state = view.rollout.paper.record.state
        let against = json["baseline"]?["version"]?.integer.map { " against version \($0)" } ?? ""
        let steps = json["steps"]?.integer ?? 0
        let step = steps == 0 ? "" : ", step \(view.rollout.step + 1) of \(steps) (\(json["share"]?.string ?? ""))"
        let title = "\(json["strategy"]?.string ?? ""): version \(json["candidate"]?.integer ?? 0)\(against)\(step)"
        var arms: [OperationPage.Rollout.Arm] = []
        for (place, tally) in view.tallies.sorted(by: { $0.key < $1.key }) {
            for (name, arm) in [("candidate", tally.candidate), ("baseline", tally.baseline)] {
                arms.append(
                    .init(step: String(place + 1), name: name, requests: String(arm.requests), errors: String(arm.errors), slow: String(arm.slow)))
            }
        }
        let style: String
        switch state {
        case RolloutState.promoted: style = "pass"
        case RolloutState.rolledBack: style = "fail"
        case RolloutState.running: style = "pending"
        default: style = ""
        }
        return OperationPage.Rollout(
            id: view.rollout.id, title: title, state: state.string, style: style, began: PageText.time(view.rollout.paper.record.madeMilliseconds),
            findings: (json["findings"]?.array ?? []).compactMap { $0["text"]?.string },
            reason: json["reason"]?.string ?? json["refusal"]?.string, arms: arms)
    }

    private static func training(_ view: Governance.TrainingView, _ model: Text) -> OperationPage.Training {
        let record = view.record
        let style: String
        switch record.state {
        case .finished: style = "pass"
        case .failed: style = "fail"
        case .queued, .started, .bounded: style = "pending"
        case .cancelled: style = ""
        }
        var words: [String] = []
        if let reason = view.details?["reason"] {
            if let monitor = reason["monitor"]?.string, let value = reason["value"]?.string, let limit = reason["limit"]?.string {
                words.append("\(monitor) was \(value), the limit is \(limit)")
            }
            if let commit = reason["commit"]?.string { words.append("commit \(commit.prefix(12)) of \(reason["repository"]?.string ?? "")") }
            if let data = reason["data"]?.string { words.append("data set \(data), version \(reason["digest"]?.string ?? "")") }
            if let said = reason["reason"]?.string, reason["monitor"] == nil, !said.isEmpty { words.append(said) }
        }
        if let end = view.details?["words"]?.string { words.append(end) }
        if let target = view.details?["target"]?.string, view.details?["request"]?.string != nil { words.append("the gate was asked for \(target)") }
        return .init(
            began: PageText.time(record.createdMilliseconds), pipeline: record.pipeline.string, trigger: record.trigger.rawValue,
            state: record.state == .bounded ? "held back" : record.state.rawValue, style: style, version: view.version.map { "version \($0)" } ?? "",
            address: view.version.map { "/models/\(PageText.segment(model))/\($0)" } ?? "", words: words.joined(separator: "; "))
    }
}
