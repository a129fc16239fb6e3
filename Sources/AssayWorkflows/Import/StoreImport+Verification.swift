import AssayCanonical
import AssayStore
import AssayTerms

/// Reads everything again, there and here, and compares digests. Files are hashed from their bytes on both sides.
extension StoreImport {
    func verify(_ experiments: ExperimentMap) async throws {
        var total = RecordDigest()
        try await verifyExperiments(experiments, &total)
        try await verifyRuns(experiments, &total)
        try await verifyLoggedModels(experiments, &total)
        try await verifyRegistry(&total)
        report.keep(digest: total.finish())
        compareCounts()
    }

    /// What the source counted apart from reading it, against what was read.
    private func compareCounts() {
        let read = report.atSource
        for (kind, counted) in report.inventory.counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where read[kind] != counted {
            report.note("source", "\(counted) \(kind.rawValue) were counted and \(read[kind]) could be read")
        }
    }

    func compare(_ object: Text, _ there: RecordParts, _ here: RecordParts) {
        report.countVerified()
        let different = here.differences(from: there)
        if !different.isEmpty { report.noteDifference(object, "\(different.joined(separator: ", ")) differ") }
    }

    // MARK: - Experiments and runs

    private func verifyExperiments(_ map: ExperimentMap, _ total: inout RecordDigest) async throws {
        let digests = try await store.read { tx in
            var digests: [SHA256Digest] = []
            for experiment in try source.experiments().items {
                count(atSource: .experiments, .experimentTags, experiment.tags)
                guard let id = map.ids[experiment.id], let ours = try tx.experiment(id) else { continue }
                count(here: .experiments, .experimentTags, ours.tags)
                let (there, here) = (RecordParts(experiment), RecordParts(ours))
                if map.shared.contains(experiment.id) {
                    // Its name is all it has here, and the tags nobody had given before.
                    report.countVerified()
                } else {
                    compare(Text("experiment \(experiment.id) '\(experiment.name)'"), there, here)
                }
                digests.append(here.digest)
            }
            return digests
        }
        for digest in digests { total.add(digest) }
    }

    private func verifyRuns(_ experiments: ExperimentMap, _ total: inout RecordDigest) async throws {
        var done: Int64 = 0
        var after: Text?
        while true {
            let start = after
            let page = try await store.read { tx in
                let page = try source.runs(after: start, limit: Self.pageCount)
                let compared = try page.items.compactMap { try verify($0, experiments, tx) }
                return (next: page.next, compared: compared)
            }
            for each in page.compared {
                total.add(each.digest)
                total.add(try await verifyFiles(of: each.owner, each.files))
                done += 1
                progress(ImportProgress(phase: .verification, done: done, total: report.inventory.counts[.runs]))
            }
            guard let next = page.next else { return }
            after = next
        }
    }

    private func verify(
        _ run: SourceRun, _ experiments: ExperimentMap, _ tx: any StoreSnapshot
    ) throws -> Compared? {
        let moved = moved(run, experiments)
        let id = run.run.info.id
        let (there, history) = try parts(of: moved ?? run)
        report.count(atSource: Self.tally(of: run.run, latest: run.latest ?? history.latest, history))
        // That its experiment did not come was said when it was to be brought over.
        guard moved != nil else { return nil }
        guard let handle = try tx.runHandle(id) else {
            report.noteDifference(Text("run \(id)"), "it is not here")
            return nil
        }
        let (here, ours, ourHistory) = try parts(of: handle, tx)
        report.count(here: Self.tally(of: ours, latest: ours.metrics, ourHistory))
        compare(Text("run \(id)"), there, here)
        return try Compared(FileOwner(.run, id: id), here.digest, tx)
    }

    private static func tally(of run: Run, latest: [MetricPoint], _ history: HistoryDigest) -> ImportTally {
        var tally = ImportTally()
        tally[.runs] = 1
        tally[.params] = Int64(run.params.count)
        tally[.tags] = Int64(run.tags.count)
        tally[.metrics] = history.count
        tally[.latestMetrics] = Int64(latest.count)
        tally[.datasetInputs] = Int64(run.datasets.count)
        tally[.datasetInputTags] = Int64(run.datasets.reduce(0) { $0 + $1.tags.count })
        tally[.modelInputs] = Int64(run.modelInputs.count)
        tally[.modelOutputs] = Int64(run.modelOutputs.count)
        return tally
    }

    private func verifyLoggedModels(_ experiments: ExperimentMap, _ total: inout RecordDigest) async throws {
        var after: Text?
        while true {
            let start = after
            let page = try await store.read { tx in
                let page = try source.loggedModels(after: start, limit: Self.pageCount)
                let compared = try page.items.compactMap { try verify($0, experiments, tx) }
                return (next: page.next, compared: compared)
            }
            for each in page.compared {
                total.add(each.digest)
                total.add(try await verifyFiles(of: each.owner, each.files))
            }
            guard let next = page.next else { return }
            after = next
        }
    }

    private func verify(
        _ model: LoggedModel, _ experiments: ExperimentMap, _ tx: any StoreSnapshot
    ) throws -> Compared? {
        report.count(atSource: Self.tally(of: model))
        guard let model = try moved(model, experiments, tx) else { return nil }
        guard let ours = try tx.loggedModel(model.id) else {
            report.noteDifference(Text("logged model \(model.id)"), "it is not here")
            return nil
        }
        report.count(here: Self.tally(of: ours))
        let here = RecordParts(ours)
        compare(Text("logged model \(model.id)"), RecordParts(model), here)
        return try Compared(FileOwner(.loggedModel, id: model.id), here.digest, tx)
    }

    private static func tally(of model: LoggedModel) -> ImportTally {
        var tally = ImportTally()
        tally[.loggedModels] = 1
        tally[.loggedModelParams] = Int64(model.params.count)
        tally[.loggedModelTags] = Int64(model.tags.count)
        tally[.loggedModelMetrics] = Int64(model.metrics.count)
        return tally
    }

    func count(atSource kind: ImportKind, _ tagKind: ImportKind, _ tags: [KeyValue]) {
        report.count(atSource: Self.tally(kind, tagKind, tags))
    }

    func count(here kind: ImportKind, _ tagKind: ImportKind, _ tags: [KeyValue]) {
        report.count(here: Self.tally(kind, tagKind, tags))
    }

    private static func tally(_ kind: ImportKind, _ tagKind: ImportKind, _ tags: [KeyValue]) -> ImportTally {
        var tally = ImportTally()
        tally[kind] = 1
        tally[tagKind] = Int64(tags.count)
        return tally
    }

    // MARK: - Files

    /// - Returns: the digest over the files as they are here.
    private func verifyFiles(of owner: FileOwner, _ records: [FileRecord]) async throws -> SHA256Digest {
        let name = Self.name(of: owner)
        var there: [Text: (digest: SHA256Digest, size: Int64)] = [:]
        if case .held(let files, _) = try await source.artifacts(of: owner) {
            for file in files {
                do {
                    let found = try await digest(of: file)
                    there[file.path] = found
                    report.count(atSource: Self.tally(bytes: found.size))
                } catch let error as AssayError where error.code == .unreadable {
                    report.note(Text("\(name), artifact '\(file.path)'"), "\(error.message) It was left out.")
                }
            }
        }
        var here: [FileRecord] = []
        for record in records {
            let found = try await content(of: record, name)
            here.append(FileRecord(path: record.path, blob: record.blob, size: found?.size ?? 0, digest: found?.digest ?? record.digest))
            if let found { report.count(here: Self.tally(bytes: found.size)) }
            let wanted = there.removeValue(forKey: record.path)
            if wanted?.digest != found?.digest {
                report.noteDifference(Text("\(name), artifact '\(record.path)'"), wanted == nil ? "it is here only" : "its bytes differ")
            }
        }
        for path in there.keys.sorted() { report.noteDifference(Text("\(name), artifact '\(path)'"), "it is not here") }
        return FileListDigest.here(here)
    }

    /// What the bytes of a record are; `nil`, with a difference noted, where they cannot be had or are not what the record says.
    func content(of record: FileRecord, _ name: Text) async throws -> (digest: SHA256Digest, size: Int64)? {
        let object = Text("\(name), artifact '\(record.path)'")
        do {
            let found = try await Self.digest(of: useCases.content(of: record))
            if found.digest != record.digest || found.size != record.size {
                report.noteDifference(object, "its bytes here are not those of its record")
            }
            return found
        } catch let error as AssayError where error.code == .notFound || error.code == .corrupt {
            report.noteDifference(object, error.message)
            return nil
        }
    }

    private static func tally(bytes: Int64) -> ImportTally {
        var tally = ImportTally()
        tally[.files] = 1
        tally[.bytes] = bytes
        return tally
    }
}

/// A record that was compared, and what files it has here by the same snapshot.
private struct Compared: Sendable {
    let owner: FileOwner
    let digest: SHA256Digest
    let files: [FileRecord]

    init(_ owner: FileOwner, _ digest: SHA256Digest, _ tx: any StoreSnapshot) throws {
        self.owner = owner
        self.digest = digest
        files = try tx.files(owner)
    }
}
