import AssayCanonical
import AssayEvidence
import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms

extension Governance {
    /// The versions that predictions are recorded of and that somebody signed a plan for; of models that the caller may read.
    ///
    /// - Parameter model: only this one's.
    /// - Returns: with what keeps single versions from being read; the others are there all the same.
    func watchedVersions(
        _ tx: any StoreSnapshot, model: Text? = nil
    ) throws -> (watched: [WatchedVersion], problems: [MonitorPass.Problem]) {
        var watched: [WatchedVersion] = []
        var problems: [MonitorPass.Problem] = []
        for modelID in try tx.predictedModelIDs() {
            guard let registered = try tx.registeredModel(id: modelID), model == nil || registered.name == model else { continue }
            for record in try tx.modelVersions(ofModel: modelID) {
                do {
                    if let one = try watchedVersion(tx, record) { watched.append(one) }
                } catch {
                    guard let problem = error as? AssayError, problem.isAboutOneThing else { throw error }
                    problems.append(.init(model: registered.name, version: Int(clamping: record.number), reason: problem.message))
                }
            }
        }
        return (watched, problems)
    }

    private func watchedVersion(_ tx: any StoreSnapshot, _ record: ModelVersion) throws -> WatchedVersion? {
        guard let newest = try tx.newestPredictions(versionID: record.id) else { return nil }
        let version = try governed(tx, record)
        let monitors = try dossier(tx, of: version).plans.flatMap { paper in
            (paper.plan?.monitors ?? []).map { monitor in
                WatchedVersion.Monitor(
                    planID: paper.id.string, owner: paper.plan?.owner ?? "", monitor: monitor, digest: Self.digest(of: monitor))
            }
        }
        guard !monitors.isEmpty else { return nil }
        return WatchedVersion(
            version: version, monitors: monitors, tier: try tier(tx, of: version), isPlaced: !places(of: record).isEmpty,
            newest: newest.ordinal, answered: newest.answered)
    }

    /// Over all that makes a monitor what it is.
    static func digest(of monitor: PolicyMonitor) -> SHA256Digest {
        let check = monitor.check
        var parts: [Text] = [
            Text(check.title), Text(check.limit.text), Text(check.judge.rawValue), Text(String(check.minimumGroup)), monitor.window.text,
            check.place.map { Text($0.rawValue) } ?? "",
        ]
        if let anytime = monitor.anytime { parts += ["anytime", anytime] }
        if let range = monitor.range { parts += ["range", range] }
        for (name, value) in check.options.sorted(by: { $0.key < $1.key }) { parts += [name, value] }
        parts += monitor.alert
        return SHA256Hasher.digest(of: Array(parts.map { "\($0.utf8Count) \($0)\n" }.joined().utf8))
    }

    /// The profile of other rows that was frozen with a version: the only one there is.
    ///
    /// - Returns: `nil` where there is none; with a problem in words where there are several or it cannot be read.
    func referenceProfile(of version: GovernedVersion) async throws -> (profile: DriftProfile, digest: SHA256Digest)? {
        let named = (version.files + version.tables).filter { $0.path.string.hasSuffix("profile.json") }
        var unique: [GovernedVersion.File] = []
        for file in named where !unique.contains(where: { $0.digest == file.digest }) { unique.append(file) }
        guard let file = unique.first else { return nil }
        guard unique.count == 1 else {
            throw AssayError(
                .conflict,
                "version \(version.version) was frozen with \(unique.count) drift profiles (\(unique.map(\.path.string).joined(separator: ", "))), so none is the reference; keep one")
        }
        guard file.size <= Int64(EvidenceJob.profileLimit) else { throw AssayError(.limitExceeded, "the profile '\(file.path)' is too large") }
        let record = try await store.read { tx in
            try [FileOwner.Kind.modelVersion, .modelVersionRun].lazy.compactMap { kind in
                try tx.file(FileOwner(kind, id: Text(version.id)), path: file.path)
            }.first { $0.digest == file.digest }
        }
        guard let blob = record?.blob else { return nil }
        let bytes = try await useCases.blobs.readAll(blob, limit: EvidenceJob.profileLimit)
        guard SHA256Hasher.digest(of: bytes) == file.digest else {
            throw AssayError(.corrupt, "the profile '\(file.path)' is not what was frozen")
        }
        return (try DriftProfileJSON.profile(from: bytes, name: file.path.string), file.digest)
    }
}

extension AssayError {
    /// Whether something that was kept is not what it should be, rather than the house being in trouble for now: then the others go on, and
    /// looking again changes nothing.
    var isAboutOneThing: Bool {
        switch code {
        case .corrupt, .unreadable, .unsupported, .invalidArgument, .limitExceeded, .notFound, .conflict: true
        default: false
        }
    }
}
