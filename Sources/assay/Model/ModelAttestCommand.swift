import ArgumentParser
import AssayJSON
import AssayTerms

/// `assay model attest`: hands in evidence that a registered evaluator signed.
struct ModelAttestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest", abstract: "Hand in a signed statement about a version: a DSSE envelope of a registered evaluator.")

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "The version's number.")
    var version: Int

    @Argument(help: "The file with the envelope, as JSON.")
    var file: String

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: try SmallFile.bytes(of: file))
        } catch let error as JSONError {
            throw AssayError(.unreadable, "\(file) is no JSON: \(error.message)")
        }
        let path = ServerPath.evidence + [name, String(version)]
        let answer = try await options.withClient { try await $0.post(path, value) }
        try StandardOutput.write(Array("evidence \(answer["id"]?.string ?? "?"), claim \(answer["claim"]?.string ?? "?")\n".utf8))
    }
}
