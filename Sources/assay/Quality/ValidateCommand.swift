import ArgumentParser
import AssayCanonical
import AssayColumns
import AssayEvidence
import AssayJSON
import AssayMetrics
import AssayTerms

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Hold a data file against a schema, a suite of expectations, or other data.",
        discussion: """
            Anomalies have TensorFlow Data Validation's names. --against adds training-serving skew: L-infinity distance for \
            text and booleans, Jensen-Shannon divergence for numbers; without --schema the schema is inferred from that other \
            file. --suite takes Great Expectations' JSON, and its results have its shape. Exit status 1 where something was \
            found or an expectation is not met.
            """)

    @OptionGroup var data: FileArguments

    @Option(help: "The schema, as assay profile --write-schema or TensorFlow Data Validation writes it: JSON or text format.")
    var schema: String?

    @Option(help: "A suite of expectations, in Great Expectations' JSON.")
    var suite: String?

    @Option(help: "Other rows, for example those trained on.")
    var against: String?

    @Option(help: "The greatest distance a column may have, where the schema has no comparator for it.")
    var skewThreshold = SchemaValidation.standardThreshold

    @OptionGroup var report: ReportArguments

    func run() throws {
        if let suite {
            guard schema == nil, against == nil else {
                throw AssayError(.invalidArgument, "--suite stands alone; hold the data against a schema or other data in another call")
            }
            return try run(suite: suite)
        }
        guard schema != nil || against != nil else {
            throw AssayError(
                .invalidArgument, "there is nothing to hold the data against; name --schema, --suite or --against")
        }
        guard skewThreshold.isFinite, (0...1).contains(skewThreshold) else {
            throw AssayError(.invalidArgument, "--skew-threshold is a number from 0 to 1")
        }
        let types = try data.columnTypes()
        var inputs: [Envelope.Input] = []
        let stated: TableSchema?
        if let schema {
            let bytes = try SmallFile.bytes(of: schema)
            stated = try TableSchema(bytes: bytes)
            inputs.append(
                Envelope.Input(role: "schema", name: DataFile(path: schema).name, digest: SHA256Hasher.digest(of: bytes)))
        } else {
            stated = nil
        }
        let other = try against.map { path throws(AssayError) in
            try data.profile(DataFile(path: path), role: "against", types: Self.types(of: stated, types))
        }
        guard let expected = stated ?? other.map({ TableSchema(inferredFrom: $0) }) else { return }
        let profile = try data.profile(data.file, types: Self.types(of: expected, types))
        inputs = [profile.input] + inputs + [other?.input].compactMap { $0 }

        let validation = SchemaValidation(profile, schema: expected, against: other, threshold: skewThreshold)
        var results = validation.results(rowCount: profile.rowCount)
        if let against,
            let overlap = try DataProfile.overlap(
                of: data.file, with: DataFile(path: against), missingWords: data.missingWords, types: Self.types(of: expected, types))
        {
            results.append(SchemaValidation.result(overlap: overlap))
        }
        let envelope = ReportArguments.envelope(
            inputs: inputs, parameters: other == nil ? [:] : ["skew_threshold": .number(skewThreshold)],
            results: results)
        let members: [(String, JSONValue)] = [
            ("success", .bool(validation.anomalies.isEmpty)),
            ("anomaly_info", ValidationJSON.anomalyInfo(validation.anomalies)),
            ("ignored", .array(expected.ignored.map { .string($0.string) })),
        ]
        let name = data.file.name.string
        try report.write(
            envelope, file: name, members: members,
            report: {
                ValidationReport.report(
                    validation, envelope, columns: profile.columns.map(\.name), ignored: expected.ignored,
                    title: "Validation of \(name)")
            },
            text: { ValidationText.text(validation, envelope, ignored: expected.ignored, style: report.style) })
        if !validation.anomalies.isEmpty { throw ExitCode(1) }
    }

    private func run(suite path: String) throws {
        let bytes = try SmallFile.bytes(of: path)
        let suite = try ExpectationSuite(json: bytes)
        let types = try data.columnTypes()
        let run = try ProgressLine.shown { progress throws(AssayError) in
            try SuiteRun(suite, on: data.file, missingWords: data.missingWords, types: types, progress: progress)
        }
        let input = Envelope.Input(role: "suite", name: DataFile(path: path).name, digest: SHA256Hasher.digest(of: bytes))
        let envelope = ReportArguments.envelope(inputs: [run.input, input], results: run.results)
        let validation = run.json
        let members: [(String, JSONValue)] = [
            ("success", .bool(run.isSuccess)), ("statistics", validation["statistics"] ?? .null), ("validation", validation),
        ]
        let name = data.file.name.string
        try report.write(
            envelope, file: name, members: members,
            report: { SuiteText.report(run, envelope, title: "Expectations of \(name)") },
            text: { SuiteText.text(run, envelope, style: report.style) })
        if !run.isSuccess { throw ExitCode(1) }
    }

    /// What a schema says of types helps to read a file that has none: digits that are names stay text.
    private static func types(of schema: TableSchema?, _ stated: [Text: ColumnType]) -> [Text: ColumnType] {
        var types: [Text: ColumnType] = [:]
        for feature in schema?.features ?? [] where feature.type == .bytes { types[feature.name] = .text }
        return types.merging(stated) { $1 }
    }
}
