import ArgumentParser

/// `assay gateway-job`: data sets that a gateway scores.
struct GatewayJobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway-job", abstract: "Have a gateway score a data set, and fetch the result.",
        discussion: """
            The gateway has to take jobs (assay gateway --jobs FOLDER). Where it asks for keys, the caller's stands in ASSAY_CALLER_KEY. \
            The version is the one that holds the place when the data set is handed in; what takes the place meanwhile does not score it.
            """,
        subcommands: [
            GatewayJobSubmitCommand.self, GatewayJobListCommand.self, GatewayJobShowCommand.self, GatewayJobResultCommand.self,
            GatewayJobCancelCommand.self,
        ])
}
