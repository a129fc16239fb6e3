package import AssayStore
package import AssayTerms

extension MLflowFolder {
    package func loggedModels(after id: Text?, limit: Int) throws -> ImportPage<LoggedModel> {
        var reading = RowReading()
        let places = contents.loggedModels.page(after: id, limit: limit)
        let models = places.compactMap { loggedModel($0, &reading) }
        return ImportPage(items: models, problems: reading.problems, next: places.last?.id)
    }

    private func loggedModel(_ place: FolderContents.Place, _ reading: inout RowReading) -> LoggedModel? {
        let object = Text("logged model \(place.id)")
        let file = name(place.path + "/meta.yaml")
        guard let meta = meta(in: place.path, &reading) else { return nil }
        guard SourceID.isValid(place.id), meta.text("model_id") == place.id, meta.text("experiment_id") == place.experiment,
            let experiment = Int64(place.experiment.string)
        else {
            reading.note(file, "it describes another model than its folder is named after; the model was left out")
            return nil
        }
        let written = meta.text("status")?.string ?? ""
        guard let status = Int64(written).map({ LoggedModelStatus(rawValue: $0) }) ?? LoggedModelStatus(name: "LOGGED_MODEL_" + written) else {
            reading.note(file, "the status '\(written.prefix(64))' is unknown; the model was left out")
            return nil
        }
        let created = meta.integer("creation_timestamp", &reading, of: object) ?? 0
        var model = LoggedModel(
            id: place.id, experimentID: experiment, name: meta.text("name") ?? "", modelType: meta.text("model_type") ?? "",
            sourceRunID: meta.text("source_run_id") ?? "", status: status,
            stage: reading.lifecycleStage(meta.text("lifecycle_stage")?.string, of: object), creationTime: created,
            lastUpdateTime: meta.integer("last_updated_timestamp", &reading, of: object) ?? created, artifactURI: meta.text("artifact_location") ?? "",
            createdBy: Principal.anonymous.id)
        model.params = pairs(in: place.path + "/params", of: object, "param", &reading)
        model.tags = pairs(in: place.path + "/tags", of: object, "tag", &reading)
        for (key, text) in texts(in: place.path + "/metrics", of: object, "metric", &reading) {
            let file = MetricFile(text)
            noteBadLines(of: file, object, key, &reading)
            var kept: Set<MetricPoint> = []
            for (point, rest) in file.points {
                guard let words = MetricFile.modelWords(rest) else {
                    reading.note(Text("\(object), metric '\(key)'"), "a point names no run; it was left out")
                    continue
                }
                var metric = point.metric(key)
                metric.modelID = place.id
                metric.runID = words.run
                metric.datasetName = words.dataset
                metric.datasetDigest = words.digest
                // NaN is no equal of itself; the point's own form is.
                var identity = metric
                identity.value = point.value
                identity.modelID = point.isNaN ? "NaN" : nil
                if kept.insert(identity).inserted { model.metrics.append(metric) }
            }
        }
        return model
    }

    // MARK: - Registry

    package func registeredModels() throws -> ImportPage<SourceModel> {
        var reading = RowReading()
        let models = contents.registeredModels.compactMap { registeredModel($0, &reading) }.sorted { $0.name < $1.name }
        return ImportPage(items: models, problems: reading.problems)
    }

    private func registeredModel(_ path: String, _ reading: inout RowReading) -> SourceModel? {
        guard let meta = meta(in: path, &reading) else { return nil }
        guard let title = meta.text("name") else {
            reading.note(name(path + "/meta.yaml"), "it has no name; the model was left out")
            return nil
        }
        let object = Text("registered model '\(title)'")
        let created = meta.integer("creation_timestamp", &reading, of: object) ?? -1
        var model = SourceModel(
            name: title, description: meta.text("description"), creationTime: created,
            lastUpdateTime: meta.integer("last_updated_timestamp", &reading, of: object) ?? created,
            tags: pairs(in: path + "/tags", of: object, "tag", &reading), aliases: [], versions: [])
        for (alias, text) in texts(in: path + "/aliases", of: object, "alias", &reading) {
            guard let number = Int64(text.filter { !$0.isWhitespace }) else {
                reading.note(Text("\(object), alias '\(alias)'"), "it names no version; it was left out")
                continue
            }
            model.aliases.append(ModelAlias(alias: alias, version: number))
        }
        for folder in LocalFiles.folders(in: path) where folder.hasPrefix("version-") {
            if let version = version(path + "/" + folder, object, &reading) { model.versions.append(version) }
        }
        model.versions.sort { $0.number < $1.number }
        return model
    }

    private func version(_ path: String, _ model: Text, _ reading: inout RowReading) -> SourceVersion? {
        guard let meta = meta(in: path, &reading) else { return nil }
        guard let number = meta.integer("version"), number > 0, SourceID.isVersion(number), path.hasSuffix("/version-\(number)") else {
            reading.note(name(path + "/meta.yaml"), "it describes another version than its folder is named after; the version was left out")
            return nil
        }
        let object = Text("\(model), version \(number)")
        let stage = meta.text("current_stage")?.string ?? ModelStage.none.rawValue
        let status = meta.text("status") ?? "READY"
        let source = meta.text("source") ?? ""
        let created = meta.integer("creation_timestamp", &reading, of: object) ?? -1
        return SourceVersion(
            number: number, description: meta.text("description"), stage: VersionFields.stage(stage, object, &reading),
            isDeleted: stage == VersionFields.deletedStage, unreadyStatus: status == "READY" ? nil : status, source: source,
            storageLocation: meta.text("storage_location"), runID: meta.text("run_id") ?? "", runLink: meta.text("run_link") ?? "",
            loggedModelID: meta.text("model_id") ?? VersionFields.loggedModelID(source), creationTime: created,
            lastUpdateTime: meta.integer("last_updated_timestamp", &reading, of: object) ?? created,
            tags: pairs(in: path + "/tags", of: object, "tag", &reading))
    }
}
