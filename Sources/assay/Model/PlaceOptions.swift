import ArgumentParser
import AssayJSON

/// The place a version is to take: a stage, an alias, its registration or its model's retirement; one of them.
struct PlaceOptions: ParsableArguments {
    @Option(help: "The stage, for example Production.")
    var stage: String?

    @Option(help: "The alias, for example champion.")
    var alias: String?

    @Flag(help: "Being registered, where a policy gates that.")
    var registration = false

    @Flag(help: "The model's retirement, where a policy gates that; its newest version speaks for it.")
    var retirement = false

    func validate() throws {
        guard [stage != nil, alias != nil, registration, retirement].count(where: \.self) == 1 else {
            throw ValidationError("Name one place: --stage Production, --alias champion, --registration or --retirement.")
        }
    }

    var json: JSONValue {
        if let stage { return ["stage": .string(stage)] }
        if let alias { return ["alias": .string(alias)] }
        return .string(text)
    }

    var text: String {
        if let stage { return "stage \(stage)" }
        if let alias { return "alias \(alias)" }
        return registration ? "registration" : "retirement"
    }

    /// What taking the place is called in requests.
    var action: String { registration ? "register" : retirement ? "retire" : "promote" }
}
