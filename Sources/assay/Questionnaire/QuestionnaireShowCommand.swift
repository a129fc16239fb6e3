import ArgumentParser
import AssayJSON
import AssayLedgerFormat
import AssayPolicy

struct QuestionnaireShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the questionnaire in force, and those that were published.",
        discussion: "--shipped shows that of this program, without a server.")

    @Flag(help: "The whole text, to begin one of your own with.")
    var text = false

    @Flag(help: "A blank file of answers, to fill in.")
    var blank = false

    @Flag(help: "That of this program, whatever a server asks by.")
    var shipped = false

    @OptionGroup var options: ServerOptions

    func validate() throws {
        if text, blank { throw ValidationError("Give one of --text and --blank.") }
    }

    func run() async throws {
        try StandardOutput.write(Array(try await output().utf8))
    }

    private func output() async throws -> String {
        if shipped {
            let questionnaire = Questionnaire.shipped
            return text ? Questionnaire.shippedText : blank ? questionnaire.blankAnswers : QuestionnaireFile.summary(questionnaire) + "\n"
        }
        return try await options.withClient { client in
            let inForce = try await client.get(ServerPath.questionnaire)
            if text { return inForce["text"]?.string ?? "" }
            if blank { return inForce["blank_answers"]?.string ?? "" }
            let published = try await client.get(ServerPath.questionnaires)["questionnaires"]?.array ?? []
            var lines = ["in force: \(Self.title(inForce)), law as of \(inForce["as_of"]?.string ?? "?"); sha256:\(inForce["digest"]?.string ?? "?")"]
            if published.isEmpty { lines.append("It is this program's own; nobody has published another.") }
            for record in published.reversed() {
                let time = record["published_ms"]?.integer.flatMap(LedgerTime.text(milliseconds:)) ?? "?"
                lines.append("no. \(record["number"]?.integer ?? 0), \(Self.title(record)), published \(time)")
            }
            return lines.map { $0 + "\n" }.joined()
        }
    }

    private static func title(_ value: JSONValue) -> String {
        "\(value["name"]?.string ?? "?") \(value["version"]?.string ?? "?")".printable
    }
}
