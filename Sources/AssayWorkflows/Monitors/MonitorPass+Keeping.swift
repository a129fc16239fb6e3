import AssayCanonical
import AssayEvidence
import AssayJSON
import AssayMetrics
import AssayPolicy
import AssayStore
import AssayTerms

extension MonitorPass {
    /// Keeps what a monitor said of a window, tells whom it concerns and takes the window off the agenda, in one write. What it said before in
    /// the same words is not said again.
    func keep(
        _ found: MonitorAnswer, _ descriptor: CheckDescriptor?, _ monitor: WatchedVersion.Monitor, _ watched: WatchedVersion,
        _ outcome: inout Outcome
    ) async throws -> MonitorAnswer {
        let version = watched.version
        let check = monitor.monitor.check
        let seat = MonitorSeat(planID: monitor.planID, monitor: monitor.digest, versionID: version.id)
        let now = governance.effects.nowMilliseconds()
        let (answer, isTold, problem) = try await governance.store.write { tx -> (MonitorAnswer, Bool, String?) in
            try Self.leave(found.window, monitor.monitor.window, seat, in: tx)
            let before = try tx.monitorResult(planID: seat.planID, monitor: seat.monitor, versionID: seat.versionID, window: found.window.key)
            if let before, Self.stands(before, against: found), try Self.fresh(found, seat, in: tx).isEmpty { return (found, false, nil) }
            let answer = try Self.together(found, monitor.monitor, descriptor, seat, in: tx)
            let (verdict, reason) = answer.word
            let value = answer.result?.value.map { Text(MonitorJudge.text(of: $0, monitor.monitor)) }
            let result = MonitorResultRecord(
                modelID: version.modelID, planID: monitor.planID, monitor: monitor.digest, title: Text(check.title),
                versionID: version.id, version: version.version, window: answer.window.key, revision: (before?.revision ?? -1) + 1,
                verdict: verdict.kept, value: value, limit: Text(check.limit.text), reason: reason, rowCount: answer.rowCount,
                labelledCount: answer.labelledCount, through: answer.through, computedMilliseconds: now,
                detail: JSONValue.object(answer.detail(of: monitor.monitor)).bytes())
            if let before, before.verdict == result.verdict, before.reason == result.reason, before.detail == result.detail { return (answer, false, nil) }
            try tx.insertMonitorResult(result)
            let problem = if case .broken = verdict { try self.train(onBroken: result, of: version, monitor, in: tx) } else { String?.none }
            // What an older window says anew does not end or begin an alarm of a later one, unless it is what all traffic says now: labels may lag by windows.
            let others = try tx.monitorResults(seat, limit: 2 * Self.windowLimit).filter { $0.window != answer.window.key }
            let isNewest = Self.isNewest(answer.window, judgedBefore: before, others)
            if isNewest || answer.isOfAllTraffic { try self.signal(verdict, value, reason, answer, monitor, watched, in: tx) }
            if isNewest { try self.signalSilence(answer, monitor, watched, in: tx) }
            return (answer, isNewest || answer.isOfAllTraffic, problem)
        }
        if let problem { outcome.problems.append(Problem(model: version.model, version: version.version, reason: problem)) }
        guard isTold, let value = answer.result?.value else { return answer }
        let labels = Self.labels(of: monitor, version)
        governance.useCases.metrics.set(.monitorValue, labels: labels, value: value)
        if case .range(let lower, let upper) = check.limit.shape {
            for (bound, word) in [(lower, "min"), (upper, "max")] {
                guard let number = bound.flatMap({ Double($0.decimal.description) }) else { continue }
                governance.useCases.metrics.set(.monitorLimit, labels: labels + [Text(word)], value: number)
            }
        }
        return answer
    }

    /// Whether what was said is of rows that are gone since, and what remains knows nothing more.
    private static func stands(_ before: MonitorResultRecord, against answer: MonitorAnswer) -> Bool {
        answer.rowCount < before.rowCount && answer.labelledCount <= before.labelledCount
    }

    private static func leave(
        _ window: MonitorWindow, _ kind: PolicyMonitor.Window, _ seat: MonitorSeat, in tx: any StoreTransaction
    ) throws {
        try tx.deleteMonitorDue(window.key, seat)
        guard case .rows(let range) = window, let length = kind.length, var cursor = try tx.monitorCursor(seat) else { return }
        let next = range.lowerBound / length + 1
        guard next > cursor.position else { return }
        cursor.position = next
        try tx.saveMonitorCursor(cursor, seat)
    }

    /// The answer that all traffic gives, where that is what is judged.
    private static func together(
        _ answer: MonitorAnswer, _ monitor: PolicyMonitor, _ descriptor: CheckDescriptor?, _ seat: MonitorSeat, in tx: any StoreTransaction
    ) throws -> MonitorAnswer {
        if let numbers = answer.numbers { return try together(numbers, answer, monitor, descriptor, seat, in: tx) }
        guard let own = answer.counted else { return answer }
        try tx.saveMonitorTally(
            own.parts.map { MonitorCount(part: $0.group, events: $0.events, rows: $0.rows) }, window: answer.window.key, seat)
        let whole = AnytimeTally(parts: try tx.monitorTally(seat).map { .init(group: $0.part, events: $0.events, rows: $0.rows) })
        return answer.judgedTogether(whole, monitor, descriptor)
    }

    /// Of a mean rows that were not counted yet count, in the order in which they became known. What was counted of rows that are erased or labelled otherwise
    /// since stands, and what they say now counts nowhere.
    private static func together(
        _ numbers: AnytimeNumbers, _ answer: MonitorAnswer, _ monitor: PolicyMonitor, _ descriptor: CheckDescriptor?, _ seat: MonitorSeat,
        in tx: any StoreTransaction
    ) throws -> MonitorAnswer {
        guard let alpha = monitor.alpha else { return answer }
        let fresh = try fresh(answer, seat, in: tx)
        let kept = try tx.monitorMean(seat) ?? MonitorMean()
        var mean = SequentialMean(
            alpha: alpha, seen: .init(rows: kept.seen.rows, sum: kept.seen.total, squares: kept.seen.squares), weight: kept.weight,
            weighted: kept.weighted, penalty: kept.penalty)
        var beyond = kept.seen.beyond
        if !fresh.isEmpty {
            var portion = SequentialMean.Portion()
            for entry in fresh { portion.add(entry.part) }
            mean.add(portion)
            beyond += Int64(fresh.count { $0.isBeyond })
            var counted = try countedRows(answer, seat, in: tx)
            counted.formUnion(fresh.map(\.number))
            try tx.saveMonitorRows(counted.bytes, window: answer.window.key, seat)
            try tx.saveMonitorMean(
                MonitorMean(
                    seen: MonitorSum(rows: mean.seen.rows, total: mean.seen.sum, squares: mean.seen.squares, beyond: beyond), weight: mean.weight,
                    weighted: mean.weighted, penalty: mean.penalty), seat)
        }
        return answer.judgedTogether(mean, beyond: beyond, scale: numbers.scale, monitor, descriptor)
    }

    /// A mean's rows that were not counted yet.
    private static func fresh(_ answer: MonitorAnswer, _ seat: MonitorSeat, in tx: any StoreTransaction) throws -> [AnytimeNumbers.Entry] {
        guard let numbers = answer.numbers else { return [] }
        let counted = try countedRows(answer, seat, in: tx)
        return numbers.entries.filter { !counted.contains($0.number) }
    }

    private static func countedRows(_ answer: MonitorAnswer, _ seat: MonitorSeat, in tx: any StoreTransaction) throws -> CountedRows {
        guard let counted = CountedRows(bytes: try tx.monitorRows(window: answer.window.key, seat)) else {
            throw AssayError(.corrupt, "The stored rows that a monitor has counted of \(answer.window.told) cannot be read. Restore the database.")
        }
        return counted
    }

    /// Begins what a broken window asks for. Pipelines that cannot be read are said, by an alarm too, and keep no result from being kept.
    ///
    /// - Returns: what is wrong with them; `nil` where nothing is.
    private func train(
        onBroken result: MonitorResultRecord, of version: GovernedVersion, _ monitor: WatchedVersion.Monitor, in tx: any StoreTransaction
    ) throws -> String? {
        func signal(_ state: AlertState, _ title: String) throws {
            try governance.useCases.signal(
                AlertSignal(
                    key: Text("training/unreadable/\(version.modelID)"), severity: .warning, state: state, title: Self.line(title),
                    modelID: version.modelID, modelName: version.model, version: version.version, roles: monitor.monitor.alert), in: tx)
        }
        do {
            try governance.train(onBroken: result, of: version, check: monitor.monitor.check, in: tx)
            try signal(.resolved, "the pipelines can be read")
            return nil
        } catch {
            guard let problem = error as? AssayError, problem.code == .corrupt else { throw error }
            try signal(.firing, "a broken limit began no training: \(problem.message)")
            return problem.message
        }
    }

    private func signal(
        _ verdict: MonitorJudge.Verdict, _ value: Text?, _ reason: Text, _ answer: MonitorAnswer, _ monitor: WatchedVersion.Monitor,
        _ watched: WatchedVersion, in tx: any StoreTransaction
    ) throws {
        let version = watched.version
        let check = monitor.monitor.check
        // Why something cannot be computed may be a value that could not be read, and alerts hold none of rows.
        var told = reason.string
        if case .incomplete = verdict {
            told = answer.rowCount == 0 ? "nothing could be looked at in this window" : "it cannot be judged; the result says why"
        }
        func signal(_ state: AlertState, _ title: String) throws {
            try governance.useCases.signal(
                Self.alert("", state, watched.severity(of: monitor.monitor), title, value, told, answer, monitor, version), in: tx)
        }
        switch verdict {
        case .kept: try signal(.resolved, "\(check.id) keeps to \(check.limit.text)")
        case .broken: try signal(.firing, "\(check.id) is \(value?.string ?? "undefined"), the limit is \(check.limit.text)")
        case .incomplete: break
        }
    }

    /// A monitor that sees nothing says so, as long as its version is meant to serve.
    private func signalSilence(
        _ answer: MonitorAnswer, _ monitor: WatchedVersion.Monitor, _ watched: WatchedVersion, in tx: any StoreTransaction
    ) throws {
        guard case .time = answer.window else { return }
        let isSilent = answer.rowCount == 0 && watched.isPlaced
        let told = isSilent ? "nothing could be looked at in this window" : "there were predictions in this window"
        try governance.useCases.signal(
            Self.alert(
                "/silent", isSilent ? .firing : .resolved, .warning, "\(monitor.monitor.check.id) had no predictions to look at", nil, told, answer,
                monitor, watched.version), in: tx)
    }

    private static func alert(
        _ suffix: String, _ state: AlertState, _ severity: AlertSeverity, _ title: String, _ value: Text?, _ told: String, _ answer: MonitorAnswer,
        _ monitor: WatchedVersion.Monitor, _ version: GovernedVersion
    ) throws -> AlertSignal {
        let check = monitor.monitor.check
        return try AlertSignal(
            key: Text(key(version, monitor) + suffix), severity: severity, state: state, title: line(title), modelID: version.modelID,
            modelName: version.model, version: version.version, roles: monitor.monitor.alert, value: value, limit: Text(check.limit.text),
            facts: [
                "monitor": .string(check.title), "window": .string(answer.window.told), "reason": .string(told),
                "rows": .integer(Int64(answer.rowCount)), "labelled": .integer(Int64(answer.labelledCount)),
                "owner": .string(monitor.owner.string),
                "evidence": .string(SHA256Hasher.digest(of: JSONValue.object(answer.detail(of: monitor.monitor)).bytes()).hex),
            ], path: "/api/assay/v1/monitors")
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
    func withdraw(_ watched: WatchedVersion) async throws {
        let version = watched.version
        let keys = watched.monitors.flatMap { monitor in ["", "/silent"].map { (Text(Self.key(version, monitor) + $0), monitor.monitor.alert) } }
        let firing = try await governance.store.read { tx in try keys.filter { try tx.alert(key: $0.0)?.state == .firing } }
        guard !firing.isEmpty else { return }
        try await governance.store.write { tx in
            for (key, roles) in firing {
                try governance.useCases.signal(
                    AlertSignal(
                        key: key, severity: .info, state: .resolved, title: Self.line("version \(version.version) holds no place any more"),
                        modelID: version.modelID, modelName: version.model, version: version.version, roles: roles), in: tx)
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
