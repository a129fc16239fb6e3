package import AssayTerms

package struct LogInputsRequest: Sendable {
    package let runID: Text
    package let datasets: [DatasetInput]
    package let models: [Text]

    package init(_ fields: RequestFields) throws(AssayError) {
        runID = try fields.runID(orUUID: false)
        var datasets: [DatasetInput] = []
        for input in try fields.objects("datasets") { datasets.append(try DatasetInput(input)) }
        var models: [Text] = []
        for model in try fields.objects("models") { models.append(try model.requiredText("model_id")) }
        try TrackingRules.checkRunID(runID)
        self.datasets = datasets
        self.models = models
    }
}

extension DatasetInput {
    init(_ fields: RequestFields) throws(AssayError) {
        guard let described = try fields.object("dataset") else {
            throw AssayError(.invalidArgument, "Dataset cannot be None")
        }
        let dataset = Dataset(
            name: try described.requiredText("name"), digest: try described.requiredText("digest"),
            sourceType: try described.text("source_type") ?? "", source: try described.text("source") ?? "",
            schema: try described.text("schema"), profile: try described.text("profile"))
        try TrackingRules.checkLength("name", dataset.name, limit: 500)
        try TrackingRules.checkLength("digest", dataset.digest, limit: 36)
        try TrackingRules.checkLength("source", dataset.source, limit: 65_535)
        try TrackingRules.checkLength("schema", dataset.schema ?? "", limit: 1_048_575)
        try TrackingRules.checkLength("profile", dataset.profile ?? "", limit: 16_777_215)
        let tags = try fields.pairs("tags")
        for tag in tags {
            try TrackingRules.checkLength("key", tag.key, limit: 255)
            try TrackingRules.checkLength("value", tag.value, limit: 500)
        }
        self.init(dataset: dataset, tags: tags)
    }
}
