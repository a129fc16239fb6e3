import ArgumentParser
import AssayColumns
import AssayData
import AssayEvidence
import AssayJSON
import AssayPolicy
import AssayTerms

struct FeaturesSkewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skew", abstract: "Compare the features that an evaluation used with those that were served.",
        discussion: """
            Rows are the same where entity and time are equal, or the columns of --key. Per feature: the share of these rows whose values \
            differ, and how far the two files' distributions are apart by the rules of assay drift, which informs. The status is 1 \
            where a share is above --max, or where no row is in both files.

              assay predictions export -m credit -o served.csv
              assay features join served.csv --view v.yaml --timestamp @time --keep @id,@time -o joined.csv
              assay features skew --view v.yaml --joined joined.csv --served served.csv --key @id
            """)

    @Option(help: "The feature view.")
    var view: String

    @Option(help: "The rows of the evaluation, as assay features join writes them.")
    var joined: String

    @Option(help: "The rows that were served, as assay predictions export writes them.")
    var served: String

    @Option(help: "A column that both files have and that tells rows apart, instead of entity and time; may be repeated.")
    var key: [String] = []

    @Option(help: "The column of the time in the rows of the evaluation.")
    var timestamp = "@time"

    @Option(help: "The column of the time in the rows that were served.")
    var servedTimestamp = "@time"

    @Option(help: "The largest share of rows whose values may differ.")
    var max = 0.0

    @Option(help: "Numbers may be so far apart and count as equal.")
    var tolerance = 0.0

    @Option(help: "text for people, json for programs.")
    var format: AnswerFormat = .text

    func validate() throws {
        guard (0...1).contains(self.max) else { throw ValidationError("--max is a share from 0 to 1.") }
        guard tolerance >= 0, tolerance.isFinite else { throw ValidationError("--tolerance is a number that is not negative.") }
    }

    func run() throws {
        let file = try FeatureViewFile(view)
        let features = file.view.features.map(\.name)
        let skew = try FeatureSkew(
            joined: side(joined, timestamp, file), served: side(served, servedTimestamp, file), features: features, tolerance: tolerance)
        let drift = try drift(file)
        let isBroken = skew.pairedCount == 0 || skew.features.contains { skew.share(of: $0).map { $0 > self.max } ?? true }
        switch format {
        case .json: try StandardOutput.write(json(skew, drift, isBroken).bytes(pretty: true) + [UInt8(ascii: "\n")])
        case .text: try StandardOutput.write(Array(text(skew, drift, isBroken).utf8))
        }
        if isBroken { throw ExitCode(1) }
    }

    /// Numbers are read as they stand, since what a view calls whole may have been served as a float; text and times are not.
    private func schema(_ file: FeatureViewFile) -> DataSchema {
        var schema = DataSchema()
        for feature in file.source.features where feature.type == .text || feature.type == .timestamp { schema.types[feature.name] = feature.type }
        return schema
    }

    private func side(_ path: String, _ time: String, _ file: FeatureViewFile) -> FeatureSkew.Side {
        var side = FeatureSkew.Side(data: DataFile(path: path), keys: key.map { Text($0) }, schema: schema(file))
        if key.isEmpty {
            side.keys = file.view.entities.map(\.name) + [Text(time)]
            for entity in file.source.entities { side.schema.types[entity.name] = entity.type }
            side.schema.types[Text(time)] = .timestamp
        }
        return side
    }

    /// Of all rows of both files, whether the other has them or not; times are not compared.
    private func drift(_ file: FeatureViewFile) throws(AssayError) -> DriftEngine.Outcome? {
        let columns = file.view.features.filter { $0.type != .timestamp }.map(\.name)
        guard !columns.isEmpty else { return nil }
        var request = DriftRequest(reference: .data(DataFile(path: joined)), current: DataFile(path: served))
        request.columns = columns
        request.schema = schema(file)
        return try DriftEngine.compute(request, computedAt: SystemTime.now())
    }

    private func text(_ skew: FeatureSkew, _ drift: DriftEngine.Outcome?, _ isBroken: Bool) -> String {
        var lines = [
            "\(NumberText.grouped(skew.pairedCount)) rows in both files; \(NumberText.grouped(skew.joinedOnlyCount)) only in \(joined), "
                + "\(NumberText.grouped(skew.servedOnlyCount)) only in \(served)."
        ]
        for feature in skew.features {
            let share = skew.share(of: feature)
            var line = "  \(share.map { $0 <= self.max } ?? false ? "pass" : "fail"): \(feature.name) differs in "
                + "\(share.map(NumberText.fixed) ?? "–") of them (\(NumberText.grouped(feature.differingCount)) rows"
            if feature.oneMissingCount > 0 { line += ", \(NumberText.grouped(feature.oneMissingCount)) with a value on one side only" }
            if let largest = feature.largestDifference { line += ", by up to \(ShortestDecimal.text(of: largest))" }
            line += ")"
            if let column = drift?.columns.first(where: { $0.name == feature.name }), let result = column.results.first {
                let verdict = column.isDrift.map { $0 ? "drifted" : "no drift" } ?? "not judged"
                line += "; \(verdict), \(result.id) \(result.value.map(NumberText.fixed) ?? "–")"
            }
            lines.append(line + ".")
        }
        if skew.pairedCount == 0 { lines.append("No row is in both files, so nothing was shown; see --key and --timestamp.") }
        lines.append(isBroken ? "Skew: beyond \(ShortestDecimal.text(of: self.max))." : "No skew beyond \(ShortestDecimal.text(of: self.max)).")
        return lines.map { $0 + "\n" }.joined()
    }

    private func json(_ skew: FeatureSkew, _ drift: DriftEngine.Outcome?, _ isBroken: Bool) -> JSONValue {
        let features = skew.features.map { feature -> JSONValue in
            var object: JSONObject = [
                "name": .string(feature.name.string), "differing": .integer(Int64(feature.differingCount)),
                "one_missing": .integer(Int64(feature.oneMissingCount)), "share": skew.share(of: feature).map { .number($0) } ?? .null,
            ]
            if let largest = feature.largestDifference, largest.isFinite { object["largest_difference"] = .number(largest) }
            if let column = drift?.columns.first(where: { $0.name == feature.name }), let result = column.results.first {
                object["drift"] = [
                    "check": .string(result.id), "value": result.value.map { .number($0) } ?? .null,
                    "drifted": column.isDrift.map { .bool($0) } ?? .null,
                ]
            }
            return .object(object)
        }
        return [
            "rows": .integer(Int64(skew.pairedCount)), "only_joined": .integer(Int64(skew.joinedOnlyCount)),
            "only_served": .integer(Int64(skew.servedOnlyCount)), "max": .number(self.max), "skewed": .bool(isBroken), "features": .array(features),
        ]
    }
}
