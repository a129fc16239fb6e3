import ArgumentParser
import AssayJSON

/// The place a version is to take: a stage or an alias, one of the two.
struct PlaceOptions: ParsableArguments {
    @Option(help: "The stage, for example Production.")
    var stage: String?

    @Option(help: "The alias, for example champion.")
    var alias: String?

    func validate() throws {
        guard (stage == nil) != (alias == nil) else {
            throw ValidationError("Name one place: --stage Production or --alias champion.")
        }
    }

    var json: JSONValue {
        if let stage { return ["stage": .string(stage)] }
        return ["alias": .string(alias ?? "")]
    }

    var text: String { stage.map { "stage \($0)" } ?? "alias \(alias ?? "")" }
}
