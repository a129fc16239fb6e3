import ArgumentParser
import AssayJSON
import AssayTerms

/// `assay audit access`: who read and changed what.
struct AuditAccessCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
        case csv
    }

    static let configuration = CommandConfiguration(
        commandName: "access", abstract: "List who read and changed a run, a model, a data set, or what a person did.",
        discussion: """
            Needs the permission 'audit', and is noted itself. The newest come first. Repeats of the same access within a minute \
            are one line with a count.
            """)

    @Option(help: "A run's id.")
    var run: String?

    @Option(help: "A registered model, by a name it has or had.")
    var model: String?

    @Option(help: "A data set's name.")
    var dataset: String?

    @Option(help: "A person's name, or a principal's id such as anonymous.")
    var user: String?

    @Option(help: "The earliest time: 2026-11-26, 2026-11-26T10:30:00Z, or milliseconds since 1970.")
    var since: String?

    @Option(help: "The latest time, written as --since.")
    var until: String?

    @Option(help: "At most so many lines.")
    var limit = 1_000

    @Option(help: "text for people, json or csv for programs.")
    var format: Format = .text

    @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
    var output: String?

    @OptionGroup var options: ServerOptions

    func validate() throws {
        guard [run, model, dataset, user].compactMap({ $0 }).count <= 1 else {
            throw ValidationError("Name one of --run, --model, --dataset and --user, or none for everything.")
        }
        do { _ = try (AccessTime.milliseconds(since), AccessTime.milliseconds(until)) } catch {
            throw ValidationError(error.message)
        }
    }

    func run() async throws {
        var query: [(String, String)] = [("max_results", String(limit))]
        for (name, value) in [("run", run), ("model", model), ("dataset", dataset), ("user", user)] {
            if let value { query.append((name, value)) }
        }
        if let time = try AccessTime.milliseconds(since) { query.append(("since", String(time))) }
        if let time = try AccessTime.milliseconds(until) { query.append(("until", String(time))) }
        let asked = query
        let answer = try await options.withClient { try await $0.get(ServerPath.access, query: asked) }
        let bytes: [UInt8] =
            switch format {
            case .text: Array(AccessLogText.lines(answer).joined().utf8)
            case .csv: Array(AccessLogText.csv(answer).joined().utf8)
            case .json: answer.bytes(pretty: true) + [UInt8(ascii: "\n")]
            }
        if let output { try SmallFile.replace(output, with: bytes) } else { try StandardOutput.write(bytes) }
    }
}
