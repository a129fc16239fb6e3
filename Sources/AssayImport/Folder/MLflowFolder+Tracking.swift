package import AssayStore
package import AssayTerms

extension MLflowFolder {
    package func inventory() throws -> ImportInventory {
        var leftOut: [ImportInventory.LeftOut] = []
        var traces: Int64 = 0
        var assessments: Int64 = 0
        for experiment in contents.experiments {
            for trace in LocalFiles.folders(in: experiment.path + "/traces") {
                traces += 1
                assessments += Int64(LocalFiles.names(in: experiment.path + "/traces/\(trace)/assessments")?.count ?? 0)
            }
        }
        if traces > 0 { leftOut.append(.init(name: "traces", count: traces)) }
        if assessments > 0 { leftOut.append(.init(name: "assessments of traces", count: assessments)) }
        return ImportInventory(leftOut: leftOut)
    }

    package func experiments() throws -> ImportPage<Experiment> {
        var reading = RowReading()
        reading.note(contents.problems)
        let experiments = contents.experiments.compactMap { place -> Experiment? in
            guard let meta = meta(in: place.path, &reading) else { return nil }
            let file = name(place.path + "/meta.yaml")
            guard let id = Int64(place.id.string), id >= 0 else {
                reading.note(file, "the folder's name is no experiment id; the experiment was left out")
                return nil
            }
            guard meta.text("experiment_id") == place.id, let title = meta.text("name") else {
                reading.note(file, "it describes another experiment than its folder is named after; the experiment was left out")
                return nil
            }
            let object = Text("experiment \(place.id)")
            guard SourceID.isExperiment(id) else {
                reading.note(object, "its id leaves no room for others; the experiment was left out")
                return nil
            }
            let created = meta.integer("creation_time", &reading, of: object) ?? -1
            return Experiment(
                id: id, name: title, artifactLocation: meta.text("artifact_location") ?? "",
                stage: reading.lifecycleStage(meta.text("lifecycle_stage")?.string, of: object), creationTime: created,
                lastUpdateTime: meta.integer("last_update_time", &reading, of: object) ?? created,
                tags: pairs(in: place.path + "/tags", of: Text("experiment \(place.id)"), "tag", &reading))
        }
        return ImportPage(items: experiments, problems: reading.problems)
    }

    package func runs(after id: Text?, limit: Int) throws -> ImportPage<SourceRun> {
        var reading = RowReading()
        let places = contents.runs.page(after: id, limit: limit)
        let runs = places.compactMap { run($0, &reading) }
        return ImportPage(items: runs, problems: reading.problems, next: places.last?.id)
    }

    private func run(_ place: FolderContents.Place, _ reading: inout RowReading) -> SourceRun? {
        let object = Text("run \(place.id)")
        let file = name(place.path + "/meta.yaml")
        guard let meta = meta(in: place.path, &reading) else { return nil }
        guard SourceID.isValid(place.id), (meta.text("run_id") ?? meta.text("run_uuid")) == place.id,
            meta.text("experiment_id") == place.experiment, let experiment = Int64(place.experiment.string)
        else {
            reading.note(file, "it describes another run than its folder is named after; the run was left out")
            return nil
        }
        let written = meta.text("status")?.string ?? "RUNNING"
        var status = Int64(written).map { RunStatus(rawValue: $0) } ?? RunStatus(name: written)
        if status == nil {
            reading.note(object, "its status '\(written.prefix(64))' is unknown and was taken for FAILED")
            status = .failed
        }
        let tags = pairs(in: place.path + "/tags", of: object, "tag", &reading)
        let info = RunInfo(
            id: place.id, experimentID: experiment,
            name: meta.text("run_name") ?? meta.text("name") ?? tags.first { $0.key == RunName.tag }?.value ?? "",
            userID: meta.text("user_id") ?? "", status: status ?? .failed,
            startTime: meta.integer("start_time", &reading, of: object) ?? 0,
            endTime: meta.integer("end_time", &reading, of: object),
            stage: reading.lifecycleStage(meta.text("lifecycle_stage")?.string, of: object),
            artifactURI: meta.text("artifact_uri") ?? "", createdBy: Principal.anonymous.id)
        var run = Run(info: info, params: pairs(in: place.path + "/params", of: object, "param", &reading), tags: tags)
        addInputs(to: &run, place, &reading)
        return SourceRun(run: run, deletedTime: meta.integer("deleted_time", &reading, of: object), latest: nil)
    }

    private func addInputs(to run: inout Run, _ place: FolderContents.Place, _ reading: inout RowReading) {
        let experiment = place.path.dropLast(place.id.string.count + 1)
        for folder in LocalFiles.folders(in: place.path + "/inputs") {
            guard let input = meta(in: place.path + "/inputs/" + folder, &reading), let source = input.text("source_id") else { continue }
            if input.text("source_type") == "MODEL" {
                run.modelInputs.append(source)
                continue
            }
            let file = name(place.path + "/inputs/\(folder)/meta.yaml")
            guard input.text("source_type") == "DATASET", SourceID.isValid(source) else {
                reading.note(file, "it joins the run to neither a dataset nor a logged model; it was left out")
                continue
            }
            guard let meta = meta(in: "\(experiment)/datasets/\(source)", &reading) else { continue }
            guard let title = meta.text("name"), let digest = meta.text("digest") else {
                reading.note(name("\(experiment)/datasets/\(source)/meta.yaml"), "it has no name or no digest; the dataset was left out")
                continue
            }
            let dataset = Dataset(
                name: title, digest: digest, sourceType: meta.text("source_type") ?? "", source: meta.text("source") ?? "",
                schema: meta.text("schema"), profile: meta.text("profile"))
            run.datasets.append(DatasetInput(dataset: dataset, tags: input.pairs("tags")))
        }
        for folder in LocalFiles.folders(in: place.path + "/outputs") {
            guard let output = meta(in: place.path + "/outputs/" + folder, &reading) else { continue }
            run.modelOutputs.append(ModelOutput(modelID: output.text("destination_id") ?? Text(folder), step: output.integer("step") ?? 0))
        }
    }

    package func eachSeries(ofRun id: Text, _ body: (MetricSeries) throws -> Void) throws -> [ImportProblem] {
        guard let folder = contents.folder(of: FileOwner(.run, id: id)) else { return [] }
        var reading = RowReading()
        let object = Text("run \(id)")
        for (key, text) in texts(in: folder + "/metrics", of: object, "metric", &reading) {
            let file = MetricFile(text)
            noteBadLines(of: file, object, key, &reading)
            let history = file.history
            for start in stride(from: 0, to: history.count, by: MetricSeries.pieceCount) {
                let end = min(start + MetricSeries.pieceCount, history.count)
                try body(MetricSeries(key: key, points: Array(history[start..<end])))
            }
        }
        return reading.problems
    }

    func noteBadLines(of file: MetricFile, _ object: Text, _ key: Text, _ reading: inout RowReading) {
        guard let first = file.badLines.first else { return }
        reading.note(
            Text("\(object), metric '\(key)'"),
            file.badLines.count == 1
                ? "line \(first) is no point; it was left out"
                : "\(file.badLines.count) lines are no points, the first is line \(first); they were left out")
    }
}
