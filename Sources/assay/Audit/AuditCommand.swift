import ArgumentParser

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Check the log of what was decided, and take from it what an auditor keeps.",
        subcommands: [
            AuditVerifyCommand.self, AuditCheckpointCommand.self, AuditProofCommand.self, AuditRunCommand.self, AuditAsOfCommand.self,
            AuditAccessCommand.self, AuditRetentionCommand.self, AuditWatchCommand.self, AuditExportCommand.self,
            AuditEraseCommand.self, AuditRotateKeyCommand.self,
        ])
}
