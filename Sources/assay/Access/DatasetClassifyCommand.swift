import ArgumentParser
import AssayJSON
import AssayTerms

struct DatasetClassifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify", abstract: "Say what class a data set is of.",
        discussion: """
            Keeping a data set closer acts at once. Opening it, or taking its class away, takes a second person where there \
            is one: assay role confirm ID
            """)

    @Argument(help: "The data set's name, as runs log it.")
    var name: String

    @Argument(help: "raw-personal, anonymised, public, or none to take the class away.")
    var datasetClass: String

    @OptionGroup var options: ServerOptions

    func validate() throws {
        guard datasetClass == "none" || DatasetClass(rawValue: datasetClass) != nil else {
            throw ValidationError("The class is raw-personal, anonymised, public or none, not '\(datasetClass)'.")
        }
    }

    func run() async throws {
        let answer = try await options.withClient { client in
            datasetClass == "none"
                ? try await client.delete(ServerPath.datasetClasses + [name])
                : try await client.put(ServerPath.datasetClasses + [name], ["class": .string(datasetClass)])
        }
        let done = datasetClass == "none" ? "The data set '\(name)' has no class." : "The data set '\(name)' is \(datasetClass)."
        try StandardOutput.write(Array((AccessText.waiting(answer) ?? done + "\n").utf8))
    }
}
