package import AssayTerms

package struct CreateRunRequest: Sendable {
    package let experimentID: Int64
    package let userID: Text
    /// Empty when the server chooses.
    package let name: Text
    package let startTime: Int64
    package let tags: [KeyValue]

    package init(_ fields: RequestFields) throws(AssayError) {
        let id = try fields.text("experiment_id") ?? ""
        experimentID = id.isEmpty ? Experiment.defaultID : try TrackingRules.experimentID(id)
        startTime = try fields.integer("start_time") ?? 0
        let name = try fields.text("run_name") ?? ""
        userID = try fields.text("user_id") ?? ""
        // An empty name is none: the server chooses then.
        tags = try fields.pairs("tags").filter { $0.key != RunName.tag || !$0.value.isEmpty }
        let tagged = tags.last { $0.key == RunName.tag }?.value ?? ""
        guard name.isEmpty || tagged.isEmpty || name == tagged else {
            throw AssayError(
                .invalidArgument,
                "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='\(name)', mlflow.runName='\(tagged)').")
        }
        self.name = name.isEmpty ? tagged : name
    }
}
