import ArgumentParser
import AssayEvidence
import AssayJSON
import AssayTerms

struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "Describe the columns of a data file, and write the schema it keeps to.",
        discussion: """
            One pass. Distinct values are counted exactly up to 1,000,000 numbers a column (text always), beyond that \
            within a stated error; quantiles are exact up to 262,144 values and then within the rank error that is shown. \
            The schema is TensorFlow Data Validation's, in the JSON form of its protocol buffer.
            """)

    @OptionGroup var data: FileArguments

    @Option(help: "Write the inferred schema to this file.")
    var writeSchema: String?

    @Flag(help: "Have the schema bound numbers by the least and the greatest value seen.")
    var ranges = false

    @OptionGroup var report: ReportArguments

    func run() throws {
        guard !ranges || writeSchema != nil else {
            throw AssayError(.invalidArgument, "--ranges is about the schema; name its file with --write-schema")
        }
        let profile = try data.profile(data.file, types: data.columnTypes())
        if let writeSchema {
            let schema = TableSchema(inferredFrom: profile, infersRanges: ranges)
            try SmallFile.replace(writeSchema, with: schema.json.bytes(pretty: true) + [UInt8(ascii: "\n")])
        }
        let envelope = ReportArguments.envelope(inputs: [profile.input], results: [])
        let name = profile.input.name.string
        try report.write(
            envelope, title: "Profile of \(name)", file: name, members: [("columns", ValidationJSON.columns(of: profile))]
        ) {
            ProfileText.text(profile, envelope)
        }
    }
}
