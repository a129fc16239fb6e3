import AssayTerms

/// Prompts, which clients keep as registered models: a text in the tags of a version that has no files.
extension NewModelVersion {
    private static let tag: Text = "mlflow.prompt.is_prompt"
    /// What clients write where a model has its source.
    private static let sources: [Text] = ["dummy-source", "prompt-template"]

    /// Whether the request's tags say so; the last of several has the word, as when they are stored.
    var isPrompt: Bool { tags.last { $0.key == Self.tag }?.value.string.lowercased() == "true" }

    /// A prompt's version is never frozen, so no policy lets it pass where a model would stand.
    ///
    /// - Throws: `invalidArgument` if it names a source as a model would.
    func resolvedAsPrompt() throws(AssayError) -> ResolvedSource {
        guard Self.sources.contains(source) else {
            throw AssayError(
                .invalidArgument, "Invalid prompt source: '\(source)'. Prompt sources must use an MLflow placeholder.")
        }
        return ResolvedSource(
            source: source, runID: runID ?? "", loggedModelID: loggedModelID.flatMap { $0.isEmpty ? nil : $0 },
            files: .none(reason: "it is a prompt, which has no files"))
    }
}
