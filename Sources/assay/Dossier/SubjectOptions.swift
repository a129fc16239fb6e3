import ArgumentParser
import AssayJSON

/// What a paper of a dossier is about.
struct SubjectOptions: ParsableArguments {
    @Option(help: "A registered model's name.")
    var model: String?

    @Option(help: "The number of one of its versions.")
    var version: Int?

    @Option(help: "A data set's name.")
    var dataset: String?

    func validate() throws {
        guard version == nil || model != nil else { throw ValidationError("Name the --model of the --version.") }
        guard model == nil || dataset == nil else { throw ValidationError("Name a --model or a --dataset, not both.") }
    }

    /// As a body says it.
    var members: JSONObject {
        var members: JSONObject = [:]
        members["model"] = model.map { .string($0) }
        members["version"] = version.map { .integer(Int64($0)) }
        members["dataset"] = dataset.map { .string($0) }
        return members
    }

    /// As a query says it.
    ///
    /// - Parameter all: whether papers that are not in force are asked for too.
    func query(all: Bool) -> [(String, String)] {
        let named: [(String, String?)] = [
            ("model", model), ("version", version.map(String.init)), ("dataset", dataset), ("in_force", all ? nil : "true"),
        ]
        return named.compactMap { name, value in value.map { (name, $0) } }
    }
}
