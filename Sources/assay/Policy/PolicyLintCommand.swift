import ArgumentParser

struct PolicyLintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Say everything that is wrong with policy files.",
        discussion: """
            One line a problem, FILE:LINE:COLUMN: error: what is wrong and what would be right. Exit status 2 if there \
            is any.
            """)

    @Argument(help: "Policy files.")
    var files: [String]

    @OptionGroup var base: BaseArguments

    func run() throws {
        var hasProblems = false
        for file in files {
            do {
                let summary = PolicyFile.summary(try PolicyFile.read(file, base: base).policy)
                try StandardOutput.write(Array("\(file): \(summary)\n".utf8))
            } catch is ExitCode {
                hasProblems = true
            }
        }
        if hasProblems { throw ExitCode(2) }
    }
}
