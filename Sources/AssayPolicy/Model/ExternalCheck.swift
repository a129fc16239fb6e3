package import AssayTerms

/// Checks that a program or an address outside of Assay answers: `{id: external.result, name: licences, max: 0}`.
///
/// The command line runs it (`assay check --external NAME=COMMAND`), and what it says is evidence like any other: bound to the model, the
/// data and the policy, and at the registry never more than an evaluator's word. The server itself runs nothing of a policy's.
package enum ExternalCheck {
    package static let prefix = "external."

    /// What it answers with: `{"value": 3}`, `{"passed": true}`, or `{"undefined": "why there is no value"}`.
    package static let descriptor = CheckDescriptor(
        id: "external.result", convention: .assay, direction: .none, kind: .whole, needs: [],
        options: [CheckOption("name", .text, standard: nil)],
        sentence: "What a program outside of Assay answered, by its own word: a number, or 1 for yes and 0 for no.",
        source: "the program that the name stands for where the check was run")
}
