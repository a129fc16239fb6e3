import ArgumentParser

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check, explain, compare, test and publish policies: what a model has to show before it enters a place.",
        subcommands: [
            PolicyLintCommand.self, PolicyExplainCommand.self, PolicyDiffCommand.self, PolicyTestCommand.self, PolicySchemaCommand.self,
            PolicyImpactCommand.self, PolicyPublishCommand.self,
        ])
}
