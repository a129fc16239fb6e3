import ArgumentParser

/// `assay record`: what only people can supply, signed by name.
struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Records that people sign: notices, trainings, reviews, drills, opinions.",
        discussion: """
            A record is about a model, one of its versions, a data set, or the organisation. It is never changed and never deleted: \
            another one supersedes it, or it is withdrawn, and both stay on record.
            """,
        subcommands: [
            RecordAddCommand.self, RecordListCommand.self, RecordShowCommand.self, RecordWithdrawCommand.self, RecordTypesCommand.self,
        ])
}
