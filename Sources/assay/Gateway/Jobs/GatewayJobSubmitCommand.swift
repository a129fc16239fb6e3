import ArgumentParser
import AssayJSON
import AssayTerms

/// `assay gateway-job submit`.
struct GatewayJobSubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Hand in a data set.",
        discussion: "CSV, Parquet, Arrow IPC (.arrow, .feather) or JSON Lines (.jsonl), by the file's ending. Prints the job's id; with --wait how it ended.")

    @OptionGroup var gateway: GatewayOptions

    @Argument(help: "The model.")
    var model: String

    @Argument(help: "The data set.")
    var data: String

    @Option(name: [.customLong("model-version")], help: ArgumentHelp("The version that scores it.", valueName: "number"))
    var number: Int?

    @Option(help: "The stage whose version scores it.")
    var stage: String?

    @Option(help: "The alias whose version scores it.")
    var alias: String?

    @Option(help: ArgumentHelp("The form of the result: csv, jsonl or parquet.", valueName: "form"))
    var resultFormat: GatewayJob.Form = .csv

    @Flag(help: "Explain each row.")
    var explanations = false

    @Option(help: "What prediction records call the job; unless given, its id.")
    var batch: String?

    @Flag(help: "Wait until the job has ended; the exit status is 1 where it did not succeed.")
    var wait = false

    func validate() throws {
        guard [number.map(String.init), stage, alias].compactMap(\.self).count <= 1 else {
            throw ValidationError("name one of --model-version, --stage and --alias, or none for the usual place")
        }
        guard (number ?? 1) > 0 else { throw ValidationError("--model-version is a number from 1.") }
    }

    func run() async throws {
        let place: [String] =
            if let number { ["versions", String(number)] } else if let stage { ["stages", stage] } else if let alias { ["aliases", alias] } else { [] }
        let type = try Self.type(of: data)
        try await gateway.withClient { client in
            var job = try await client.submit(
                data, type: type, to: ["models", model] + place + ["jobs"],
                query: [("format", resultFormat.rawValue)] + (explanations ? [("explanations", "yes")] : []), batch: batch)
            guard let id = job["id"]?.string else { throw AssayError(.unreadable, "the gateway did not answer with a job") }
            if wait {
                while GatewayJobText.hasNotEnded(job) {
                    try await Task.sleep(for: .seconds(1))
                    job = try await client.json("GET", ["jobs", id])
                }
                try GatewayJobText.write([job])
                if job["state"]?.string != GatewayJob.State.succeeded.rawValue { throw ExitCode(1) }
            } else {
                try StandardOutput.write(Array("\(id.printable)\n".utf8))
            }
        }
    }

    private static func type(of path: String) throws(AssayError) -> String {
        let types = [
            ".csv": "text/csv", ".parquet": "application/vnd.apache.parquet", ".arrow": "application/vnd.apache.arrow.file",
            ".feather": "application/vnd.apache.arrow.file", ".jsonl": "application/x-ndjson", ".ndjson": "application/x-ndjson",
        ]
        guard let type = types.first(where: { path.lowercased().hasSuffix($0.key) })?.value else {
            throw AssayError(.invalidArgument, "\(path) is named like no data set: .csv, .parquet, .arrow, .feather or .jsonl.")
        }
        return type
    }
}

extension GatewayJob.Form: ExpressibleByArgument {}
