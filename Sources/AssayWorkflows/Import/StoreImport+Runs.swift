import AssayStore
import AssayTerms

extension StoreImport {
    func importRuns(_ experiments: ExperimentMap, total: Int64?) async throws {
        var done: Int64 = 0
        var after: Text?
        while true {
            let start = after
            let page = try await store.write { tx in
                let page = try source.runs(after: start, limit: Self.pageCount)
                report.note(page.problems)
                for run in page.items { try bring(run, experiments, tx) }
                return (next: page.next, count: page.items.count)
            }
            done += Int64(page.count)
            progress(ImportProgress(phase: .runs, done: done, total: total))
            guard let next = page.next else { return }
            after = next
        }
    }

    private func bring(_ run: SourceRun, _ experiments: ExperimentMap, _ tx: any StoreTransaction) throws {
        guard let run = moved(run, experiments) else {
            return report.note(Text("run \(run.run.info.id)"), "its experiment \(run.run.info.experimentID) is not there; the run was left out")
        }
        let owner = FileOwner(.run, id: run.run.info.id)
        let handle = try tx.runHandle(owner.id)
        guard let noted = try tx.importedOwner(owner), let handle else {
            guard let handle else { return try create(run, owner, tx) }
            // It came here some other way. If it is the same, it is as good as brought over.
            let (parts, _) = try self.parts(of: run)
            if try self.parts(of: handle, tx).parts == parts {
                try tx.noteImported(ImportedOwner(owner: owner, records: parts.digest, filesAtSource: nil, filesHere: nil))
            } else {
                report.note(Text("run \(owner.id)"), "a run of that id is here already and is another one; it was left as it is")
            }
            return
        }
        let (parts, history) = try self.parts(of: run)
        guard parts.digest != noted.records else { return }
        let isUntouched = try self.parts(of: handle, tx).parts.digest == noted.records
        try write(run, latest: run.latest ?? history.latest, onto: isUntouched ? nil : handle, tx)
        var now = noted
        now.records = parts.digest
        try tx.noteImported(now)
        report.count(updated: .runs)
    }

    /// A new run is written while it is read, so its history is read once.
    private func create(_ run: SourceRun, _ owner: FileOwner, _ tx: any StoreTransaction) throws {
        let handle = try tx.putRun(run.run.info, deletedTime: run.deletedTime)
        try addRecords(of: run, exactly: true, to: handle, tx)
        var parts = RecordParts(run.run, deletedTime: run.deletedTime)
        var history = HistoryDigest()
        report.note(
            try source.eachSeries(ofRun: owner.id) { series in
                history.add(series)
                try tx.append(series, to: handle)
            })
        history.finish(into: &parts, keptLatest: run.latest)
        try tx.putLatest(run.latest ?? history.latest, exactly: true, of: handle)
        try tx.noteImported(ImportedOwner(owner: owner, records: parts.digest, filesAtSource: nil, filesHere: nil))
        report.count(created: .runs)
        report.count(created: .metrics, history.count)
    }

    /// - Parameter touched: the run here, if it was changed here: then it keeps what it has.
    private func write(
        _ run: SourceRun, latest: [MetricPoint], onto touched: RunHandle?, _ tx: any StoreTransaction
    ) throws {
        let handle = try touched ?? tx.putRun(run.run.info, deletedTime: run.deletedTime)
        try addRecords(of: run, exactly: touched == nil, to: handle, tx)
        report.note(try source.eachSeries(ofRun: run.run.info.id) { try tx.append($0, to: handle) })
        try tx.putLatest(latest, exactly: touched == nil, of: handle)
    }

    private func addRecords(
        of run: SourceRun, exactly: Bool, to handle: RunHandle, _ tx: any StoreTransaction
    ) throws {
        try tx.putPairs(params: run.run.params, tags: run.run.tags, exactly: exactly, of: handle)
        try tx.addInputs(run.run.datasets, models: run.run.modelInputs, to: handle)
        try tx.addOutputs(run.run.modelOutputs, to: handle)
    }

    /// The run as it stands here: in its experiment here, with its artifacts here. `nil` if its experiment did not come.
    func moved(_ run: SourceRun, _ experiments: ExperimentMap) -> SourceRun? {
        let info = run.run.info
        guard let experiment = experiments.ids[info.experimentID] else { return nil }
        var moved = run
        moved.run.info = RunInfo(
            id: info.id, experimentID: experiment, name: info.name, userID: info.userID, status: info.status,
            startTime: info.startTime, endTime: info.endTime, stage: info.stage,
            artifactURI: here(info.artifactURI, experiment, [info.id.string, "artifacts"]), createdBy: info.createdBy)
        return moved
    }

    /// Where artifacts are here: what is in files moves; what another service holds stays there.
    func here(_ uri: Text, _ experiment: Int64, _ segments: [String]) -> Text {
        source.bringsArtifacts(at: uri) ? ArtifactAddress.uri(Text("\(ArtifactAddress.scheme):/\(experiment)"), segments) : uri
    }

    // MARK: - Digests

    /// Of a run at the source, moved already.
    func parts(of run: SourceRun) throws -> (parts: RecordParts, history: HistoryDigest) {
        var parts = RecordParts(run.run, deletedTime: run.deletedTime)
        var history = HistoryDigest()
        report.note(try source.eachSeries(ofRun: run.run.info.id) { history.add($0) })
        history.finish(into: &parts, keptLatest: run.latest)
        return (parts, history)
    }

    /// Of a run here.
    func parts(
        of handle: RunHandle, _ tx: any StoreSnapshot
    ) throws -> (parts: RecordParts, run: Run, history: HistoryDigest) {
        guard let run = try tx.run(handle.id) else {
            throw AssayError(.internalFault, "A run vanished inside one snapshot.")
        }
        var parts = RecordParts(run, deletedTime: try tx.deletedTime(of: handle))
        var history = HistoryDigest()
        try tx.eachSeries(of: handle) { history.add($0) }
        history.finish(into: &parts, keptLatest: run.metrics)
        return (parts, run, history)
    }
}
