import ArgumentParser

struct RoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "What people may do: roles, who holds them, and changes that take two people.",
        discussion: """
            A role is a list of grants: verbs that are allowed or denied on a resource. A denial wins. Resources are \
            everything, experiment:PATTERN, model:PATTERN, dataset:PATTERN, dataset-class:CLASS and prediction:PATTERN.
            As soon as two people may change roles, each change of one waits for the other: assay role confirm ID.
            """,
        subcommands: [
            RoleCreateCommand.self, RoleSetCommand.self, RoleListCommand.self, RoleShowCommand.self, RoleDeleteCommand.self,
            RoleBindCommand.self, RoleUnbindCommand.self, RoleProposalsCommand.self, RoleConfirmCommand.self,
            RoleWithdrawCommand.self, RoleDelegateCommand.self, RoleDelegationsCommand.self, RoleUndelegateCommand.self,
        ])
}
