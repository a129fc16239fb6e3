package import AssayTerms

/// An organisation's pipelines of continuous training: the document `training/v1`.
package struct TrainingRules: Hashable, Sendable {
    package static let format = "training/v1"

    package var pipelines: [TrainingPipeline]

    package init(pipelines: [TrainingPipeline]) { self.pipelines = pipelines }

    package func pipeline(named name: Text) -> TrainingPipeline? { pipelines.first { $0.name == name } }
}
