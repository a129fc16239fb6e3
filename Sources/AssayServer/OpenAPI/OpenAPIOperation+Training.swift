import AssayTerms

extension OpenAPIOperation {
    /// Of continuous training.
    static let training: [Text: OpenAPIOperation] = [
        "POST /training/pipelines": .init("Put pipelines of continuous training into force.", body: ["pipelines:string!"]),
        "GET /training/pipelines": .init("The pipelines in force."),
        "GET /training": .init("List runs of pipelines, the newest first.", query: ["pipeline:string", "model:string", "max_results:integer"]),
        "POST /training": .init("Begin a pipeline by hand.", body: ["pipeline:string!", "model:string", "reason:string"]),
        "POST /training/signals": .init(
            "Say that there is a commit or a version of a data set, which begins the pipelines that wait for it.",
            body: ["repository:string", "branch:string", "commit:string", "data:string", "digest:string"]),
        "POST /training/push": .init("The push webhook of a repository, signed as GitHub signs it."),
        "GET /training/{id}": .init("Show a run of a pipeline: why it began and what came of it."),
        "POST /training/{id}/cancellation": .init("End a run of a pipeline.", body: ["reason:string"]),
        "POST /training/lease": .init("Take the oldest run that waits for a worker.", body: ["worker:string!", "pipelines:string[]"]),
        "POST /training/{id}/lease": .init("Say that a worker is still at it, and hear whether it should be.", body: ["lease:string!"]),
        "POST /training/{id}/result": .init(
            "Say what came of a run.",
            body: ["outcome:string!", "lease:string", "words:string", "exit_status:integer", "output:string"]),
    ]
}
