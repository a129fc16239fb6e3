package import AssayTerms

/// The eight kinds of artefacts a version can have beside it. Every file belongs to exactly one.
package enum ArtefactGroup: String, Sendable, CaseIterable {
    case modelFiles = "model files"
    case trainingScripts = "training scripts"
    case evaluation
    case data
    case configuration
    case documentation
    case deployment
    case monitoring

    /// By folder first, then by name, then by what the name ends in; the model's own files are what is left of them.
    ///
    /// - Parameters:
    ///   - path: below the model's folder or the run's.
    ///   - isModel: whether the file is of the model and not beside it.
    /// - Returns: `nil` for a file beside the model that nothing tells anything about.
    package init?(of path: Text, isModel: Bool) {
        let parts = path.string.lowercased().split(separator: "/").map(String.init)
        guard let name = parts.last else { return nil }
        let folders = Set(parts.dropLast())
        func isIn(_ names: String...) -> Bool { !folders.isDisjoint(with: names) }
        func begins(_ prefixes: String...) -> Bool { prefixes.contains { name.hasPrefix($0) } }
        func ends(_ suffixes: String...) -> Bool { suffixes.contains { name.hasSuffix($0) } }
        if isIn("monitoring", "monitor", "drift") || begins("monitor", "drift", "alert") {
            self = .monitoring
        } else if isIn("deploy", "deployment", "serving", "k8s", "helm") || begins("dockerfile", "docker-compose", "deploy", "serve") {
            self = .deployment
        } else if isIn("eval", "evaluation", "metrics", "reports") || begins("eval", "metrics", "confusion_matrix", "roc_curve") {
            self = .evaluation
        } else if isIn("docs", "doc", "documentation") || begins("readme", "model_card", "modelcard", "license", "changelog")
            || ends(".md", ".rst", ".pdf", ".txt") && !begins("requirements")
        {
            self = .documentation
        } else if ends(".py", ".ipynb", ".r", ".jl", ".sh", ".scala") {
            self = .trainingScripts
        } else if isIn("data", "datasets") || ends(".parquet", ".csv", ".arrow", ".feather", ".jsonl") || begins("input_example") {
            self = .data
        } else if ends(".yaml", ".yml", ".toml", ".ini", ".cfg", ".lock") || begins("requirements") || name == "mlmodel"
            || ends(".json") && !isModel || isIn("config", "conf")
        {
            self = .configuration
        } else if isModel {
            self = .modelFiles
        } else {
            return nil
        }
    }
}
