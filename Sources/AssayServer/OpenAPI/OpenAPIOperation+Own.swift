import AssayTerms

extension OpenAPIOperation {
    /// Of our own routes, by method and path below `/api/assay/v1`. A route without an entry fails `test_openapi.py`, and so does
    /// an entry without a route.
    static let own: [Text: OpenAPIOperation] = people.merging(rights) { $1 }.merging(governance) { $1 }.merging(log) { $1 }
        .merging(transfers) { $1 }.merging(dossier) { $1 }.merging(alerts) { $1 }
        .merging(transfers) { $1 }.merging(dossier) { $1 }.merging(rollouts) { $1 }
        .merging(training) { $1 }

    private static let people: [Text: OpenAPIOperation] = [
        "POST /users": .init(
            "Make an account; its first token is shown once.",
            body: ["name:string!", "kind:string", "roles:string[]", "password:string", "token_days:integer"]),
        "GET /users": .init("List the accounts."),
        "GET /users/me": .init("Say who asks."),
        "PATCH /users/{name}": .init("Give an account other roles, or put it out of use.", body: ["roles:string[]", "disabled:boolean"]),
        "PUT /users/{name}/password": .init(
            "Set a password: one's own with the old one, or somebody's by an administrator.",
            body: ["password:string!", "old_password:string"]),
        "POST /tokens": .init(
            "Make a token; it is shown once.",
            body: ["user:string", "label:string", "days:integer", "verbs:string[]", "elevated:boolean"]),
        "POST /tokens/replacement": .init("Put a token of one's own in the place of one that somebody else made."),
        "GET /tokens": .init("List one's tokens, or everybody's.", query: ["all:boolean"]),
        "DELETE /tokens/{id}": .init("Revoke a token."),
    ]

    private static let rights: [Text: OpenAPIOperation] = [
        "GET /roles": .init("List the roles."),
        "GET /roles/{role}": .init("Show a role's grants."),
        "POST /roles": .init("Make a role.", body: ["role:string!", "title:string", "grants:object[]!"]),
        "PUT /roles/{role}": .init("Give a role other grants.", body: ["title:string", "grants:object[]!"]),
        "DELETE /roles/{role}": .init("Delete a role that nobody holds."),
        "POST /bindings": .init("Give somebody a role.", body: ["role:string!", "user:string!"]),
        "DELETE /bindings/{role}/{user}": .init("Take a role away."),
        "GET /proposals": .init("List the changes that wait for a second person."),
        "POST /proposals/{id}/confirmation": .init("Make a change that somebody else proposed."),
        "DELETE /proposals/{id}": .init("Withdraw or refuse a proposal."),
        "GET /dataset-classes": .init("List the classes of data sets."),
        "PUT /dataset-classes/{name}": .init("Say what class a data set is of.", body: ["class:string!"]),
        "DELETE /dataset-classes/{name}": .init("Take a data set's class away."),
        "GET /access": .init(
            "Who read and changed what.",
            query: [
                "run:string", "model:string", "dataset:string", "user:string", "since:integer", "until:integer",
                "max_results:integer",
            ]),
        "GET /access/retention": .init("For how long the access log is kept."),
        "PUT /access/retention": .init("Say for how many days the access log is kept.", body: ["days:integer"]),
    ]

    private static let governance: [Text: OpenAPIOperation] = [
        "POST /policies": .init("Publish a policy.", body: ["policy:string!"]),
        "POST /policies/impact": .init(
            "Say what publishing a policy would mean for the versions that hold places now.", body: ["policy:string!"]),
        "GET /policies": .init("List the published policies."),
        "GET /policies/{name}/{version}": .init("Show a published policy with its text."),
        "POST /requests": .init("Ask for a promotion.", body: ["model:string!", "version:integer!", "target:object!"]),
        "GET /requests": .init("List promotion requests.", query: ["state:string", "model:string", "max_results:integer"]),
        "GET /requests/{id}": .init("Show a promotion request."),
        "POST /approvals": .init("Approve a promotion.", body: ["request:string!", "seen:string", "comment:string", "conditions:object[]"]),
        "POST /comments": .init("Say something about a promotion request.", body: ["request:string!", "text:string!"]),
        "POST /objections": .init(
            "Say no to a promotion request as it stands.", body: ["request:string!", "seen:string", "reason:string!"]),
        "POST /objections/withdrawal": .init("Take back one's objections to a request.", body: ["request:string!"]),
        "GET /conditions": .init("List what approvals of a model asked for.", query: ["model:string"]),
        "POST /conditions/fulfilment": .init(
            "Find a condition of an approval met.", body: ["condition:string!", "model:string!", "comment:string"]),
        "GET /delegations": .init("List who approves in whose stead."),
        "POST /delegations": .init(
            "Let somebody approve in one's stead.", body: ["role:string!", "to:string!", "until_ms:integer!", "reason:string!"]),
        "DELETE /delegations/{id}": .init("End a delegation."),
        "POST /adoptions": .init(
            "Answer for a version that nobody named made.", body: ["model:string!", "version:integer!", "comment:string"]),
        "GET /evidence": .init("The evidence about a version.", query: ["model:string!", "version:integer!"]),
        "POST /evidence/{model}/{version}": .init("Give evidence that an evaluator signed, or a run of its workflow states.", body: ["envelope:object"]),
        "POST /classifications": .init(
            "Say what a model is used for: by answers to the questionnaire, or by a purpose that nobody classified yet.",
            body: ["model:string!", "answers:string", "purpose:string"]),
        "GET /classifications": .init("How models are classified, or how one was.", query: ["model:string"]),
        "GET /questionnaire": .init("What is asked about the use of a model."),
        "POST /questionnaires": .init("Publish a questionnaire of the organisation's own.", body: ["questionnaire:string!"]),
        "GET /questionnaires": .init("List the published questionnaires."),
        "GET /evaluators": .init("List the evaluators."),
        "POST /evaluators": .init(
            "Register an evaluator: a key, or the runs of a workflow.", body: ["name:string!", "key:string", "workflow:object", "user:string"]),
        "DELETE /evaluators/{name}": .init("Remove an evaluator for good."),
        "GET /jobs/{id}": .init("How far a job of evidence is."),
        "GET /monitors": .init("What signed plans watch of served models, each monitor with its newest result.", query: ["model:string"]),
        "GET /monitors/results": .init("What a model's monitors said, window by window.", query: ["model:string!", "monitor:string"]),
        "POST /monitors/run": .init("Look at all monitors once, now.", body: ["model:string"]),
        "POST /monitors/backtest": .init(
            "What a plan would have said of the recorded history; nothing is kept. It may be about few people, as reading rows is.",
            body: ["model:string!", "plan:string!"]),
        "POST /predictions": .init("Hand in a segment of prediction records, as gateways write them."),
        "POST /predictions/labels": .init("Hand in labels that became known later, as assay labels writes them."),
        "GET /predictions": .init(
            "The segments of a model's prediction records, or of labels for them.",
            query: ["model:string!", "kind:string", "version:integer", "since:integer", "until:integer", "after:integer"]),
        "GET /predictions/segments/{id}": .init("The rows of a segment, in the form they were handed in.", query: ["model:string!"]),
        "POST /predictions/erasure": .init(
            "Erase recorded rows by id, reference, or the values of a recorded column.",
            body: ["model:string!", "ids:string[]", "references:string[]", "column:string", "values:string[]"]),
        "GET /predictions/retention": .init("For how many days a model's prediction records are kept.", query: ["model:string!"]),
        "POST /predictions/retention": .init("Say for how many days a model's prediction records are kept.", body: ["model:string!", "days:integer"]),
        "GET /deployments": .init("The versions that hold places by the gate's leave, and the rollouts that run: what gateways serve."),
        "GET /statements": .init("The statements about a version.", query: ["model:string!", "version:integer!"]),
        "GET /statements/key": .init("The key that signs statements."),
        "GET /statements/{model}/{version}": .init("A version's deployment statement."),
        "GET /models/{name}/history": .init("A model's entries in the log, or how it stood at a time.", query: ["as_of:string"]),
        "GET /models/{name}/versions/{version}/coverage": .init(
            "What of a framework's controls is covered for a version.",
            query: ["framework:string!", "as_of:string", "role:string[]", "class:string[]"]),
        "GET /models/{name}/versions/{version}/card": .init("A version's model card, with what it misses."),
        "GET /models/{name}/versions/{version}/inventory": .init("A version's artefacts in eight groups, present or missing."),
        "GET /runs/{id}/seals": .init("A run's seals, held against its rows."),
        "GET /webhooks": .init("List webhooks.", query: ["max_results:integer", "page_token:string"]),
        "POST /webhooks": .init(
            "Make a webhook.",
            body: ["name:string!", "url:string!", "events:object[]!", "description:string", "secret:string", "status:string"]),
        "GET /webhooks/{webhook_id}": .init("Show a webhook."),
        "PATCH /webhooks/{webhook_id}": .init(
            "Change a webhook.",
            body: ["name:string", "url:string", "events:object[]", "description:string", "secret:string", "status:string"]),
        "DELETE /webhooks/{webhook_id}": .init("Delete a webhook."),
        "POST /webhooks/{webhook_id}/test": .init("Send a webhook an example.", body: ["event:object"]),
        "GET /webhooks/{webhook_id}/deliveries": .init("A webhook's attempts.", query: ["max_results:integer", "page_token:string"]),
    ]

    private static let log: [Text: OpenAPIOperation] = [
        "GET /log/checkpoint": .init("The newest signed checkpoint."),
        "GET /log/checkpoints": .init("Checkpoints, newest last."),
        "GET /log/tile/{path...}": .init("A tile or an entry bundle, as C2SP tlog-tiles has it."),
        "GET /log/vkey": .init("The key that verifies checkpoints."),
        "GET /log/vkeys": .init("The present key and those before it."),
        "GET /log/proof": .init("A proof that an entry is in the log.", query: ["entry:string", "index:integer"]),
        "GET /log/consistency": .init("A proof that the log extends an earlier tree.", query: ["from:integer!"]),
        "GET /log/entries": .init("Entries with their payloads.", query: ["after:integer", "limit:integer"]),
        "GET /log/as-of": .init("The governed state at a time.", query: ["time:string!"]),
        "POST /log/exports": .init("Begin an export of a period.", body: ["start:integer", "end:integer"]),
        "GET /log/exports/payloads": .init("Payloads of a period.", query: ["start:integer!", "end:integer!", "after:integer"]),
        "GET /log/exports/documents": .init("Evidence and decisions of a period.", query: ["start:integer!", "end:integer!"]),
        "POST /log/erasures": .init("Destroy payloads.", body: ["reason:string!", "entry:string", "user:string"]),
    ]

    private static let transfers: [Text: OpenAPIOperation] = [
        "GET /openapi.json": .init("This document."),
        "GET /downloads": .init("A file, by a key in place of credentials.", query: ["key:string!"]),
        "PUT /uploads/{upload}/parts/{number}": .init("A part of an upload, by a key in place of credentials.", query: ["key:string!"]),
    ]
}
