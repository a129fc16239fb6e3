import ArgumentParser

struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "What people do about a version of a registered model.",
        subcommands: [
            ModelPromoteCommand.self, ModelApproveCommand.self, ModelAdoptCommand.self, ModelAttestCommand.self,
            ModelHistoryCommand.self, ModelDueCommand.self, ModelValidatedCommand.self, ModelTriggerCommand.self,
            ModelHoldCommand.self, ModelRetireCommand.self, ModelReinstateCommand.self, ModelRetentionCommand.self,
        ])
}
