import ArgumentParser
import AssayTerms

/// `assay rollout template`: a document to begin with.
struct RolloutTemplateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "template", abstract: "Print a rollout's document to begin with.")

    @Argument(help: "The registered model.")
    var model: String

    @Argument(help: "The version that is to meet traffic.")
    var version: Int

    @Option(help: ArgumentHelp("batch, real-time, shadow, canary, ab or flag.", valueName: "word"))
    var strategy = "canary"

    @Option(help: "A stage it would take; Production without any place.")
    var stage: String?

    @Option(help: "An alias it would take.")
    var alias: String?

    @Option(help: "The account of whoever answers for it; who begins it without it.")
    var owner: String?

    @Option(help: "Why, for people.")
    var rationale = "to be compared with the version in use"

    func validate() throws {
        guard RolloutStrategy(rawValue: strategy) != nil else {
            throw ValidationError("--strategy is one of \(RolloutStrategy.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        guard version > 0 else { throw ValidationError("VERSION is a version's number, from 1.") }
    }

    func run() throws {
        var places = [stage.map { "stage \($0)" }, alias.map { "alias \($0)" }].compactMap { $0 }
        if places.isEmpty { places = ["stage Production"] }
        let steps =
            switch RolloutStrategy(rawValue: strategy) {
            case .canary: "steps:\n  - {share: 1%, requests: 100, minutes: 10}\n  - {share: 10%, requests: 1000, minutes: 30}\n  - {share: 50%, requests: 1000, minutes: 60}\n"
            case .ab: "steps:\n  - {share: 50%, requests: 1000}\n"
            case .shadow: "steps:\n  - {share: 100%, requests: 1000}\n"
            // That at most one in twenty fails is shown by some 117 data sets without an error; whoever has fewer goes on unless the contrary is shown.
            case .batch: "steps:\n  - {share: 100%, requests: 10}    # data sets\nadvance: unless-worse    # not-worse waits until it is shown, by some 117 data sets without an error\n"
            default: ""
            }
        let agreement = strategy == RolloutStrategy.shadow.rawValue ? "  - {on: agreement, min: 0.9}\n" : ""
        // Whoever asks for a flag's candidate chose it, and real time and whole shares leave nothing to the baseline: nothing is compared there.
        let isAlone = [RolloutStrategy.realTime, .flag, .batch].contains(RolloutStrategy(rawValue: strategy))
        let errors = isAlone ? "  - {on: errors, max: 0.05}    # of the candidate's own \(strategy == RolloutStrategy.batch.rawValue ? "data sets" : "requests")\n" : "  - {on: errors, margin: 0.02}\n"
        let guards = "guards:\n\(errors)\(agreement)"
        let automatic = "automatic: [rollback]    # and promote, which goes through the gate\n"
        let text = """
            assay: rollout/v1
            model: \(Self.quoted(model))
            candidate: \(version)
            strategy: \(strategy)
            rationale: \(Self.quoted(rationale))
            \(owner.map { "owner: \(Self.quoted($0))\n" } ?? "")targets: [\(places.map(Self.quoted).joined(separator: ", "))]
            \(steps)\(guards)\(automatic)
            """
        try StandardOutput.write(Array(text.utf8))
    }

    /// As YAML reads any text.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
