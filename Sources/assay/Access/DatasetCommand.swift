import ArgumentParser

struct DatasetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset", abstract: "How near data sets are to people, and so who may read them.",
        subcommands: [DatasetClassifyCommand.self, DatasetClassesCommand.self])
}
