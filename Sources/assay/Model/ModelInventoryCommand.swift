import ArgumentParser
import AssayJSON

struct ModelInventoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory", abstract: "List a version's artefacts in eight groups, present with digest or missing.",
        discussion: """
            Model files, training scripts, evaluation, data, configuration, documentation, deployment, monitoring: what was frozen with \
            the version, by the SHA-256 of its bytes, and the data sets its run declared, by the label their client gave.
            """)

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "The version's number.")
    var version: Int

    @Option(help: "text for people, json for programs.")
    var format: AnswerFormat = .text

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.version(version, ofModel: name) + ["inventory"]) }
        switch format {
        case .json: try StandardOutput.write(answer.bytes(pretty: true) + [UInt8(ascii: "\n")])
        case .text:
            var lines = ["\(name)/\(version)".printable + " \(answer["manifest"]?.string.map { "sha256:\($0)" } ?? "not frozen")"]
            for group in answer["groups"]?.array ?? [] {
                lines.append("\(group["group"]?.string ?? "?"): \(group["state"]?.string ?? "?")")
                lines += (group["artefacts"]?.array ?? []).map(Self.line)
            }
            let others = answer["others"]?.array ?? []
            if !others.isEmpty { lines += ["of no group:"] + others.map(Self.line) }
            try StandardOutput.write(Array(lines.map { $0 + "\n" }.joined().utf8))
        }
    }

    private static func line(_ artefact: JSONValue) -> String {
        let digest = (artefact["digest"]?.string ?? "?").printable
        let size = artefact["size"]?.integer.map { "\($0) bytes" } ?? "declared by the run, not frozen"
        return "  \((artefact["path"]?.string ?? "?").printable)  \(digest)  \(size)"
    }
}
