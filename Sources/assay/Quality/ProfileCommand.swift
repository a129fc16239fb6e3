import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayTerms

struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Describe the columns of a data file; write the schema it keeps to, and the profile that later data is compared with.",
        discussion: """
            Distinct values are counted exactly up to 1,000,000 numbers a column (text always), beyond that within a \
            stated error; quantiles are exact up to 262,144 values and then within the rank error that is shown. The \
            schema is TensorFlow Data Validation's, in the JSON or the text form of its protocol buffer. A reference profile holds \
            what assay drift and the drift.* checks of a policy need to know, so that the rows need not travel: numbers \
            counted up to 1,024 distinct ones and sketched beyond, with a rank error that it states; texts counted. It \
            holds single values: treat it as you treat the data. With --label and --score it also says what these scores meant, \
            for the estimates of performance (estimated.*) of later rows without labels: use rows the model was not trained on.
            """)

    @OptionGroup var data: FileArguments

    @Option(help: "Write the inferred schema to this file: in Protocol Buffers' text format for .pbtxt, .textproto or .txtpb, else JSON.")
    var writeSchema: String?

    @Flag(help: "Have the schema bound numbers by the least and the greatest value seen.")
    var ranges = false

    @Option(name: [.long, .customLong("out")], help: "Write the reference profile to this file.")
    var writeProfile: String?

    @Option(help: "Further rows, or profiles made before: the reference profile is that of all rows. May be repeated.")
    var merge: [String] = []

    @Option(help: "Only these columns in the reference profile, separated by commas (a comma in a name is \\,).")
    var columns: String?

    @Option(help: "Columns of text with more distinct values than this are not counted in the reference profile.")
    var categoryLimit = 100_000

    @Option(help: "The column of labels of two classes: the reference profile says what --score means.")
    var label: String?

    @Option(help: "The column of probabilities of the positive label.")
    var score: String?

    @Option(help: "The positive label, where it is not 1 or true.")
    var positive: String?

    @OptionGroup var report: ReportArguments

    func run() throws {
        guard (label == nil) == (score == nil), positive == nil || label != nil else {
            throw AssayError(.invalidArgument, "--label and --score go together, and --positive with them")
        }
        guard label == nil || writeProfile != nil && merge.isEmpty && !DriftProfileFile.isProfile(data.rows.data) else {
            throw AssayError(
                .invalidArgument, "--label and --score are about the rows of one file and its reference profile; name that with --write-profile")
        }
        guard !ranges || writeSchema != nil else {
            throw AssayError(.invalidArgument, "--ranges is about the schema; name its file with --write-schema")
        }
        guard writeProfile != nil || merge.isEmpty && columns == nil else {
            throw AssayError(
                .invalidArgument, "--merge and --columns are about the reference profile; name its file with --write-profile")
        }
        guard categoryLimit > 0 else { throw AssayError(.invalidArgument, "the limit of categories must be positive") }
        if DriftProfileFile.isProfile(data.rows.data) { return try mergeProfiles() }
        let profile = try data.profile(data.file, types: data.columnTypes())
        if let writeSchema {
            let schema = TableSchema(inferredFrom: profile, infersRanges: ranges)
            let isText = [".pbtxt", ".textproto", ".txtpb"].contains { writeSchema.hasSuffix($0) }
            try SmallFile.replace(writeSchema, with: isText ? schema.textFormat : schema.json.bytes(pretty: true) + [UInt8(ascii: "\n")])
        }
        if let writeProfile { try SmallFile.replace(writeProfile, with: DriftProfileJSON.bytes(of: reference())) }
        let envelope = ReportArguments.envelope(inputs: [profile.input], results: [])
        let name = profile.input.name.string
        try report.write(
            envelope, file: name, members: [("columns", ValidationJSON.columns(of: profile))],
            report: { ProfileText.report(profile, envelope, title: "Profile of \(name)") },
            text: { ProfileText.text(profile, envelope, style: report.style) })
    }

    /// Of profiles alone there is nothing to describe but the one they make.
    private func mergeProfiles() throws {
        guard let writeProfile, writeSchema == nil else {
            throw AssayError(
                .invalidArgument,
                "\(data.rows.data) is a reference profile and has no rows to describe; merge others into one with --merge and --write-profile")
        }
        let whole = try reference()
        try SmallFile.replace(writeProfile, with: DriftProfileJSON.bytes(of: whole))
        let columns = "\(whole.columns.count) column\(whole.columns.count == 1 ? "" : "s")"
        try StandardOutput.write(Array("\(writeProfile): \(NumberText.grouped(whole.rowCount)) rows, \(columns)\n".utf8))
    }

    private func reference() throws(AssayError) -> DriftProfile {
        var options = DataOptions()
        if let words = data.missingWords { options.missingWords = words }
        options.schema = DataSchema(try data.columnTypes())
        var whole = try part(data.rows.data, options)
        for path in merge { try whole.merge(part(path, options)) }
        if let label, let score {
            whole.calibration = try DriftProfile.Calibration(
                of: data.file, label: Text(label), score: Text(score), positive: positive.map { Text($0) }, options: options)
        }
        return whole
    }

    private func part(_ path: String, _ options: DataOptions) throws(AssayError) -> DriftProfile {
        if DriftProfileFile.isProfile(path) {
            guard columns == nil else {
                throw AssayError(.invalidArgument, "--columns chooses among a file's columns, and \(path) is a profile")
            }
            return try DriftProfileJSON.profile(
                from: SmallFile.bytes(of: path, limit: SmallFile.profileLimit), name: path)
        }
        return try ProgressLine.shown { progress throws(AssayError) in
            try DriftProfile.read(
                path, columns: columns.map(ColumnList.texts), options: options, categoryLimit: categoryLimit, progress: progress)
        }
    }
}
