import ArgumentParser
import AssayJSON
import AssayLedgerFormat

struct AlertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alert", abstract: "Who is told when something served goes wrong, and what was told.",
        subcommands: [
            AlertListCommand.self, AlertAckCommand.self, AlertResolveCommand.self, AlertSilenceCommand.self, AlertSilencesCommand.self,
            AlertUnsilenceCommand.self, AlertHistoryCommand.self, AlertApplyCommand.self, AlertShowCommand.self, AlertLintCommand.self, AlertTestCommand.self,
            AlertRaiseCommand.self,
        ])

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    static func time(_ value: JSONValue?) -> String { value?.integer.flatMap(LedgerTime.text(milliseconds:)) ?? "–" }

    static func write(_ name: String, _ items: [JSONValue], _ format: Format, _ lines: (JSONValue) -> [String]) throws {
        switch format {
        case .json:
            let value: JSONValue = .object(JSONObject([(name, .array(items))]))
            try StandardOutput.write(value.bytes(pretty: true) + [UInt8(ascii: "\n")])
        case .text: try StandardOutput.write(Array(items.flatMap(lines).map { $0 + "\n" }.joined().utf8))
        }
    }
}
