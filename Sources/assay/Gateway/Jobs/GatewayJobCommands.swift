import ArgumentParser
import AssayJSON

/// `assay gateway-job list`.
struct GatewayJobListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List this caller's jobs, the newest first.")

    @OptionGroup var gateway: GatewayOptions

    @Flag(help: "Write JSON.")
    var json = false

    func run() async throws {
        let answer = try await gateway.withClient { try await $0.json("GET", ["jobs"]) }
        if json { return try StandardOutput.write(answer.bytes() + [0x0a]) }
        try GatewayJobText.write(answer["jobs"]?.array ?? [])
    }
}

/// `assay gateway-job show`.
struct GatewayJobShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Say how far a job is.")

    @OptionGroup var gateway: GatewayOptions

    @Argument(help: "The job's id.")
    var id: String

    @Flag(help: "Write JSON.")
    var json = false

    func run() async throws {
        let job = try await gateway.withClient { try await $0.json("GET", ["jobs", id]) }
        if json { return try StandardOutput.write(job.bytes() + [0x0a]) }
        try GatewayJobText.write([job])
    }
}

/// `assay gateway-job result`.
struct GatewayJobResultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "result", abstract: "Fetch the result of a job that succeeded.")

    @OptionGroup var gateway: GatewayOptions

    @Argument(help: "The job's id.")
    var id: String

    @Option(name: [.customShort("o"), .long], help: "Write to this file, which takes its place when it is whole; unless given, standard output.")
    var output: String?

    func run() async throws {
        let out = try RowOutput(path: output, mode: 0o600)
        do {
            try await gateway.withClient { try await $0.result(id, to: out) }
            try out.finish()
        } catch {
            out.abandon()
            throw error
        }
    }
}

/// `assay gateway-job cancel`.
struct GatewayJobCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel a job that has not ended, and remove one that has, with its result.")

    @OptionGroup var gateway: GatewayOptions

    @Argument(help: "The job's id.")
    var id: String

    func run() async throws {
        let job = try await gateway.withClient { try await $0.json("DELETE", ["jobs", id]) }
        let words = job["removed"]?.bool == true ? "removed" : "cancelled; it ends with the rows that are being scored"
        try StandardOutput.write(Array("\(id.printable) \(words)\n".utf8))
    }
}
