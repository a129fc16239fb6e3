import ArgumentParser
import AssayControls
import AssayJSON
import AssayTerms

struct ControlListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the controls this build knows, and whether they apply on a day.",
        discussion: "The catalogue is carried inside the program; no server is asked. An aid to people and no legal advice.")

    @Option(help: "Only this framework, for example eu-ai-act.")
    var framework: String?

    @Option(name: .customLong("as-of"), help: "The day whose obligations count, 2027-12-02; today without it.")
    var asOf: CalendarDate?

    @Option(help: "text for people, json for programs.")
    var format: AnswerFormat = .text

    func run() throws {
        let catalogue = try ControlCatalogue.shipped()
        let frameworks = try framework.map { [try catalogue.framework(Text($0))] } ?? catalogue.frameworks
        guard let day = asOf ?? CalendarDate(Text(String(SystemTime.now().prefix(10)))) else {
            throw AssayError(.internalFault, "The clock tells no day.")
        }
        // Without facts a control is missing exactly where it applies.
        let coverages = frameworks.map { ControlCoverage(of: $0, in: catalogue, asOf: day, facts: ControlFacts()) }
        switch format {
        case .json:
            let value: JSONValue = [
                "as_of": .string(day.description), "frameworks": .array(coverages.map(Self.json)),
                "caution": .string(CoverageJSON.caution),
            ]
            try StandardOutput.write(value.bytes(pretty: true) + [UInt8(ascii: "\n")])
        case .text:
            let lines = coverages.flatMap(Self.lines) + ["", CoverageJSON.caution]
            try StandardOutput.write(Array(lines.dropFirst().map { $0 + "\n" }.joined().utf8))
        }
    }

    private static func applies(_ finding: ControlFinding) -> String {
        finding.state == .missing ? "applies" : finding.state.rawValue
    }

    private static func json(_ coverage: ControlCoverage) -> JSONValue {
        [
            "id": .string(coverage.framework.id.string), "title": .string(coverage.framework.title.string),
            "citation": .string(coverage.framework.citation.string),
            "facts_followed_until": .string(coverage.framework.asOf.description),
            "controls": .array(
                coverage.findings.map { finding in
                    var object = CoverageJSON.control(finding.control)
                    object["applies"] = .string(applies(finding))
                    object["reason"] = finding.reason.map { .string($0) } ?? .null
                    return .object(object)
                }),
        ]
    }

    private static func lines(_ coverage: ControlCoverage) -> [String] {
        let framework = coverage.framework
        let head = "\(framework.id): \(framework.title), \(framework.citation) (\(framework.controls.count) controls)"
        return ["", head] + coverage.findings.flatMap { finding in
            let control = finding.control
            let state = applies(finding) + (finding.reason.map { ": \($0)" } ?? "")
            return [
                "  \(control.id)  \(control.title)  [\(control.citation); \(control.confidence.words)]", "      \(control.obligation)",
                "      \(state)",
            ]
        }
    }
}
