import ArgumentParser
import AssayCanonical
import AssayForeign
import AssayJSON
import AssayPolicy
import AssayTerms
import Foundation

/// Programs and addresses that answer a policy's external checks.
struct ExternalArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Who answers an external check of the policy: a command for sh, or an address that takes a POST.",
            discussion: """
                It is given JSON that names the policy, the model and the data with their digests, and answers {"value": NUMBER}, \
                {"passed": true} or {"undefined": "why"}. A command runs with this program's rights and environment, but for ASSAY_TOKEN, \
                ASSAY_EVALUATOR_KEY and MLFLOW_TRACKING_*.
                """, valueName: "name=command"))
    var external: [String] = []

    @Option(help: ArgumentHelp("How long each of them may take.", valueName: "seconds"))
    var externalSeconds = 60

    func validate() throws {
        guard (1...86_400).contains(externalSeconds) else {
            throw ValidationError("--external-seconds is \(externalSeconds); it is a number from 1 to 86400.")
        }
    }

    /// - Throws: `invalidArgument` for what is not NAME=COMMAND, for a name given twice, for one that the policy does not ask for and
    ///   for one that it asks for and nobody answers.
    func answerers(for policy: Policy) throws(AssayError) -> [ExternalAnswerer] {
        var given: [Text: String] = [:]
        for text in external {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex, text.index(after: equals) < text.endIndex else {
                throw AssayError(.invalidArgument, "--external is NAME=COMMAND, not '\(text)'.")
            }
            let name = Text(String(text[..<equals]))
            guard given.updateValue(String(text[text.index(after: equals)...]), forKey: name) == nil else {
                throw AssayError(.invalidArgument, "--external names \(name) twice.")
            }
        }
        let asked = policy.checks.filter { $0.id == ExternalCheck.descriptor.id }.compactMap { $0.options["name"] }
        for name in given.keys.sorted() where !asked.contains(name) {
            throw AssayError(.invalidArgument, "The policy \(policy.title) has no external check '\(name)'; leave it out of --external.")
        }
        var answerers: [ExternalAnswerer] = []
        for name in asked where !answerers.contains(where: { $0.name == name }) {
            guard let how = given[name] else {
                throw AssayError(
                    .invalidArgument, "The policy \(policy.title) asks an external check '\(name)': say who answers it with --external \(name)=COMMAND.")
            }
            answerers.append(ExternalAnswerer(name: name, how: how, seconds: externalSeconds))
        }
        return answerers
    }
}
