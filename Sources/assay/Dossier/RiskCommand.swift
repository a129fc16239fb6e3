import ArgumentParser
import AssayJSON
import AssayTerms

/// `assay risk`: the risk evaluation of a model, and the register of risks.
struct RiskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "risk", abstract: "The risk evaluation of a model in ten sections, and the register of risks.",
        discussion: """
            A policy asks for a complete evaluation with 'records: [risk-evaluation]'; models of the tier 'high' need one anyway. A risk \
            whose residual score is above its appetite keeps the model out until it is treated or accepted.
            """,
        subcommands: [
            RiskEvaluateCommand.self, RiskSignOffCommand.self, RiskAddCommand.self, RiskListCommand.self, RiskShowCommand.self,
            RiskUpdateCommand.self, RiskAcceptCommand.self, RiskCloseCommand.self,
        ])

    /// `3f…  open  reduce  4×5=20, left 12 of 6, above appetite  owner ana  review 2027-01-01T00:00:00Z  the model loans  "Drift"`
    static func line(_ risk: JSONValue) -> String {
        let content = risk["content"]
        func number(_ name: String) -> Int64 { content?[name]?.integer ?? 0 }
        let above = number("residual") > number("appetite") ? ", above appetite" : ""
        let parts = [
            risk["id"]?.string, risk["state"]?.string, content?["treatment"]?.string,
            "\(number("likelihood"))×\(number("impact"))=\(number("score")), left \(number("residual")) of \(number("appetite"))\(above)",
            content?["owner"]?.string.map { "owner \($0)" }, content?["review"]?.string.map { "review \($0)" }, risk["about"]?.string,
            content?["title"]?.string.map { "\"\($0)\"" },
        ]
        return parts.compactMap { $0 }.joined(separator: "  ") + "\n"
    }

    /// Fields that are whole numbers.
    static let numbers: Set<Text> = [
        "likelihood", "impact", "appetite", "residual_likelihood", "residual_impact", "reevaluation_days",
    ]
}
