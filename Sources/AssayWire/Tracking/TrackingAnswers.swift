package import AssayJSON
package import AssayTerms

/// Answers as MLflow's protobuf messages are written in JSON: 64-bit integers as numbers, unset fields left out, lists that
/// are empty left out.
package enum TrackingAnswers {
    package static func experiment(_ experiment: Experiment) -> JSONValue {
        var object: JSONObject = [
            "experiment_id": .string(String(experiment.id)), "name": .string(experiment.name.string),
            "artifact_location": .string(experiment.artifactLocation.string),
            "lifecycle_stage": .string(experiment.stage.rawValue),
            "last_update_time": .integer(experiment.lastUpdateTime), "creation_time": .integer(experiment.creationTime),
        ]
        add(experiment.tags.map(pair), as: "tags", to: &object)
        object["workspace"] = "default"
        return .object(object)
    }

    /// A run that was just made: MLflow's answer has no outputs then, not even empty ones.
    package static func newRun(_ run: Run) -> JSONValue {
        guard case .object(var object) = self.run(run) else { return .null }
        object.removeValue(named: "outputs")
        return .object(object)
    }

    /// - Parameter flat: adds `run_id` and `tags` as one object beside, for callers who read answers with `jq`.
    package static func run(_ run: Run, flat: Bool = false) -> JSONValue {
        var data = JSONObject()
        add(run.metrics.map(metric), as: "metrics", to: &data)
        add(run.params.map(pair), as: "params", to: &data)
        add(run.tags.map(pair), as: "tags", to: &data)
        var inputs = JSONObject()
        add(run.datasets.map(datasetInput), as: "dataset_inputs", to: &inputs)
        add(run.modelInputs.map { ["model_id": .string($0.string)] }, as: "model_inputs", to: &inputs)
        var outputs = JSONObject()
        add(
            run.modelOutputs.map { ["model_id": .string($0.modelID.string), "step": .integer($0.step)] },
            as: "model_outputs", to: &outputs)
        var object: JSONObject = [
            "info": runInfo(run.info), "data": .object(data), "inputs": .object(inputs), "outputs": .object(outputs),
        ]
        if flat {
            object["run_id"] = .string(run.info.id.string)
            object["tags"] = .object(JSONObject(run.tags.map { ($0.key.string, .string($0.value.string)) }))
        }
        return .object(object)
    }

    package static func runInfo(_ info: RunInfo) -> JSONValue {
        var object: JSONObject = [
            "run_uuid": .string(info.id.string), "experiment_id": .string(String(info.experimentID)),
            "run_name": .string(info.name.string), "user_id": .string(info.userID.string),
            "status": .string(info.status.name), "start_time": .integer(info.startTime),
        ]
        if let endTime = info.endTime, endTime != 0 { object["end_time"] = .integer(endTime) }
        object["artifact_uri"] = .string(info.artifactURI.string)
        object["lifecycle_stage"] = .string(info.stage.rawValue)
        object["run_id"] = .string(info.id.string)
        return .object(object)
    }

    package static func metric(_ point: MetricPoint) -> JSONValue {
        var object: JSONObject = [
            "key": .string(point.key.string), "value": number(point.value), "timestamp": .integer(point.timestamp),
            "step": .integer(point.step),
        ]
        if let dataset = point.datasetName { object["dataset_name"] = .string(dataset.string) }
        if let digest = point.datasetDigest { object["dataset_digest"] = .string(digest.string) }
        if let model = point.modelID { object["model_id"] = .string(model.string) }
        if let run = point.runID { object["run_id"] = .string(run.string) }
        return .object(object)
    }

    package static func loggedModel(_ model: LoggedModel) -> JSONValue {
        var info: JSONObject = [
            "model_id": .string(model.id.string), "experiment_id": .string(String(model.experimentID)),
            "name": .string(model.name.string), "creation_timestamp_ms": .integer(model.creationTime),
            "last_updated_timestamp_ms": .integer(model.lastUpdateTime),
            "artifact_uri": .string(model.artifactURI.string), "status": .string(model.status.name),
            "model_type": .string(model.modelType.string), "source_run_id": .string(model.sourceRunID.string),
        ]
        add(model.tags.map(pair), as: "tags", to: &info)
        var data = JSONObject()
        add(model.params.map(pair), as: "params", to: &data)
        add(model.metrics.map(metric), as: "metrics", to: &data)
        return ["info": .object(info), "data": .object(data)]
    }

    package static func datasetSummary(_ summary: DatasetSummary) -> JSONValue {
        var object: JSONObject = [
            "experiment_id": .string(String(summary.experimentID)), "name": .string(summary.name.string),
            "digest": .string(summary.digest.string),
        ]
        if let context = summary.context { object["context"] = .string(context.string) }
        return .object(object)
    }

    package static func artifact(_ entry: ArtifactEntry) -> JSONValue {
        var object: JSONObject = ["path": .string(entry.path.string), "is_dir": .bool(entry.isFolder)]
        if let size = entry.size, size != 0 { object["file_size"] = .integer(size) }
        return .object(object)
    }

    /// A list and the token of the next page, both left out when there is nothing.
    package static func list(_ name: String, _ items: [JSONValue], next: Text? = nil) -> JSONValue {
        var object = JSONObject()
        add(items, as: name, to: &object)
        if let next { object["next_page_token"] = .string(next.string) }
        return .object(object)
    }

    /// JSON has no NaN: it is written as the text protobuf uses.
    static func number(_ value: Double) -> JSONValue { value.isNaN ? "NaN" : .number(value) }

    private static func pair(_ pair: KeyValue) -> JSONValue {
        ["key": .string(pair.key.string), "value": .string(pair.value.string)]
    }

    private static func datasetInput(_ input: DatasetInput) -> JSONValue {
        var dataset: JSONObject = [
            "name": .string(input.dataset.name.string), "digest": .string(input.dataset.digest.string),
            "source_type": .string(input.dataset.sourceType.string), "source": .string(input.dataset.source.string),
        ]
        if let schema = input.dataset.schema { dataset["schema"] = .string(schema.string) }
        if let profile = input.dataset.profile { dataset["profile"] = .string(profile.string) }
        var object = JSONObject()
        add(input.tags.map(pair), as: "tags", to: &object)
        object["dataset"] = .object(dataset)
        return .object(object)
    }

    private static func add(_ items: [JSONValue], as name: String, to object: inout JSONObject) {
        if !items.isEmpty { object[name] = .array(items) }
    }
}
