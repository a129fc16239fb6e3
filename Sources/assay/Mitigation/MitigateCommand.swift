import ArgumentParser

struct MitigateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mitigate", abstract: "Lessen what a model could learn or decide by group, and say what that changes.",
        subcommands: [ReweighCommand.self, ThresholdCommand.self, ApplyCommand.self, ReduceCommand.self])
}
