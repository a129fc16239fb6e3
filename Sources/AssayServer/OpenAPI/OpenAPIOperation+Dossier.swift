import AssayTerms

extension OpenAPIOperation {
    /// Of what people state by name about models, data sets and the organisation.
    static let dossier: [Text: OpenAPIOperation] = records.merging(findings) { $1 }.merging(waivers) { $1 }.merging(risks) { $1 }
        .merging(incidents) { $1 }.merging(lifeCycle) { $1 }

    private static let listFields: [Field] = [
        "model:string", "version:integer", "dataset:string", "type:string", "in_force:boolean", "max_results:integer",
    ]
    private static let addressFields: [Field] = ["model:string", "version:integer", "dataset:string"]

    private static let records: [Text: OpenAPIOperation] = [
        "POST /records": .init(
            "Sign a record of what only people can supply.",
            body: ["type:string!", "title:string!"] + addressFields + [
                "text:string", "valid_from:string", "valid_until:string", "file_name:string", "file_sha256:string", "supersedes:string",
                "controls:string[]",
            ]),
        "GET /records": .init("List signed records.", query: listFields),
        "GET /record-types": .init("The types of records, with the evidence each serves."),
        "GET /records/{id}": .init("Show a record with its history."),
        "POST /records/{id}/withdrawal": .init("Withdraw a record; it stays and counts no more.", body: ["reason:string!"]),
        "PUT /records/{id}/file": .init("Hand in the file that a record names by its digest."),
        "GET /records/{id}/file": .init("The file of a record."),
    ]

    private static let findings: [Text: OpenAPIOperation] = [
        "POST /findings": .init(
            "Open a finding about a model or a version.",
            body: [
                "model:string!", "version:integer", "title:string!", "severity:string!", "due:string!", "owner:string!", "text:string",
                "evidence:string",
            ]),
        "GET /findings": .init("List findings.", query: listFields),
        "GET /findings/{id}": .init("Show a finding with its history."),
        "POST /findings/{id}/closure": .init(
            "Close a finding: by somebody who has not to mend it.", body: ["reason:string!", "resolution:string!"]),
    ]

    private static let risks: [Text: OpenAPIOperation] = [
        "GET /models/{name}/risk-evaluation": .init("A model's risk evaluation, section by section."),
        "PUT /models/{name}/risk-evaluation/sections/{section}": .init(
            "Fill in fields of one section of a model's risk evaluation; the fields are the section's own."),
        "POST /models/{name}/risk-evaluation/sign-offs": .init(
            "Sign a model's risk evaluation for a group of stakeholders.", body: ["group:string!", "statement:string!"]),
        "POST /risks": .init("Put a risk into the register.", body: ["model:string!", "version:integer"] + riskFields(isRequired: true)),
        "GET /risks": .init("List risks.", query: listFields),
        "GET /risks/{id}": .init("Show a risk with its history."),
        "PATCH /risks/{id}": .init("Change fields of a risk; an acceptance ends.", body: riskFields(isRequired: false)),
        "POST /risks/{id}/acceptance": .init("Accept what is left of a risk above its appetite.", body: ["reason:string!"]),
        "POST /risks/{id}/closure": .init("Close a risk that is none any more.", body: ["reason:string!"]),
        "POST /decisions": .init(
            "Record a design decision.",
            body: [
                "model:string!", "version:integer", "topic:string!", "title:string!", "reasons:string!", "alternatives:string[]",
                "consequences:string", "evidence:string", "supersedes:string",
            ]),
        "GET /decisions": .init("List design decisions.", query: listFields),
        "GET /decisions/{id}": .init("Show a design decision with its history."),
    ]

    private static func riskFields(isRequired: Bool) -> [Field] {
        let mark = isRequired ? "!" : ""
        return [
            "title:string", "category:string", "likelihood:integer", "impact:integer", "appetite:integer", "treatment:string",
            "owner:string", "review:string",
        ].map { Field(stringLiteral: $0 + mark) } + [
            "residual_likelihood:integer", "residual_impact:integer", "text:string", "mitigation:string", "cost_benefit:string",
        ]
    }

    private static let incidents: [Text: OpenAPIOperation] = [
        "POST /incidents": .init(
            "Record an incident; its clocks run from when the organisation became aware.",
            body: ["title:string!", "severity:string!", "aware:string!", "owner:string!"] + addressFields + [
                "clocks:string[]", "escalate_to:string", "occurred:string", "text:string",
            ]),
        "GET /incidents": .init("List incidents with their clocks.", query: listFields + ["at:string"]),
        "GET /incidents/{id}": .init("Show an incident with its clocks and history.", query: ["at:string"]),
        "POST /incidents/{id}/reports": .init(
            "Record what was filed, or that nothing has to be.",
            body: ["clock:string!", "outcome:string!", "text:string!", "filed:string", "reference:string"]),
        "POST /incidents/{id}/closure": .init("Close an incident.", body: ["corrective_action:string!"]),
        "GET /reporting-clocks": .init("The clocks that incidents may start, with the law that each is a reading of."),
    ]

    private static let lifeCycle: [Text: OpenAPIOperation] = [
        "POST /models/{name}/validations": .init(
            "Record that a model was validated.", body: ["opinion:string!", "next:string", "evidence:string"]),
        "POST /models/{name}/triggers": .init(
            "Record that something asks for a validation before its time.", body: ["trigger:string!", "text:string!"]),
        "GET /validations": .init("List validations and what asked for them.", query: listFields),
        "GET /validations/due": .init("Which models are to be validated anew, and why.", query: ["model:string", "at:string"]),
        "POST /models/{name}/holds": .init("Put a model under a legal hold.", body: ["reason:string!"]),
        "GET /holds": .init("List legal holds.", query: listFields),
        "POST /holds/{id}/release": .init("Release a legal hold.", body: ["reason:string!"]),
        "POST /models/{name}/retirement": .init(
            "Retire a model that is in use nowhere.", body: ["reason:string!", "rules:string[]", "personal_limits:object[]"]),
        "POST /models/{name}/reinstatement": .init("Put a retired model back into use.", body: ["reason:string!"]),
        "POST /models/{name}/rollback": .init(
            "Go back to a version that held a place before, at once; a finding has it reviewed after.",
            body: ["version:integer", "target:object!", "reason:string!"]),
        "GET /retirements": .init("List retirements with their tombstones.", query: listFields),
        "GET /retention-rules": .init("The retention rules, with the law that each is a reading of."),
    ]

    private static let waivers: [Text: OpenAPIOperation] = [
        "POST /waivers": .init(
            "Propose to go without one check of a policy, for one version and a time.",
            body: [
                "model:string!", "version:integer!", "policy:string!", "check:string!", "reason:string!",
                "compensating_control:string!", "until:string!",
            ]),
        "GET /waivers": .init("List waivers.", query: listFields),
        "GET /waivers/{id}": .init("Show a waiver with its history."),
        "POST /waivers/{id}/confirmation": .init("Grant a waiver that somebody else proposed."),
        "POST /waivers/{id}/revocation": .init("Revoke a waiver.", body: ["reason:string!"]),
    ]
}
