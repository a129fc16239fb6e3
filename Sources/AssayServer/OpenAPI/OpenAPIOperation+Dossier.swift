import AssayTerms

extension OpenAPIOperation {
    /// Of what people state by name about models, data sets and the organisation.
    static let dossier: [Text: OpenAPIOperation] = records.merging(findings) { $1 }.merging(waivers) { $1 }

    private static let listFields: [Field] = [
        "model:string", "version:integer", "dataset:string", "type:string", "in_force:boolean", "max_results:integer",
    ]
    private static let addressFields: [Field] = ["model:string", "version:integer", "dataset:string"]

    private static let records: [Text: OpenAPIOperation] = [
        "POST /records": .init(
            "Sign a record of what only people can supply.",
            body: ["type:string!", "title:string!"] + addressFields + [
                "text:string", "valid_from:string", "valid_until:string", "file_name:string", "file_sha256:string", "supersedes:string",
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
