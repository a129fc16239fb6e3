import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayTerms

struct DriftProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift-profile",
        abstract: "Save what drift needs to know of a reference, so that its rows need not travel.",
        discussion: """
            Several files or profiles become the profile of all their rows. Numbers are counted up to 1,024 distinct ones \
            and sketched beyond, with a rank error that the profile states; texts are counted. A profile holds single \
            values: treat it as you treat the data.
            """)

    @Argument(help: "The rows: CSV or Parquet files, or profiles made before.")
    var inputs: [String]

    @Option(name: [.customShort("o"), .long], help: "The profile to write.")
    var output: String

    @Option(help: "Only these columns, separated by commas (a comma in a name is \\,).")
    var columns: String?

    @Option(help: "Columns of text with more distinct values than this are not counted.")
    var categoryLimit = 100_000

    @Option(help: "Words that stand for a missing value in CSV, separated by commas; without it pandas' words.")
    var missing: String?

    @Option(help: "A JSON file with types of columns: {\"columns\": {\"age\": \"int64\"}}.")
    var schema: String?

    func run() throws {
        guard categoryLimit > 0 else { throw AssayError(.invalidArgument, "the limit of categories must be positive") }
        var options = DataOptions()
        if let missing { options.missingWords = ColumnList.texts(missing) }
        if let schema { options.schema = try DataSchema(json: SmallFile.bytes(of: schema)) }
        var whole: DriftProfile?
        for input in inputs {
            let part = try profile(of: input, options)
            if whole == nil { whole = part } else { try whole?.merge(part) }
        }
        guard let whole else { throw AssayError(.invalidArgument, "name the rows to profile") }
        try SmallFile.replace(output, with: DriftProfileJSON.bytes(of: whole))
        let columns = "\(whole.columns.count) column\(whole.columns.count == 1 ? "" : "s")"
        try StandardOutput.write(
            Array("\(output): \(NumberText.grouped(whole.rowCount)) rows, \(columns)\n".utf8))
    }

    private func profile(of path: String, _ options: DataOptions) throws(AssayError) -> DriftProfile {
        if DriftProfileFile.isProfile(path) {
            guard columns == nil else {
                throw AssayError(.invalidArgument, "--columns chooses among a file's columns, and \(path) is a profile")
            }
            return try DriftProfileJSON.profile(
                from: SmallFile.bytes(of: path, limit: SmallFile.profileLimit), name: path)
        }
        var progress = ProgressLine()
        defer { progress.clear() }
        return try DriftProfile.read(
            path, columns: columns.map(ColumnList.texts), options: options, categoryLimit: categoryLimit
        ) { progress.show(rows: $0) }
    }
}
