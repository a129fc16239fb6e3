import ArgumentParser

struct ControlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "control",
        abstract: "Obligations of laws, standards and guidance as data, and what of them is covered for a model.",
        subcommands: [ControlListCommand.self, ControlCoverageCommand.self])
}
