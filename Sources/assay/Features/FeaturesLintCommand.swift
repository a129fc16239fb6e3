import ArgumentParser
import AssayPolicy
import AssayTerms

struct FeaturesLintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "lint", abstract: "Read feature views and say what is wrong with them.")

    @Argument(help: "Feature views, in the form feature-view/v1.")
    var views: [String]

    func run() throws {
        var isWrong = false
        for path in views {
            do {
                let view = try FeatureViewFile(path).view
                let entities = view.entities.map(\.name.string).joined(separator: ", ")
                let line = "\(view.name): \(view.features.count) features of \(entities), valid \(view.validity.text), \(view.checks.count) checks, \(view.digest.hex)\n"
                try StandardOutput.write(Array(line.utf8))
            } catch is ExitCode {
                isWrong = true
            }
        }
        if isWrong { throw ExitCode(2) }
    }
}
