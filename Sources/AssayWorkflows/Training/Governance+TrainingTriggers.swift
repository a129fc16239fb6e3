import AssayCanonical
import AssayEvidence
import AssayJSON
import AssayPolicy
package import AssayStore
package import AssayTerms

/// What begins training: broken windows, times, people.
extension Governance {
    /// Begins every pipeline that a broken window asks for, inside the change that keeps its result. A window begins a pipeline once.
    func train(onBroken result: MonitorResultRecord, of version: GovernedVersion, check: PolicyCheck, in tx: any StoreTransaction) throws {
        for pipeline in try trainingRules(tx).pipelines where pipeline.isBegun(byCheck: check.id) && pipeline.isAbout(model: version.model) {
            let reason: JSONObject = [
                "monitor": .string(check.title), "check": .string(check.id), "plan": .string(result.planID),
                "window": .string(MonitorWindow.told(result.window)), "version": .integer(Int64(version.version)),
                "value": result.value.map { .string($0.string) } ?? .null, "limit": .string(result.limit.string),
                "reason": .string(String(result.reason.string.prefix(1_000))), "rows": .integer(Int64(result.rowCount)),
                "labelled": .integer(Int64(result.labelledCount)),
            ]
            let key = "monitor/\(result.planID)/\(result.monitor.hex.prefix(32))/\(version.id)/\(result.window)"
            try begin(
                pipeline, modelID: version.modelID, model: version.model, .monitor, key: Text(key), reason, by: .server, in: tx)
        }
    }

    /// Begins a pipeline by hand. What bounds say holds back what begins by itself, not people.
    ///
    /// - Parameter model: where the pipeline is about several.
    /// - Throws: `notFound`; `invalidArgument` for a model the pipeline is not about; `permissionDenied` for who may not ask for
    ///   promotions of the model; `conflict` while a run of it is under way.
    package func startTraining(pipeline name: Text, model: Text?, reason: Text, by actor: Principal) async throws -> TrainingRecord {
        guard actor.isNamed else { throw AssayError(.permissionDenied, "Training is begun by a named person.") }
        guard reason.utf8Count <= 1_024 else { throw AssayError(.invalidArgument, "A reason has at most 1024 bytes.") }
        return try await store.write { tx in
            guard let pipeline = try self.trainingRules(tx).pipeline(named: name) else {
                throw AssayError(.notFound, "There is no pipeline '\(name.string.prefix(64))'. assay training show prints them.")
            }
            guard let about = model ?? pipeline.singleModel else {
                throw AssayError(.invalidArgument, "The pipeline '\(name)' is about models like \(pipeline.model): say which one, with 'model'.")
            }
            let found = try tx.existingModel(named: about)
            guard pipeline.isAbout(model: found.name) else {
                throw AssayError(.invalidArgument, "The pipeline '\(name)' is about \(pipeline.model) and not about \(found.name).")
            }
            guard try tx.admits(actor.reach(.request), model: found.id) else {
                throw AssayError(.permissionDenied, "\(actor.name) may not begin training of \(found.name): it needs the permission 'request' there.")
            }
            let past = try tx.begunTrainings(pipeline: name, modelID: found.id, limit: 1)
            if let under = past.first, !under.state.isOver {
                throw AssayError(.conflict, "The training \(under.id) is under way. Wait for it, or: assay training cancel \(under.id)")
            }
            let said: JSONObject = ["by": .string(actor.name.string), "reason": .string(reason.string)]
            guard let begun = try self.begin(
                pipeline, modelID: found.id, model: found.name, .manual, key: Text("manual/\(self.effects.newID())"), said, by: actor, in: tx)
            else { throw AssayError(.internalFault, "A start by hand was taken for one of before.") }
            return begun
        }
    }

    /// - Returns: the run, or the note that bounds held it back, on which repeats are counted; `nil` for a reason that was taken before.
    @discardableResult
    func begin(
        _ pipeline: TrainingPipeline, modelID: String, model: Text, _ trigger: TrainingRecord.Trigger, key: Text, _ reason: JSONObject,
        by actor: Principal, in tx: any StoreTransaction
    ) throws -> TrainingRecord? {
        guard try !tx.hasTraining(pipeline: pipeline.name, modelID: modelID, triggerKey: key) else { return nil }
        let standing = try boundedBefore(pipeline, modelID: modelID, tx)
        if standing.contains(where: { $0.keys.contains(Self.short(key)) }) { return nil }
        let refusal = trigger == .manual ? nil : pipeline.bounds.refusal(past: try past(of: pipeline, modelID: modelID, model: model, tx), now: now)
        if let refusal, let last = standing.first, last.isNewest, last.bound == refusal.word {
            return try repeated(last, key: key, reason, tx)
        }
        let id = effects.newID()
        var details: JSONObject = [
            "reason": .object(reason), "kind": .string(pipeline.start.word), "roles": .array(pipeline.alert.map { .string($0.string) }),
        ]
        details["bound"] = refusal.map { .string($0.word) }
        // Both answer for what comes of it, beside the worker's account.
        if actor.id != Principal.server.id { details["began_by"] = .string(actor.id) }
        details["rules_by"] = try tx.trainingRulesInForce().map { .string($0.authorID) }
        var training = TrainingRecord(
            id: id, pipeline: pipeline.name, modelID: modelID, trigger: trigger, triggerKey: key, state: refusal == nil ? .queued : .bounded,
            sealedDetails: try useCases.sealTraining(details, id: id, modelID: modelID), createdMilliseconds: now)
        if refusal != nil { training.finishedMilliseconds = now }
        try tx.insertTraining(training)
        guard let refusal else {
            try useCases.enter("triggered", training, ["reason": .object(reason), "kind": .string(pipeline.start.word)], by: actor, in: tx)
            try useCases.tell("bounded", of: training, isFiring: false, title: "training began", in: tx)
            return training
        }
        let words = Self.words(refusal, pipeline)
        try useCases.enter(
            "bounded", training, ["reason": .object(reason), "bound": .string(refusal.word), "words": .string(words)], by: actor, in: tx)
        try useCases.tell(
            "bounded", of: training, isFiring: true, severity: refusal.asksForPeople ? .warning : .info,
            title: "training held back, \(words)", in: tx)
        return training
    }

    // MARK: - What was held back

    /// A note that bounds held something back, which counts for every further reason until a run begins or another bound holds.
    private struct Bounded {
        var record: TrainingRecord
        var details: JSONObject
        /// Whether nothing of the pipeline and model came after it.
        var isNewest: Bool
        var bound: String? { details["bound"]?.string }
        var keys: [String] { (details["keys"]?.array ?? []).compactMap(\.string) }
    }

    /// Reasons of one note by which it is known that they were taken; the oldest are forgotten.
    private static let boundedKeys = 64
    private static let boundedNotes = 8

    /// Newest first.
    private func boundedBefore(_ pipeline: TrainingPipeline, modelID: String, _ tx: any StoreSnapshot) throws -> [Bounded] {
        try tx.trainings(pipeline: pipeline.name, modelID: modelID, limit: Self.boundedNotes).enumerated().compactMap { place, record in
            guard record.state == .bounded, let details = try useCases.details(of: record) else { return nil }
            return Bounded(record: record, details: details, isNewest: place == 0)
        }
    }

    private static func short(_ key: Text) -> String { String(SHA256Hasher.digest(of: Array(key.utf8)).hex.prefix(16)) }

    /// Counts the reason on the note that stands, without a row or an entry: what cannot begin may come every minute.
    private func repeated(_ bounded: Bounded, key: Text, _ reason: JSONObject, _ tx: any StoreTransaction) throws -> TrainingRecord {
        var record = bounded.record
        record.finishedMilliseconds = now
        let keys = (bounded.keys + [Self.short(key)]).suffix(Self.boundedKeys)
        try useCases.note(
            [
                "repeats": .integer((bounded.details["repeats"]?.integer ?? 0) + 1), "last_reason": .object(reason),
                "keys": .array(keys.map { .string($0) }),
            ], on: &record)
        try tx.updateTraining(record)
        return record
    }

    private static func words(_ reason: TrainingBounds.Reason, _ pipeline: TrainingPipeline) -> String {
        switch reason {
        case .underWay(let id): "\(id) is under way"
        case .atMost(let count): "at most \(count) within \(pipeline.bounds.periodMilliseconds / 3_600_000) h"
        case .cooldown(let until): "cooldown until \(time(until))"
        case .stopped(let count): "\(count) runs in a row did not pass"
        }
    }

    /// Runs of before as far as bounds ask.
    private func past(of pipeline: TrainingPipeline, modelID: String, model: Text, _ tx: any StoreSnapshot) throws -> [TrainingBounds.Past] {
        try tx.begunTrainings(pipeline: pipeline.name, modelID: modelID, limit: TrainingBounds.countLimit).map { run in
            TrainingBounds.Past(
                id: run.id, createdMilliseconds: run.createdMilliseconds, endedMilliseconds: run.finishedMilliseconds,
                isManual: run.trigger == .manual,
                standing: try pipeline.bounds.stopAfter == nil && run.state.isOver ? .open : standing(of: run, model: model, tx))
        }
    }

    private func standing(of run: TrainingRecord, model: Text, _ tx: any StoreSnapshot) throws -> TrainingBounds.Past.Standing {
        switch run.state {
        case .queued, .started: return .underWay
        case .failed: return .fell
        case .cancelled, .bounded: return .open
        case .finished:
            guard let id = run.versionID, let version = try tx.modelVersion(id: id) else { return .fell }
            if try !tx.placements(versionID: id).isEmpty { return .passed }
            let asked = try tx.requests(state: .open, model: model, limit: 1_000).first { Int64($0.version) == version.number }
            // As the gate sees it now: evidence came since it was asked.
            switch try asked.flatMap({ try evaluate(tx, $0)?.outcome.decision }) {
            case .pass?, .waived?: return .passed
            case .fail?: return .fell
            case .incomplete?, nil: return .open
            }
        }
    }
}
