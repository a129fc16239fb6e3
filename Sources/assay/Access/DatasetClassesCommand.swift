import ArgumentParser
import AssayJSON

struct DatasetClassesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "classes", abstract: "List the data sets that have a class.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let answer = try await options.withClient { try await $0.get(ServerPath.datasetClasses) }
        let lines = (answer["datasets"]?.array ?? []).map { "\($0["class"]?.string ?? "")  \($0["name"]?.string ?? "")\n" }
        try StandardOutput.write(Array((lines.isEmpty ? "No data set has a class.\n" : lines.joined()).utf8))
    }
}
