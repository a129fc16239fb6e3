package import AssayJSON
package import AssayPolicy
package import AssayStore
package import AssayTerms

/// Runs of pipelines as people and workers see them.
extension Governance {
    /// How long a worker may be silent.
    package static let trainingLeaseMilliseconds: Int64 = 60_000

    /// A run with what was said; without it where the model was erased.
    package struct TrainingView: Sendable {
        package let record: TrainingRecord
        package let model: Text?
        package let version: Int64?
        package let details: JSONObject?
        /// Whether the caller is told the program's last words: who may ask for promotions of the model, or register its versions.
        package var showsOutput = false
    }

    /// What a worker is to do.
    package struct TrainingWork: Sendable {
        package let view: TrainingView
        package let lease: String
        package let pipeline: TrainingPipeline
        package let deadlineMilliseconds: Int64
    }

    /// Newest first, of models that the caller may read.
    package func trainings(pipeline: Text?, model: Text?, limit: Int) async throws -> [TrainingView] {
        try await store.read { tx in
            let id = try model.map { try tx.existingModel(named: $0).id }
            return try tx.trainings(pipeline: pipeline, modelID: id, limit: min(max(limit, 1), 1_000)).map { try self.view($0, tx) }
        }
    }

    /// - Throws: `notFound`.
    package func training(id: String, for reader: Principal) async throws -> TrainingView {
        try await store.read { tx in
            var view = try self.view(self.existingTraining(id, tx), tx)
            view.showsOutput = try [Permission.request, .register].contains { try tx.admits(reader.reach($0), model: view.record.modelID) }
            return view
        }
    }

    func view(_ record: TrainingRecord, _ tx: any StoreSnapshot) throws -> TrainingView {
        TrainingView(
            record: record, model: try tx.registeredModel(id: record.modelID)?.name,
            version: try record.versionID.flatMap { try tx.modelVersion(id: $0)?.number }, details: try useCases.details(of: record))
    }

    func existingTraining(_ id: String, _ tx: any StoreSnapshot) throws -> TrainingRecord {
        guard let training = try tx.training(id: id) else {
            throw AssayError(.notFound, "There is no training \(id.prefix(64)). assay training list shows them.")
        }
        return training
    }

    /// Ends a run that is not over; its worker hears of it with its next word.
    ///
    /// - Throws: `notFound`; `permissionDenied`; `conflict` for one that is over.
    package func cancelTraining(id: String, reason: Text, by actor: Principal) async throws -> TrainingView {
        guard actor.isNamed else { throw AssayError(.permissionDenied, "Training is cancelled by a named person.") }
        guard reason.utf8Count <= 1_024 else { throw AssayError(.invalidArgument, "A reason has at most 1024 bytes.") }
        return try await store.write { tx in
            let training = try self.existingTraining(id, tx)
            guard try tx.admits(actor.reach(.request), model: training.modelID) else {
                throw AssayError(.permissionDenied, "\(actor.name) may not end training of this model: it needs the permission 'request' there.")
            }
            try Self.requireUnderWay(training)
            let words = reason.isEmpty ? "cancelled by \(actor.name)" : "cancelled by \(actor.name): \(reason)"
            return try self.view(self.useCases.end(training, .cancelled, words, by: actor, in: tx), tx)
        }
    }

    private static func requireUnderWay(_ training: TrainingRecord) throws(AssayError) {
        guard training.state.isOver else { return }
        throw AssayError(.conflict, "The training \(training.id) is \(training.state.rawValue) already.")
    }

    // MARK: - Workers

    /// Hands the oldest run that waits for a worker to one that may register versions of its model.
    ///
    /// - Parameters:
    ///   - worker: how it calls itself.
    ///   - pipelines: the only ones it takes; empty for any.
    /// - Returns: `nil` where nothing waits.
    /// - Throws: `permissionDenied` for nobody.
    package func leaseTraining(worker: Text, pipelines: [Text], by actor: Principal) async throws -> TrainingWork? {
        try Self.requireWorker(actor)
        guard !worker.isEmpty, worker.utf8Count <= 128 else { throw AssayError(.invalidArgument, "A worker's name has 1 to 128 bytes.") }
        return try await store.write { tx in
            let rules = try self.trainingRules(tx)
            for var training in try tx.unfinishedTrainings() where training.state == .queued {
                guard let pipeline = rules.pipeline(named: training.pipeline), pipeline.start.isForWorkers,
                    pipelines.isEmpty || pipelines.contains(pipeline.name),
                    try tx.admits(actor.reach(.register), model: training.modelID), try tx.admits(actor.reach(.read), model: training.modelID)
                else { continue }
                let lease = self.effects.newID()
                let deadline = self.now + pipeline.limitMilliseconds
                training.state = .started
                training.startedMilliseconds = self.now
                training.workerID = actor.id
                training.lease = lease
                training.leaseMilliseconds = self.now + Self.trainingLeaseMilliseconds
                training.deadlineMilliseconds = deadline
                try self.useCases.note(["worker": .string(worker.string), "by": .string(actor.name.string)], on: &training)
                try tx.updateTraining(training)
                try self.useCases.enter("started", training, ["worker": .string(worker.string)], by: actor, in: tx)
                return TrainingWork(view: try self.view(training, tx), lease: lease, pipeline: pipeline, deadlineMilliseconds: deadline)
            }
            return nil
        }
    }

    /// A worker's word that it is at it.
    ///
    /// - Returns: the state, which tells the worker to end its program unless it is `started`.
    /// - Throws: `notFound`; `permissionDenied` for another lease.
    package func renewTraining(id: String, lease: Text, by actor: Principal) async throws -> TrainingRecord.State {
        try Self.requireWorker(actor)
        return try await store.write { tx in
            var training = try self.existingTraining(id, tx)
            guard !training.state.isOver else { return training.state }
            try Self.require(lease, of: training, actor)
            training.leaseMilliseconds = self.now + Self.trainingLeaseMilliseconds
            try tx.updateTraining(training)
            return training.state
        }
    }

    /// What came of a run: of one that was leased by its worker, of one that runs elsewhere by whoever may register versions of the model.
    ///
    /// - Parameters:
    ///   - output: the last words of the program; the last 4 KiB are kept, sealed, and in no entry.
    /// - Throws: `notFound`; `permissionDenied`; `conflict` for one that is over or not begun.
    package func endTraining(
        id: String, lease: Text?, isSuccess: Bool, words: Text, exitStatus: Int64?, output: Text?, by actor: Principal
    ) async throws -> TrainingView {
        try Self.requireWorker(actor)
        guard words.utf8Count <= 1_024 else { throw AssayError(.invalidArgument, "'words' has at most 1024 bytes.") }
        return try await store.write { tx in
            let training = try self.existingTraining(id, tx)
            try Self.requireUnderWay(training)
            guard training.state == .started else { throw AssayError(.conflict, "The training \(id) has not begun.") }
            if training.workerID != nil {
                try Self.require(lease ?? "", of: training, actor)
            } else if try !tx.admits(actor.reach(.register), model: training.modelID) {
                throw AssayError(.permissionDenied, "\(actor.name) may not speak for this training: it needs the permission 'register' on the model.")
            }
            var said: JSONObject = [:]
            said["exit_status"] = exitStatus.map { .integer($0) }
            said["output"] = output.map { .string(SecretLines.withheld(Self.tail($0))) }
            let isLinked = training.versionID != nil
            let text = words.isEmpty ? (isSuccess ? (isLinked ? "done" : "done, and registered no version") : "failed") : words.string
            return try self.view(self.useCases.end(training, isSuccess ? .finished : .failed, text, said, by: actor, in: tx), tx)
        }
    }

    /// After a whole line where the text is cut, since a rule may miss what is half a secret.
    private static func tail(_ text: Text) -> String {
        let bytes = Array(text.utf8)
        // A worker cuts at the same length.
        guard bytes.count >= UseCases.trainingOutputLimit else { return text.string }
        let kept = bytes.suffix(UseCases.trainingOutputLimit)
        let line = kept.firstIndex(of: UInt8(ascii: "\n")).map { kept[($0 + 1)...] } ?? kept
        return String(decoding: line.isEmpty ? kept : line, as: UTF8.self)
    }

    private static func requireWorker(_ actor: Principal) throws(AssayError) {
        guard actor.isKnown else { throw AssayError(.permissionDenied, "Training is run by a known account; give the worker a token of its own.") }
    }

    private static func require(_ lease: Text, of training: TrainingRecord, _ actor: Principal) throws(AssayError) {
        guard training.workerID == actor.id, let held = training.lease, Text(held) == lease else {
            throw AssayError(.permissionDenied, "The training \(training.id) is another worker's.")
        }
    }
}
