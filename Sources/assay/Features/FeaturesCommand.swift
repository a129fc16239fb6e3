import ArgumentParser

/// `assay features`: features of entities over time.
struct FeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features", abstract: "Join features as they were known at a time, check them, and compare them with what was served.",
        subcommands: [
            FeaturesLintCommand.self, FeaturesJoinCommand.self, FeaturesCheckCommand.self, FeaturesSkewCommand.self,
            FeaturesMaterializeCommand.self, FeaturesLookupCommand.self,
        ])
}
