import AssayCanonical
import AssayColumns
import AssayEvidence
import AssayJSON
import AssayPolicy
import AssayRecords
import AssayStore
package import AssayTerms

/// One look at everything that is watched: windows that became full or over, and those that labels or late rows came for.
///
/// Who runs it holds the data directory, so that there is one leader. A look that is cut short is taken up by the next: a window's result
/// and its alert are one write.
package struct MonitorPass: Sendable {
    /// Rows that arrive within a minute after a time window's end still count with it at once.
    package static let graceMicroseconds: Int64 = 60_000_000
    /// A batch is judged once nothing more of it arrived for so long.
    package static let quietMilliseconds: Int64 = 3_000
    /// Windows of one monitor that are judged in one pass; older ones of a long absence are left out.
    package static let backlog = 200
    /// How many of the newest windows are judged again when labels or late rows come.
    package static let revisited = 30

    private let governance: Governance
    private var store: any Store { governance.store }

    package init(governance: Governance) { self.governance = governance }

    package struct Outcome: Sendable {
        package var judged = 0
        package var broken = 0
    }

    /// - Parameter model: only this one's monitors.
    package func run(model: Text? = nil) async throws -> Outcome {
        var outcome = Outcome()
        for watched in try await store.read({ try governance.watchedVersions($0, model: model) }) {
            try Task.checkCancellation()
            try await run(watched, &outcome)
        }
        return outcome
    }

    private func run(_ watched: WatchedVersion, _ outcome: inout Outcome) async throws {
        let traffic = try await Traffic(watched, governance)
        // Read once it is needed.
        var reference: Result<DriftProfile?, AssayError>?
        for monitor in watched.monitors {
            let descriptor = governance.catalogue[monitor.monitor.check.id]
            let due = try await due(monitor, watched, traffic)
            guard !due.isEmpty else { continue }
            if reference == nil, descriptor?.needs.contains(.reference) == true {
                do {
                    reference = .success(try await governance.referenceProfile(of: watched.version)?.profile)
                } catch let error as AssayError {
                    reference = .failure(error)
                }
            }
            for window in due {
                let answer = try await answer(monitor.monitor, descriptor, window, traffic, reference)
                try await keep(answer, monitor, watched)
                outcome.judged += 1
                if case .broken = answer.verdict { outcome.broken += 1 }
            }
        }
        if !watched.isPlaced { try await withdraw(watched) }
    }

    /// What a monitor says of a window at this moment; for back-tests too, which keep nothing.
    func answer(
        _ monitor: PolicyMonitor, _ descriptor: CheckDescriptor?, _ window: MonitorWindow, _ traffic: Traffic,
        _ reference: Result<DriftProfile?, AssayError>?
    ) async throws -> MonitorAnswer {
        let rows: WindowRows
        do {
            rows = try await traffic.rows(of: window)
        } catch let error as AssayError where error.code == .unreadable {
            return MonitorAnswer(
                window: window, verdict: .incomplete(error.message), rowCount: 0, labelledCount: 0, segments: [], through: traffic.through)
        }
        if case .failure(let error)? = reference {
            return MonitorAnswer(
                window: window, verdict: .incomplete(error.message), rowCount: rows.rowCount, labelledCount: rows.labelledCount,
                segments: rows.segments, through: rows.through)
        }
        let profile = try? reference?.get()
        return await MonitorAnswer.compute(monitor, descriptor, rows, window: window, reference: profile ?? nil)
    }

    // MARK: What is due

    private func due(
        _ monitor: WatchedVersion.Monitor, _ watched: WatchedVersion, _ traffic: Traffic
    ) async throws -> [MonitorWindow] {
        let known = try await store.read { tx in
            try tx.monitorResults(modelID: watched.version.modelID, planID: monitor.planID, monitor: monitor.digest, limit: 2 * Self.backlog)
        }.filter { $0.versionID == watched.version.id }
        let judged = known.compactMap { MonitorWindow.start(ofKey: $0.window) }.max()
        let now = governance.effects.nowMilliseconds() * 1_000
        var windows: [MonitorWindow]
        var length: Int64 = 0
        switch monitor.monitor.window {
        case .rows(let count):
            windows = MonitorWindow.full(ofRows: count, answered: watched.totals.answeredCount, after: judged, limit: Self.backlog)
            length = Int64(count)
        case .hours(let hours), .days(let hours):
            let hours = if case .days = monitor.monitor.window { hours * 24 } else { hours }
            windows = MonitorWindow.over(
                hours: hours, first: watched.totals.firstMicroseconds, now: now - Self.graceMicroseconds, after: judged, limit: Self.backlog)
            // Of a version that is out of service nobody expects anything.
            if !watched.isPlaced {
                windows = windows.filter { if case .time(let range) = $0 { range.lowerBound <= watched.totals.lastMicroseconds } else { true } }
            }
            length = Int64(hours) * 3_600_000_000
        case .batch:
            let quiet = governance.effects.nowMilliseconds() - Self.quietMilliseconds
            let through = known.map(\.through).max() ?? 0
            windows = try await traffic.batches(after: through, quietSince: quiet).map { .batch($0) }
        }
        // Labels for rows of before, and rows that came late.
        for result in known.prefix(Self.revisited) {
            let window: MonitorWindow
            switch monitor.monitor.window {
            case .rows: window = .rows((MonitorWindow.start(ofKey: result.window) ?? 0)..<((MonitorWindow.start(ofKey: result.window) ?? 0) + length))
            case .hours, .days:
                let start = MonitorWindow.start(ofKey: result.window) ?? 0
                window = .time(start..<start + length)
            case .batch: window = .batch(Text(String(result.window.string.dropFirst("batch ".count))))
            }
            guard !windows.contains(window), traffic.hasNews(for: window, since: result.through) else { continue }
            windows.append(window)
        }
        return windows
    }

    // MARK: Keeping

    private func keep(_ answer: MonitorAnswer, _ monitor: WatchedVersion.Monitor, _ watched: WatchedVersion) async throws {
        let version = watched.version
        let check = monitor.monitor.check
        let (verdict, reason) = answer.word
        let value = answer.result?.value.map { Text(MonitorJudge.text(of: $0, monitor.monitor)) }
        let detail = JSONValue.object(answer.detail(of: monitor.monitor)).bytes()
        let now = governance.effects.nowMilliseconds()
        let isNewest = try await store.write { tx -> Bool in
            let before = try tx.monitorResult(
                planID: monitor.planID, monitor: monitor.digest, versionID: version.id, window: answer.window.key)
            let result = MonitorResultRecord(
                modelID: version.modelID, planID: monitor.planID, monitor: monitor.digest, title: Text(check.title),
                versionID: version.id, version: version.version, window: answer.window.key, revision: (before?.revision ?? -1) + 1,
                verdict: verdict.kept, value: value, limit: Text(check.limit.text), reason: reason, rowCount: answer.rowCount,
                labelledCount: answer.labelledCount, through: answer.through, computedMilliseconds: now, detail: detail)
            try tx.insertMonitorResult(result)
            if case .broken = verdict { try governance.train(onBroken: result, of: version, check: check, in: tx) }
            // What an older window says anew does not end or begin an alarm of a later one.
            let others = try tx.monitorResults(
                modelID: version.modelID, planID: monitor.planID, monitor: monitor.digest, limit: 2 * Self.backlog
            ).filter { $0.versionID == version.id && $0.window != answer.window.key }
            guard Self.isNewest(answer.window, judgedBefore: before, others) else { return false }
            try self.signal(verdict, value, reason, answer, monitor, watched, in: tx)
            return true
        }
        guard isNewest, let value = answer.result?.value else { return }
        let labels: [Text] = [version.model, Text(String(version.version)), Text(check.title)]
        governance.useCases.metrics.set(.monitorValue, labels: labels, value: value)
        if case .range(let lower, let upper) = check.limit.shape {
            for (bound, word) in [(lower, "min"), (upper, "max")] {
                guard let number = bound.flatMap({ Double($0.decimal.description) }) else { continue }
                governance.useCases.metrics.set(.monitorLimit, labels: labels + [Text(word)], value: number)
            }
        }
    }

    private func signal(
        _ verdict: MonitorJudge.Verdict, _ value: Text?, _ reason: Text, _ answer: MonitorAnswer, _ monitor: WatchedVersion.Monitor,
        _ watched: WatchedVersion, in tx: any StoreTransaction
    ) throws {
        let version = watched.version
        let check = monitor.monitor.check
        func signal(_ suffix: String, _ state: AlertState, _ severity: AlertSeverity, _ title: String) throws {
            try governance.useCases.signal(
                AlertSignal(
                    key: Text(Self.key(version, monitor) + suffix), severity: severity, state: state, title: Self.line(title),
                    modelID: version.modelID, modelName: version.model, version: version.version, roles: monitor.monitor.alert, value: value,
                    limit: Text(check.limit.text),
                    facts: [
                        "monitor": .string(check.title), "window": .string(answer.window.key.string), "reason": .string(String(reason.string.prefix(1_000))),
                        "rows": .integer(Int64(answer.rowCount)), "labelled": .integer(Int64(answer.labelledCount)),
                        "owner": .string(monitor.owner.string), "evidence": .string(SHA256Hasher.digest(of: JSONValue.object(answer.detail(of: monitor.monitor)).bytes()).hex),
                    ], path: "/api/assay/v1/monitors"), in: tx)
        }
        switch verdict {
        case .kept: try signal("", .resolved, watched.severity(of: monitor.monitor), "\(check.id) keeps to \(check.limit.text)")
        case .broken:
            try signal(
                "", .firing, watched.severity(of: monitor.monitor), "\(check.id) is \(value?.string ?? "undefined"), the limit is \(check.limit.text)")
        case .incomplete: break
        }
        // A monitor that sees nothing says so, as long as its version is meant to serve.
        if case .time = answer.window {
            let isSilent = answer.rowCount == 0 && watched.isPlaced
            try signal("/silent", isSilent ? .firing : .resolved, .warning, "\(check.id) had no predictions to look at")
        }
    }

    /// Windows of rows and time by where they begin; batches by when they were judged.
    private static func isNewest(_ window: MonitorWindow, judgedBefore before: MonitorResultRecord?, _ others: [MonitorResultRecord]) -> Bool {
        switch window {
        case .rows(let range), .time(let range):
            others.allSatisfy { (MonitorWindow.start(ofKey: $0.window) ?? .min) <= range.lowerBound }
        case .batch: before.map { before in others.allSatisfy { $0.ordinal < before.ordinal } } ?? true
        }
    }

    /// Alarms of a version that serves nobody any more are over.
    private func withdraw(_ watched: WatchedVersion) async throws {
        let version = watched.version
        try await store.write { tx in
            for monitor in watched.monitors {
                for suffix in ["", "/silent"] {
                    try governance.useCases.signal(
                        AlertSignal(
                            key: Text(Self.key(version, monitor) + suffix), severity: .info, state: .resolved,
                            title: Self.line("version \(version.version) holds no place any more"), modelID: version.modelID,
                            modelName: version.model, version: version.version, roles: monitor.monitor.alert), in: tx)
                }
            }
        }
    }

    private static func key(_ version: GovernedVersion, _ monitor: WatchedVersion.Monitor) -> String {
        "monitor/\(version.modelID)/\(version.version)/\(monitor.planID)/\(monitor.digest.hex.prefix(32))"
    }

    private static func line(_ text: String) -> Text {
        Text(String(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(200).map(Character.init)))
    }
}

extension MonitorJudge.Verdict {
    fileprivate var kept: MonitorResultRecord.Verdict {
        switch self {
        case .kept: .kept
        case .broken: .broken
        case .incomplete: .incomplete
        }
    }
}
