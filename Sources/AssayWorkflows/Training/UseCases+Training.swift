import AssayCanonical
package import AssayJSON
import AssayLedgerFormat
import AssayPolicy
package import AssayStore
package import AssayTerms

/// Runs of pipelines as they are kept: each change with its entry, what was said sealed under the key of the model.
extension UseCases {
    /// The tag of a run that says which training made it.
    package static let trainingTag: Text = "assay.training"
    /// What is kept of a program's last words.
    package static let trainingOutputLimit = 4_096

    private static func trainingContext(_ id: String) -> Text { Text("training:\(id)") }

    /// `nil` once the model was erased.
    package func details(of training: TrainingRecord) throws -> JSONObject? {
        let bytes: [UInt8]
        do {
            bytes = try keyring.open(training.sealedDetails, context: Self.trainingContext(training.id))
        } catch let error as AssayError where error.code == .notFound {
            return nil
        }
        guard let object = (try? JSONValue(parsing: bytes))?.object else {
            throw AssayError(.corrupt, "What is kept of the training \(training.id) cannot be read any more.")
        }
        return object
    }

    func sealTraining(_ details: JSONObject, id: String, modelID: String) throws -> [UInt8] {
        try keyring.seal(
            JSONValue.object(details).bytes(), domain: Text(LedgerTopic.model(modelID)), context: Self.trainingContext(id))
    }

    /// Adds what is newly known to what is kept.
    func note(_ more: JSONObject, on training: inout TrainingRecord) throws {
        guard var details = try details(of: training) else { return }
        for member in more.members { details[member.name] = member.value }
        training.sealedDetails = try sealTraining(details, id: training.id, modelID: training.modelID)
    }

    /// The entry `training.<event>`.
    func enter(
        _ event: String, _ training: TrainingRecord, _ more: JSONObject, by actor: Principal, in tx: any StoreTransaction
    ) throws {
        var payload: JSONObject = [
            "training": .string(training.id), "pipeline": .string(training.pipeline.string), "model_id": .string(training.modelID),
            "trigger": .string(training.trigger.rawValue), "state": .string(training.state.rawValue),
        ]
        payload["model"] = try tx.registeredModel(id: training.modelID).map { .string($0.name.string) }
        for member in more.members { payload[member.name] = member.value }
        let topics = [LedgerTopic.model(training.modelID)] + (training.versionID.map { [LedgerTopic.version($0)] } ?? [])
        try record(
            kind: "training.\(event)", by: actor, topics: topics, domain: LedgerTopic.model(training.modelID), payload: .object(payload), in: tx)
    }

    /// Ends a run that is queued or started.
    func end(
        _ training: TrainingRecord, _ state: TrainingRecord.State, _ words: String, _ more: JSONObject = [:], by actor: Principal,
        in tx: any StoreTransaction
    ) throws -> TrainingRecord {
        var training = training
        training.state = state
        training.finishedMilliseconds = effects.nowMilliseconds()
        training.lease = nil
        training.leaseMilliseconds = nil
        var said = more
        said["words"] = .string(words)
        try note(said, on: &training)
        try tx.updateTraining(training)
        // A program's last words stay behind the lock of the model, and out of what webhooks are told.
        said["output"] = nil
        said["run"] = training.runID.map { .string($0.string) }
        said["version_id"] = training.versionID.map { .string($0) }
        try enter(state.rawValue, training, said, by: actor, in: tx)
        if state != .cancelled {
            try tell("failed", of: training, isFiring: state == .failed, title: "the training by \(training.pipeline) failed: \(words)", in: tx)
        }
        return training
    }

    /// Raises or ends an alert about a pipeline of a model.
    func tell(
        _ what: String, of training: TrainingRecord, isFiring: Bool, severity: AlertSeverity = .warning, title: String, limit: Text? = nil,
        in tx: any StoreTransaction
    ) throws {
        // Of a model that is gone nobody has to be told.
        guard let model = try tx.registeredModel(id: training.modelID) else { return }
        let roles = (try details(of: training)?["roles"]?.array ?? []).compactMap(\.string).map { Text($0) }
        var line = ""
        for scalar in title.unicodeScalars where line.utf8.count < AlertSignal.titleLimit - 8 {
            let isPlain = scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value) && ![0x2028, 0x2029].contains(scalar.value)
            line.unicodeScalars.append(isPlain ? scalar : " ")
        }
        try signal(
            AlertSignal(
                key: Text("training/\(training.modelID)/\(training.pipeline)/\(what)"), severity: severity, state: isFiring ? .firing : .resolved,
                title: Text(line), modelID: training.modelID, modelName: model.name, roles: roles, limit: limit,
                facts: ["pipeline": .string(training.pipeline.string), "training": .string(training.id)],
                path: Text("/api/assay/v1/training/\(training.id)")), in: tx)
    }

    // MARK: - Lineage

    /// Links a version to the training whose tag its run bears; who began that, and who wrote the pipelines, answer for the
    /// version too. What a worker leased only that worker's account completes.
    func linkTraining(_ version: ModelVersion, by actor: Principal, in tx: any StoreTransaction) throws {
        guard !version.runID.isEmpty, let run = try tx.run(version.runID),
            let tag = run.tags.first(where: { $0.key == Self.trainingTag }), var training = try tx.training(id: tag.value.string),
            training.modelID == version.modelID, training.versionID == nil, training.state == .started || training.state == .finished,
            training.workerID == nil || training.workerID == actor.id
        else { return }
        training.runID = version.runID
        training.versionID = version.id
        let known = try details(of: training)
        let authors = Set([known?["began_by"], known?["rules_by"]].compactMap { $0?.string }).sorted()
        try tx.insertTrainingAuthors(authors, versionID: version.id, manifest: version.content.manifestDigest)
        let said: JSONObject = [
            "run": .string(version.runID.string), "version": .integer(version.number), "version_id": .string(version.id),
            "authors": .array(authors.map { .string($0) }),
        ]
        try note(["version": .integer(version.number)], on: &training)
        try tx.updateTraining(training)
        try enter("registered", training, said, by: actor, in: tx)
        // Nobody else says of what runs elsewhere that it is done.
        if training.state == .started, training.workerID == nil {
            _ = try end(training, .finished, "version \(version.number) was registered", ["version": .integer(version.number)], by: actor, in: tx)
        }
    }
}
