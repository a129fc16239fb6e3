import ArgumentParser

/// `assay predictions`: what was served, as it was recorded.
struct PredictionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predictions", abstract: "List, export, keep and erase the records of served predictions.",
        subcommands: [
            PredictionsListCommand.self, PredictionsExportCommand.self, PredictionsEraseCommand.self, PredictionsRetentionCommand.self,
        ])
}
