import ArgumentParser
import AssayJSON
import AssayTerms

/// `assay training trigger`: says that code or data changed.
struct TrainingTriggerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trigger", abstract: "Say that there is a commit, or a version of a data set: from CI, or from whatever makes data.",
        discussion: """
            Begins the pipelines whose triggers name it, once for each commit or digest, within their bounds. Needs the permission 'request' on \
            their models, as a start by hand does.

              assay training trigger --commit "$GITHUB_SHA" --repository "$GITHUB_REPOSITORY" --branch main
              assay training trigger --data loan-rows --digest "$(sha256sum rows.csv | cut -d' ' -f1)"
            """)

    @Option(help: "The commit, 7 to 64 hexadecimal digits.")
    var commit: String?

    @Option(help: "Of a commit: OWNER/NAME.")
    var repository: String?

    @Option(help: "Of a commit: its branch.")
    var branch = "main"

    @Option(help: "The data set's name.")
    var data: String?

    @Option(help: "Of a data set: what tells its versions apart.")
    var digest: String?

    @OptionGroup var options: ServerOptions

    func validate() throws {
        guard (commit == nil) != (data == nil) else { throw ValidationError("Say either --commit or --data.") }
        if commit != nil, repository == nil { throw ValidationError("--commit needs --repository OWNER/NAME.") }
        if data != nil, digest == nil { throw ValidationError("--data needs --digest.") }
    }

    func run() async throws {
        var body: JSONObject = [:]
        if let commit, let repository {
            body = ["commit": .string(commit), "repository": .string(repository), "branch": .string(branch)]
        } else if let data, let digest {
            body = ["data": .string(data), "digest": .string(digest)]
        }
        let asked = JSONValue.object(body)
        let answer = try await options.withClient { try await $0.post(ServerPath.trainingSignals, asked) }
        let runs = answer["training"]?.array ?? []
        let words = runs.isEmpty ? "Nothing waits for it, or it is known already.\n" : runs.map(TrainingCommand.line).joined()
        try StandardOutput.write(Array(words.utf8))
    }
}
