import AssayCanonical
import AssayEvidence
import AssayJSON
import AssayPolicy
import AssayStore
package import AssayTerms

/// One look at everything that is watched: windows that became full or over, and those that labels or late rows came for.
///
/// Who runs it holds the data directory, so that there is one leader. A look that is cut short is taken up by the next: a window's result,
/// its alert and its place on the agenda are one write. What is wrong with one version keeps no other from being looked at.
package struct MonitorPass: Sendable {
    /// Rows that arrive within a minute after a time window's end still count with it at once.
    package static let graceMicroseconds: Int64 = 60_000_000
    /// A batch is judged once nothing more of it arrived for so long.
    package static let quietMilliseconds: Int64 = 3_000
    /// Windows of one monitor that are judged in one look, the oldest first; the others wait for the next.
    package static let windowLimit = 200
    /// How many of the newest windows without a row are said to have none.
    package static let emptyWindows = 200
    /// How many of the newest windows are judged again when labels come.
    package static let revisited = 30

    let governance: Governance
    private var store: any Store { governance.store }

    package init(governance: Governance) { self.governance = governance }

    package struct Outcome: Sendable {
        package var judged = 0
        package var broken = 0
        package var problems: [Problem] = []

        mutating func note(_ reason: String, _ version: GovernedVersion) {
            problems.append(Problem(model: version.model, version: version.version, reason: reason))
        }
    }

    /// What kept a version from being looked at, or something that a broken window should have begun.
    package struct Problem: Hashable, Sendable {
        package var model: Text
        package var version: Int
        package var reason: String
    }

    /// - Parameter model: only this one's monitors.
    package func run(model: Text? = nil) async throws -> Outcome {
        // One look at a time: two would judge the same windows twice.
        await governance.monitorTurn.enter()
        do {
            let outcome = try await look(model: model)
            await governance.monitorTurn.leave()
            return outcome
        } catch {
            await governance.monitorTurn.leave()
            throw error
        }
    }

    private func look(model: Text?) async throws -> Outcome {
        var outcome = Outcome()
        let (watched, problems) = try await store.read { try governance.watchedVersions($0, model: model) }
        outcome.problems = problems
        for watched in watched {
            try Task.checkCancellation()
            do {
                try await run(watched, &outcome)
            } catch {
                if error is CancellationError { throw error }
                let reason = (error as? AssayError)?.message ?? "\(type(of: error))"
                outcome.problems.append(Problem(model: watched.version.model, version: watched.version.version, reason: reason))
            }
        }
        if model == nil { tidyGauges(watched, problems) }
        return outcome
    }

    private func run(_ watched: WatchedVersion, _ outcome: inout Outcome) async throws {
        let version = watched.version
        let listing = TrafficListing(governance: governance)
        if watched.monitors.contains(where: { if case .rows = $0.monitor.window { false } else { true } }) {
            try await listing.list(version: version)
        }
        for reason in try await listing.lost(of: version) { outcome.note(reason, version) }
        let labels = try await store.read { try $0.lastPredictionOrdinal(modelID: version.modelID, kind: .labels) }
        if labels > 0 { try await listing.list(labelsOf: version.modelID) }
        let joined = try await store.read { try TrafficListing.joinedColumns($0, modelID: version.modelID) }
        var due: [Due] = []
        for monitor in watched.monitors {
            let descriptor = governance.catalogue[monitor.monitor.check.id]
            let agenda = MonitorAgenda(
                version: version, monitor: monitor, isPlaced: watched.isPlaced, now: governance.effects.nowMilliseconds() * 1_000,
                answered: watched.answered, labels: labels,
                readsLabels: TrafficColumns.mayReadLabels(monitor.monitor, descriptor, joined: joined))
            let withFailures = descriptor?.needs.contains(.traffic) == true
            for window in try await agenda.due(in: store, limit: Self.windowLimit) {
                if let known = due.firstIndex(where: { $0.window == window && $0.withFailures == withFailures }) {
                    due[known].monitors.append(monitor)
                } else {
                    due.append(Due(window: window, withFailures: withFailures, monitors: [monitor]))
                }
            }
        }
        if !due.isEmpty {
            try await judge(due, watched, &outcome)
        }
        if !watched.isPlaced { try await withdraw(watched) }
    }

    /// A window with those that look at it.
    private struct Due {
        var window: MonitorWindow
        var withFailures: Bool
        var monitors: [WatchedVersion.Monitor]
    }

    private func judge(_ due: [Due], _ watched: WatchedVersion, _ outcome: inout Outcome) async throws {
        let traffic = try await traffic(of: watched.version, due.flatMap(\.monitors).map(\.monitor))
        // Read once it is needed.
        var reference: Result<DriftProfile?, AssayError>?
        for one in due {
            try Task.checkCancellation()
            let rows = try await rows(of: one.window, withFailures: one.withFailures, traffic)
            if case .failure(let problem) = rows, problem.code == .corrupt { outcome.note(problem.message, watched.version) }
            for monitor in one.monitors {
                let descriptor = governance.catalogue[monitor.monitor.check.id]
                if reference == nil, Self.mayCompare(descriptor) { reference = await self.reference(of: watched.version) }
                let answer = await answer(monitor.monitor, descriptor, one.window, rows, reference)
                do {
                    let kept = try await keep(answer, descriptor, monitor, watched, &outcome)
                    outcome.judged += 1
                    if case .broken = kept.verdict { outcome.broken += 1 }
                } catch {
                    guard let problem = error as? AssayError, problem.isAboutOneThing else { throw error }
                    outcome.note("\(monitor.monitor.check.id) cannot be kept: \(problem.message)", watched.version)
                }
            }
        }
    }

    /// What a version's traffic is read with by these monitors.
    func traffic(of version: GovernedVersion, _ monitors: [PolicyMonitor]) async throws -> Traffic {
        let ways = try await store.read { try $0.trafficParts(subject: version.modelID, in: TrafficListing.ways) }
        return try await Traffic(version, governance, columns: TrafficColumns(monitors, ways: ways, catalogue: governance.catalogue))
    }

    /// Whether a check has a use for a profile of other rows.
    static func mayCompare(_ descriptor: CheckDescriptor?) -> Bool {
        descriptor?.mayUseReference ?? false
    }

    func reference(of version: GovernedVersion) async -> Result<DriftProfile?, AssayError> {
        do {
            return .success(try await governance.referenceProfile(of: version)?.profile)
        } catch {
            return .failure(error as? AssayError ?? AssayError(.internalFault, "the version's profile cannot be read"))
        }
    }

    /// The rows, or why there are none.
    func rows(of window: MonitorWindow, withFailures: Bool, _ traffic: Traffic) async throws -> Result<WindowRows, AssayError> {
        do {
            return .success(try await traffic.rows(of: window, withFailures: withFailures))
        } catch {
            guard let problem = error as? AssayError, problem.isAboutOneThing else { throw error }
            return .failure(problem)
        }
    }

    /// What a monitor says of a window at this moment; for back-tests too, which keep nothing.
    func answer(
        _ monitor: PolicyMonitor, _ descriptor: CheckDescriptor?, _ window: MonitorWindow, _ rows: Result<WindowRows, AssayError>,
        _ reference: Result<DriftProfile?, AssayError>?
    ) async -> MonitorAnswer {
        switch rows {
        case .failure(let error):
            return MonitorAnswer(window: window, verdict: .incomplete(error.message), rowCount: 0, labelledCount: 0, segments: [], through: 0)
        case .success(let rows):
            if case .failure(let error)? = reference, Self.mayCompare(descriptor) {
                return MonitorAnswer(
                    window: window, verdict: .incomplete(error.message), rowCount: rows.rowCount, labelledCount: rows.labelledCount,
                    segments: rows.segments, through: rows.through)
            }
            let profile = (try? reference?.get()) ?? nil
            return await MonitorAnswer.compute(monitor, descriptor, rows, window: window, reference: profile)
        }
    }
}
