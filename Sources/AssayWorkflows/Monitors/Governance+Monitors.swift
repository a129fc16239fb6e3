import AssayEvidence
package import AssayJSON
import AssayMetrics
import AssayPolicy
import AssayStore
package import AssayTerms

/// Monitors as people see them: what is watched, what it said, and what it would have said.
extension Governance {
    /// `{"monitors": [...]}`: each with its newest result; of models that the caller may read.
    ///
    /// - Parameter named: whether groups are called by name, which is a value of rows.
    package func monitors(ofModel model: Text?, named: Bool) async throws -> JSONValue {
        let listed = try await store.read { tx -> [JSONValue] in
            var listed: [JSONValue] = []
            for watched in try self.watchedVersions(tx, model: model).watched {
                for monitor in watched.monitors {
                    let seat = MonitorSeat(planID: monitor.planID, monitor: monitor.digest, versionID: watched.version.id)
                    let newest = try tx.monitorResults(seat, limit: 1).first
                    let check = monitor.monitor.check
                    listed.append([
                        "model": .string(watched.version.model.string), "version": .integer(Int64(watched.version.version)),
                        "placed": .bool(watched.isPlaced), "monitor": .string(monitor.digest.hex), "plan": .string(monitor.planID),
                        "owner": .string(monitor.owner.string), "check": .string(check.title), "limit": .string(check.limit.text),
                        "window": .string(monitor.monitor.window.text.string), "alert": .array(monitor.monitor.alert.map { .string($0.string) }),
                        "answered": .integer(watched.answered), "newest": newest.map { Self.json($0, named: named) } ?? .null,
                    ])
                }
            }
            return listed
        }
        return ["monitors": .array(listed)]
    }

    /// `{"results": [...]}`: the newest first, each window's newest revision.
    ///
    /// - Parameter named: whether groups are called by name, which is a value of rows.
    package func monitorResults(ofModel model: Text, monitor: SHA256Digest?, named: Bool, limit: Int) async throws -> JSONValue {
        let results = try await store.read { tx in
            try tx.monitorResults(modelID: tx.existingModel(named: model).id, planID: nil, monitor: monitor, limit: limit)
        }
        return ["results": .array(results.map { Self.json($0, named: named) })]
    }

    private static func json(_ result: MonitorResultRecord, named: Bool) -> JSONValue {
        var detail = (try? JSONValue(parsing: result.detail)) ?? .null
        if !named, var object = detail.object, let groups = object["groups"]?.array {
            object["groups"] = .array(
                groups.map { group in
                    guard var unnamed = group.object else { return group }
                    unnamed["group"] = .null
                    return .object(unnamed)
                })
            detail = .object(object)
        }
        return [
            "monitor": .string(result.monitor.hex), "check": .string(result.title.string), "version": .integer(Int64(result.version)),
            "window": .string(result.window.string), "revision": .integer(Int64(result.revision)), "verdict": .string(result.verdict.rawValue),
            "value": result.value.map { .string($0.string) } ?? .null, "limit": .string(result.limit.string), "reason": .string(result.reason.string),
            "rows": .integer(Int64(result.rowCount)), "labelled": .integer(Int64(result.labelledCount)),
            "computed": .string(Self.time(result.computedMilliseconds)),
            "detail": detail,
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
                guard let newest = try tx.newestPredictions(versionID: record.id) else { return nil }
                return WatchedVersion(
                    version: try self.governed(tx, record), monitors: monitors, tier: nil, isPlaced: true, newest: newest.ordinal,
                    answered: newest.answered)
            }
        }
        guard let first = versions.first else {
            throw AssayError(.notFound, "No prediction of \(model) is recorded, so there is no history to test a plan on.")
        }
        let listing = TrafficListing(governance: self)
        try await listing.list(labelsOf: first.version.modelID)
        let pass = MonitorPass(governance: self)
        var answers: [JSONValue] = []
        for watched in versions {
            try await listing.list(version: watched.version)
            let traffic = try await pass.traffic(of: watched.version, monitors.map(\.monitor))
            for monitor in monitors { answers += try await backTest(monitor.monitor, watched, traffic, pass) }
        }
        return ["results": .array(answers)]
    }

    private func backTest(
        _ monitor: PolicyMonitor, _ watched: WatchedVersion, _ traffic: Traffic, _ pass: MonitorPass
    ) async throws -> [JSONValue] {
        let descriptor = catalogue[monitor.check.id]
        let reference = MonitorPass.mayCompare(descriptor) ? await pass.reference(of: watched.version) : nil
        var tally = AnytimeTally(parts: [])
        var mean = monitor.alpha.map { SequentialMean(alpha: $0) }
        var beyond: Int64 = 0
        var answers: [JSONValue] = []
        for window in try await windows(monitor, watched) {
            try Task.checkCancellation()
            let rows = try await pass.rows(of: window, withFailures: descriptor?.needs.contains(.traffic) == true, traffic)
            var answer = await pass.answer(monitor, descriptor, window, rows, reference)
            if let own = answer.numbers, var sequence = mean {
                sequence.add(own.portion)
                mean = sequence
                beyond += own.beyond
                answer = answer.judgedTogether(sequence, beyond: beyond, scale: own.scale, monitor, descriptor)
            }
            if let own = answer.counted {
                tally.add(own)
                answer = answer.judgedTogether(tally, monitor, descriptor)
            }
            var object = answer.detail(of: monitor)
            let (verdict, reason) = answer.word
            object["version"] = .integer(Int64(watched.version.version))
            object["limit"] = .string(monitor.check.limit.text)
            object["reason"] = .string(reason.string)
            switch verdict {
            case .kept: object["verdict"] = "kept"
            case .broken: object["verdict"] = "broken"
            case .incomplete: object["verdict"] = "incomplete"
            }
            answers.append(.object(object))
        }
        return answers
    }

    private func readPlan(_ source: [UInt8]) throws(AssayError) -> MonitoringPlan {
        do throws(PolicyProblems) {
            return try MonitoringPlan.read(source, catalogue: catalogue)
        } catch {
            throw error.error(file: "plan")
        }
    }

    private static let backTested = 1_000

    /// The newest windows that there are rows for, in order.
    private func windows(_ monitor: PolicyMonitor, _ watched: WatchedVersion) async throws -> [MonitorWindow] {
        let id = watched.version.id
        switch monitor.window {
        case .rows(let count):
            let end = watched.answered / Int64(count)
            return (max(0, end - Int64(Self.backTested))..<end).compactMap { MonitorWindow(number: $0, of: monitor.window) }
        case .hours, .days:
            let parts = try await store.read { try $0.trafficParts(subject: id, in: TrafficListing.hours) }
            let numbers = Set(parts.compactMap { TrafficListing.start(ofHour: $0) }.map { $0 / (monitor.window.length ?? 1) })
            return numbers.sorted().suffix(Self.backTested).compactMap { MonitorWindow(number: $0, of: monitor.window) }
        case .batch:
            let parts = try await store.read { try $0.trafficParts(subject: id, in: TrafficListing.batches) }
            return parts.suffix(Self.backTested).compactMap { TrafficListing.name(ofBatch: $0) }.map { .batch($0) }
        }
    }
}
