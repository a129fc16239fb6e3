import ArgumentParser

struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "What people do about a registered model and its versions.",
        subcommands: [
            ModelPromoteCommand.self, ModelApproveCommand.self, ModelObjectCommand.self, ModelCommentCommand.self, ModelConditionsCommand.self,
            ModelAdoptCommand.self, ModelAttestCommand.self, ModelClassifyCommand.self, ModelHistoryCommand.self, ModelInventoryCommand.self,
            ModelRollbackCommand.self, ModelDueCommand.self, ModelValidatedCommand.self, ModelTriggerCommand.self, ModelHoldCommand.self,
            ModelRetireCommand.self, ModelReinstateCommand.self, ModelRetentionCommand.self,
        ])
}
