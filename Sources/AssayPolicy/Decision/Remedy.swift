import AssayTerms

/// Commands that meet a requirement, as one can paste them.
enum Remedy {
    static func promote(_ facts: GateFacts) -> String { command("promote", facts, version: facts.version.string) }

    static func promoteNext(_ facts: GateFacts) -> String { command("promote", facts, version: "VERSION") }

    static func approve(_ facts: GateFacts) -> String { command("approve", facts, version: facts.version.string) }

    static func withdrawObjection(_ facts: GateFacts) -> String {
        command("object", facts, version: facts.version.string) + " --withdraw"
    }

    static func meetCondition(_ id: Text, _ facts: GateFacts) -> String {
        "assay model conditions \(ShellText.quoted(facts.model.string)) --met \(ShellText.quoted(id.string))"
    }

    static func adopt(_ facts: GateFacts) -> String {
        "assay model adopt \(ShellText.quoted(facts.model.string)) \(ShellText.quoted(facts.version.string))"
    }

    static func computeEvidence(_ facts: GateFacts, policy: Policy, for check: PolicyCheck) -> String {
        if check.id == ExternalCheck.descriptor.id {
            let name = ShellText.quoted("\(check.options["name"] ?? "NAME")=COMMAND")
            return "an evaluator hands it in: assay check POLICY.yaml --external \(name) --push \(ShellText.quoted("\(facts.model)/\(facts.version)"))"
        }
        guard policy.data?.predictions == .fromModel else {
            return
                "give evidence this policy accepts (\(policy.accept.map(\.rawValue).joined(separator: ", "))), then: \(promote(facts))"
        }
        switch policy.data?.dataset {
        case .logged(let path):
            return
                "log the evaluation table with the model, mlflow.log_table(df, \"\(path)\"), register again, then: \(promoteNext(facts))"
        case .pinned, nil:
            return "ask again, which computes what is missing: \(promote(facts)) --wait"
        }
    }

    static func complete(_ facts: GateFacts) -> String {
        "see what fills each field: assay card \(ShellText.quoted(facts.model.string)) \(ShellText.quoted(facts.version.string))"
    }

    /// For whoever runs the server: nobody else can put a database right.
    static let record = "whoever runs the server stops it, lists what differs with: assay audit verify --data-dir DIR, and puts it back"

    private static func command(_ verb: String, _ facts: GateFacts, version: String) -> String {
        "assay model \(verb) \(ShellText.quoted(facts.model.string)) \(ShellText.quoted(version)) \(facts.target.option)"
    }
}
