import ArgumentParser
import AssayJSON

/// `assay waiver`: to let a version in without one check, by two people and for a time.
struct WaiverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waiver", abstract: "Let a version in without one check of a policy: by two people, for a time, for a reason.",
        discussion: """
            A waiver is bound to the policy's version and to the files of the model's version. It counts once a second person confirmed \
            it. Neither of the two is an author of the version, nor published the policy.
            """,
        subcommands: [
            WaiverGrantCommand.self, WaiverConfirmCommand.self, WaiverListCommand.self, WaiverShowCommand.self, WaiverRevokeCommand.self,
        ])

    /// `3f…  granted  credit 2: performance.accuracy  version 3 of loans  until 2026-12-01T00:00:00Z  vera, carl`
    static func line(_ waiver: JSONValue) -> String {
        let content = waiver["content"]
        let policy = [content?["policy"]?.string, content?["policy_version"]?.string].compactMap { $0 }.joined(separator: " ")
        let people = [waiver["made_by"]?.string, content?["confirmed_by"]?.string].compactMap { $0 }.joined(separator: ", ")
        let parts = [
            waiver["id"]?.string, waiver["state"]?.string, "\(policy): \(content?["check"]?.string ?? "?")", waiver["about"]?.string,
            content?["until"]?.string.map { "until \($0)" }, people,
        ]
        return parts.compactMap { $0 }.joined(separator: "  ") + "\n"
    }
}

struct WaiverGrantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "Propose a waiver; a second person grants it with: assay waiver confirm ID.")

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "The version's number.")
    var version: Int

    @Option(help: "The policy's name; its version in force is meant.")
    var policy: String

    @Option(help: "The check: its id, its title, or its number in the policy.")
    var check: String

    @Option(help: "Why the version has to go without it.")
    var reason: String

    @Option(help: "What is done instead meanwhile.")
    var control: String

    @Option(help: "Until when: 2026-12-01.")
    var until: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient {
            try await $0.post(
                ServerPath.waivers,
                [
                    "model": .string(name), "version": .integer(Int64(version)), "policy": .string(policy), "check": .string(check),
                    "reason": .string(reason), "compensating_control": .string(control), "until": .string(until),
                ])
        }
        let id = answer["id"]?.string ?? "?"
        try StandardOutput.write(
            Array((WaiverCommand.line(answer) + "It counts once a second person runs: assay waiver confirm \(id)\n").utf8))
    }
}

struct WaiverConfirmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "confirm", abstract: "Grant a waiver that somebody else proposed.")

    @Argument(help: "The waiver's id.")
    var id: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.post(ServerPath.waivers + [id, "confirmation"], [:]) }
        try StandardOutput.write(Array(WaiverCommand.line(answer).utf8))
    }
}

struct WaiverListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List waivers that wait or are granted, the newest first.")

    @OptionGroup var subject: SubjectOptions

    @Flag(help: "Revoked ones too.")
    var all = false

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let query = subject.query(all: all)
        try await PaperText.printList(ServerPath.waivers, "waivers", query: query, format, options, line: WaiverCommand.line)
    }
}

struct WaiverShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a waiver with its history.")

    @Argument(help: "The waiver's id.")
    var id: String

    @Option(help: "text for people, json for programs.")
    var format: PaperText.Format = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await PaperText.printWhole(ServerPath.waivers + [id], format, options)
    }
}

struct WaiverRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Revoke a waiver: it counts no more.")

    @Argument(help: "The waiver's id.")
    var id: String

    @Option(help: "Why, for the record.")
    var reason: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient {
            try await $0.post(ServerPath.waivers + [id, "revocation"], ["reason": .string(reason)])
        }
        try StandardOutput.write(Array(WaiverCommand.line(answer).utf8))
    }
}
