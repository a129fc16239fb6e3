import AssayTerms

extension OpenAPIOperation {
    /// Of versions that meet traffic before they take a place.
    static let rollouts: [Text: OpenAPIOperation] = [
        "POST /rollouts": .init("Begin a rollout: the document, or its text as 'rollout' of a JSON object.", body: ["rollout:string!"]),
        "GET /rollouts": .init(
            "List rollouts, the newest first.", query: ["model:string", "version:integer", "in_force:boolean", "max_results:integer"]),
        "GET /rollouts/{id}": .init("Show a rollout with what was counted, what its guards say, and its history."),
        "GET /rollouts/{id}/statement": .init("The signed statement by which a gateway serves the candidate of a rollout."),
        "POST /rollouts/{id}/stop": .init("End a rollout; requests go to the baseline.", body: ["reason:string!"]),
        "POST /rollouts/{id}/rollback": .init("End a rollout because its candidate is worse.", body: ["reason:string!"]),
        "POST /rollouts/{id}/promotion": .init("Let the candidate take its targets, through the gate."),
        "POST /rollouts/{id}/observations": .init(
            "Report what a gateway has counted since it started; a report that is sent again counts once.",
            body: ["gateway:string!", "sequence:integer!", "tallies:object!"]),
    ]
}
