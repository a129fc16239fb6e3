import AssayEvidence
package import AssayJSON
import AssayPolicy
import AssayStore
package import AssayTerms

/// Monitors as people see them: what is watched, what it said, and what it would have said.
extension Governance {
    /// `{"monitors": [...]}`: each with its newest result; of models that the caller may read.
    package func monitors(ofModel model: Text?) async throws -> JSONValue {
        let listed = try await store.read { tx -> [JSONValue] in
            var listed: [JSONValue] = []
            for watched in try self.watchedVersions(tx, model: model) {
                for monitor in watched.monitors {
                    let newest = try tx.monitorResults(
                        modelID: watched.version.modelID, planID: monitor.planID, monitor: monitor.digest, limit: 50
                    ).first { $0.versionID == watched.version.id }
                    let check = monitor.monitor.check
                    listed.append([
                        "model": .string(watched.version.model.string), "version": .integer(Int64(watched.version.version)),
                        "placed": .bool(watched.isPlaced), "monitor": .string(monitor.digest.hex), "plan": .string(monitor.planID),
                        "owner": .string(monitor.owner.string), "check": .string(check.title), "limit": .string(check.limit.text),
                        "window": .string(monitor.monitor.window.text.string), "alert": .array(monitor.monitor.alert.map { .string($0.string) }),
                        "answered": .integer(watched.totals.answeredCount), "newest": newest.map(Self.json) ?? .null,
                    ])
                }
            }
            return listed
        }
        return ["monitors": .array(listed)]
    }

    /// `{"results": [...]}`: the newest first, each window's newest revision.
    package func monitorResults(ofModel model: Text, monitor: SHA256Digest?, limit: Int) async throws -> JSONValue {
        let results = try await store.read { tx in
            try tx.monitorResults(modelID: tx.existingModel(named: model).id, planID: nil, monitor: monitor, limit: limit)
        }
        return ["results": .array(results.map(Self.json))]
    }

    private static func json(_ result: MonitorResultRecord) -> JSONValue {
        [
            "monitor": .string(result.monitor.hex), "check": .string(result.title.string), "version": .integer(Int64(result.version)),
            "window": .string(result.window.string), "revision": .integer(Int64(result.revision)), "verdict": .string(result.verdict.rawValue),
            "value": result.value.map { .string($0.string) } ?? .null, "limit": .string(result.limit.string), "reason": .string(result.reason.string),
            "rows": .integer(Int64(result.rowCount)), "labelled": .integer(Int64(result.labelledCount)),
            "computed": .string(Self.time(result.computedMilliseconds)),
            "detail": (try? JSONValue(parsing: result.detail)) ?? .null,
        ]
    }

    /// What a plan would have said of all that is recorded of a model, window by window; nothing is kept and nobody is told.
    ///
    /// - Throws: `invalidArgument` for a plan with mistakes; `notFound` for a model without records.
    package func backTest(plan source: [UInt8], ofModel model: Text) async throws -> JSONValue {
        let plan = try readPlan(source)
        let monitors = plan.monitors.map { WatchedVersion.Monitor(planID: "", owner: plan.owner, monitor: $0, digest: Self.digest(of: $0)) }
        let versions = try await store.read { tx -> [WatchedVersion] in
            try tx.modelVersions(ofModel: tx.existingModel(named: model).id).compactMap { record in
                guard let totals = try tx.predictionTotals(versionID: record.id) else { return nil }
                return WatchedVersion(
                    version: try self.governed(tx, record), monitors: monitors, tier: nil, isPlaced: true, totals: totals)
            }
        }
        guard !versions.isEmpty else { throw AssayError(.notFound, "No prediction of \(model) is recorded, so there is no history to test a plan on.") }
        let pass = MonitorPass(governance: self)
        var answers: [JSONValue] = []
        for watched in versions {
            let traffic = try await Traffic(watched, self)
            for monitor in monitors {
                let descriptor = catalogue[monitor.monitor.check.id]
                var reference: Result<DriftProfile?, AssayError>?
                if descriptor?.needs.contains(.reference) == true {
                    do {
                        reference = .success(try await referenceProfile(of: watched.version)?.profile)
                    } catch let error as AssayError {
                        reference = .failure(error)
                    }
                }
                for window in try await windows(monitor.monitor, watched, traffic) {
                    let answer = try await pass.answer(monitor.monitor, descriptor, window, traffic, reference)
                    var object = answer.detail(of: monitor.monitor)
                    let (verdict, reason) = answer.word
                    object["version"] = .integer(Int64(watched.version.version))
                    object["limit"] = .string(monitor.monitor.check.limit.text)
                    object["reason"] = .string(reason.string)
                    switch verdict {
                    case .kept: object["verdict"] = "kept"
                    case .broken: object["verdict"] = "broken"
                    case .incomplete: object["verdict"] = "incomplete"
                    }
                    answers.append(.object(object))
                }
            }
        }
        return ["results": .array(answers)]
    }

    private func readPlan(_ source: [UInt8]) throws(AssayError) -> MonitoringPlan {
        do throws(PolicyProblems) {
            return try MonitoringPlan.read(source, catalogue: catalogue)
        } catch {
            throw error.error(file: "plan")
        }
    }

    private func windows(_ monitor: PolicyMonitor, _ watched: WatchedVersion, _ traffic: Traffic) async throws -> [MonitorWindow] {
        switch monitor.window {
        case .rows(let count):
            return MonitorWindow.full(ofRows: count, answered: watched.totals.answeredCount, after: nil, limit: MonitorPass.backlog)
        case .hours(let hours):
            return MonitorWindow.over(
                hours: hours, first: watched.totals.firstMicroseconds, now: watched.totals.lastMicroseconds + Int64(hours) * 3_600_000_000,
                after: nil, limit: MonitorPass.backlog)
        case .days(let days):
            return MonitorWindow.over(
                hours: 24 * days, first: watched.totals.firstMicroseconds, now: watched.totals.lastMicroseconds + Int64(days) * 86_400_000_000,
                after: nil, limit: MonitorPass.backlog)
        case .batch: return try await traffic.batches(after: 0, quietSince: .max).map { .batch($0) }
        }
    }
}
