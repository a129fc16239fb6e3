import AssayCanonical
import AssayJSON
import AssayPolicy
package import AssayStore
package import AssayTerms

/// Commits and versions of data sets that begin training. Each counts once for a pipeline, so whoever repeats one begins nothing.
extension Governance: DataWatch {
    /// Something that changed outside of the house.
    package enum TrainingSignal: Hashable, Sendable {
        case commit(repository: Text, branch: Text, sha: Text)
        case data(name: Text, digest: Text)
    }

    /// What a push webhook came to.
    package enum PushAnswer: Sendable {
        /// It was another event than a push of a commit to a branch.
        case ignored
        case begun([TrainingView])
    }

    private static let signatureHead = "sha256="

    // MARK: - Data sets that runs log

    /// Begins every pipeline whose data set this experiment's runs log, where no run of the experiment has logged this version yet. What a
    /// run of a training logs begins nothing, so that a training which writes its rows down does not begin the next one.
    package func willAdd(_ datasets: [Dataset], to run: RunHandle, in tx: any StoreTransaction) throws {
        let pipelines = try trainingRules(tx).pipelines.filter { !$0.triggers.dataSets.isEmpty }
        guard !pipelines.isEmpty, let experiment = try tx.experiment(run.experimentID) else { return }
        guard try tx.tag(UseCases.trainingTag, of: run) == nil else { return }
        for pipeline in pipelines {
            let named = pipeline.triggers.dataSets.filter { $0.experiment == experiment.name }.map(\.name)
            for dataset in datasets where named.contains(dataset.name) {
                guard try !tx.hasDataset(named: dataset.name, digest: dataset.digest, experiment: run.experimentID),
                    let model = try pipeline.singleModel.flatMap({ try tx.registeredModel(named: $0) })
                else { continue }
                let reason: JSONObject = [
                    "data": .string(dataset.name.string), "digest": .string(dataset.digest.string), "run": .string(run.id.string),
                    "experiment": .string(experiment.name.string),
                ]
                try begin(
                    pipeline, modelID: model.id, model: model.name, .data, key: Self.key(.data(name: dataset.name, digest: dataset.digest)), reason,
                    by: .server, in: tx)
            }
        }
    }

    private static func key(_ signal: TrainingSignal) -> Text {
        switch signal {
        // A name of any length and kind makes a key of one length.
        case .data(let name, let digest): Text("data/\(SHA256Hasher.digest(of: Array("\(name.utf8Count) \(name)\(digest)".utf8)).hex)")
        case .commit(let repository, _, let sha): Text("commit/\(repository)/\(sha)")
        }
    }

    // MARK: - What an account says

    /// Begins the pipelines that wait for a commit or a version of a data set, where the caller may begin them by hand.
    ///
    /// - Returns: what began or was held back; nothing where every pipeline knew of it, or none waits for it.
    /// - Throws: `permissionDenied` for nobody, and where a pipeline waits for it and the caller may begin none of them; `invalidArgument` for
    ///   a commit that is none.
    package func signalTraining(_ signal: TrainingSignal, by actor: Principal) async throws -> [TrainingView] {
        guard actor.isKnown else { throw AssayError(.permissionDenied, "Training is begun by a known account.") }
        try Self.check(signal)
        return try await store.write { tx in
            let waiting = try self.trainingRules(tx).pipelines.filter { $0.waits(for: signal) { _ in true } }
            let models = try waiting.map { try $0.singleModel.flatMap { try tx.registeredModel(named: $0) } }
            let reached = try zip(waiting, models).filter { try $1.map { try tx.admits(actor.reach(.request), model: $0.id) } ?? false }
            guard waiting.isEmpty || !reached.isEmpty else {
                throw AssayError(
                    .permissionDenied, "\(actor.name) may begin none of the pipelines that wait for this: it needs the permission 'request' on their models.")
            }
            return try reached.compactMap { pipeline, model in
                try model.flatMap { try self.begin(pipeline, $0, signal, by: actor, tx) }
            }
        }
    }

    private func begin(
        _ pipeline: TrainingPipeline, _ model: RegisteredModel, _ signal: TrainingSignal, by actor: Principal, _ tx: any StoreTransaction
    ) throws -> TrainingView? {
        var reason: JSONObject
        let trigger: TrainingRecord.Trigger
        switch signal {
        case .commit(let repository, let branch, let sha):
            trigger = .commit
            reason = ["repository": .string(repository.string), "branch": .string(branch.string), "commit": .string(sha.string)]
        case .data(let name, let digest):
            trigger = .data
            reason = ["data": .string(name.string), "digest": .string(digest.string)]
        }
        reason["said_by"] = .string(actor.name.string)
        return try begin(pipeline, modelID: model.id, model: model.name, trigger, key: Self.key(signal), reason, by: actor, in: tx)
            .map { try view($0, tx) }
    }

    private static func check(_ signal: TrainingSignal) throws(AssayError) {
        switch signal {
        case .commit(let repository, let branch, let sha):
            guard (7...64).contains(sha.utf8Count), sha.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
                throw AssayError(.invalidArgument, "'commit' is 7 to 64 hexadecimal digits in lower case, as git rev-parse HEAD prints it.")
            }
            guard repository.utf8Count <= 200, !branch.isEmpty, branch.utf8Count <= 255 else {
                throw AssayError(.invalidArgument, "'repository' is OWNER/NAME of at most 200 bytes, and 'branch' has 1 to 255 bytes.")
            }
        case .data(let name, let digest):
            guard !name.isEmpty, name.utf8Count <= 500, !digest.isEmpty, digest.utf8Count <= 200 else {
                throw AssayError(.invalidArgument, "'data' has 1 to 500 bytes and 'digest' 1 to 200.")
            }
        }
    }

    // MARK: - Push webhooks

    /// Takes the push webhook of a repository, which names no account: its signature by a secret that pipelines name is its leave, for the
    /// pipelines that name that secret and the repository, and for nothing else.
    ///
    /// - Parameters:
    ///   - event: the header `X-GitHub-Event`.
    ///   - signature: the header `X-Hub-Signature-256`: `sha256=` and HMAC-SHA256 of the body in hexadecimal digits.
    /// - Throws: `permissionDenied` for a signature by none of the secrets, in the same words whatever is wrong with it; `invalidArgument` for
    ///   a signed body that is no push.
    /// - Complexity: one HMAC of the body for each secret that pipelines name.
    package func takePush(_ body: [UInt8], event: String?, signature: String?) async throws -> PushAnswer {
        let refusal = AssayError(.permissionDenied, "This push is signed by no secret that a pipeline's 'commit' names.")
        guard let signature, signature.hasPrefix(Self.signatureHead), signature == signature.lowercased(),
            let code = SHA256Digest(hex: String(signature.dropFirst(Self.signatureHead.count)))
        else { throw refusal }
        let pipelines = try await store.read { try self.trainingRules($0).pipelines }
        var good: Set<Text> = []
        for reference in Set(pipelines.flatMap { $0.triggers.commits.compactMap(\.secret) }) {
            // One that cannot be read now is no reason to say anything to a stranger.
            guard let secret = try? await useCases.secrets.value(reference), !secret.isEmpty else { continue }
            if HMACSHA256.isValid(code, for: body, key: Array(secret.utf8)) { good.insert(reference) }
        }
        guard !good.isEmpty else { throw refusal }
        guard event == nil || event == "push" else { return .ignored }
        guard let push = try? JSONValue(parsing: body), let repository = push["repository"]?["full_name"]?.string,
            let ref = push["ref"]?.string, let sha = push["after"]?.string
        else { throw AssayError(.invalidArgument, "A push has 'ref', 'after' and 'repository.full_name'.") }
        let branchHead = "refs/heads/"
        guard ref.hasPrefix(branchHead), push["deleted"]?.bool != true else { return .ignored }
        let signal = TrainingSignal.commit(repository: Text(repository), branch: Text(String(ref.dropFirst(branchHead.count))), sha: Text(sha))
        try Self.check(signal)
        let allowed = good
        return try await store.write { tx in
            let waiting = pipelines.filter { $0.waits(for: signal) { secret in secret.map { allowed.contains($0) } ?? false } }
            return .begun(
                try waiting.compactMap { pipeline in
                    try pipeline.singleModel.flatMap { try tx.registeredModel(named: $0) }.flatMap {
                        try self.begin(pipeline, $0, signal, by: .server, tx)
                    }
                })
        }
    }
}

extension TrainingPipeline {
    /// - Parameter admits: whether a commit trigger with this secret counts.
    fileprivate func waits(for signal: Governance.TrainingSignal, admits: (Text?) -> Bool) -> Bool {
        switch signal {
        case .commit(let repository, let branch, _):
            triggers.commits.contains { $0.repository == repository && $0.branch == branch && admits($0.secret) }
        case .data(let name, _): triggers.dataSets.contains { $0.name == name }
        }
    }
}
