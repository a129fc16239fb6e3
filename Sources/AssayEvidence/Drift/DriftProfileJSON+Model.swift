import AssayJSON
import AssayMetrics
import AssayTerms

/// What a profile says of a model's scores and attributions.
extension DriftProfileJSON {
    static func calibration(_ calibration: DriftProfile.Calibration) -> JSONValue {
        [
            "positive": .string(calibration.positive.string), "rows": .integer(Int64(calibration.rows)), "needed": .bool(calibration.isNeeded),
            "scores": .array(calibration.map.scores.map { .number($0) }),
            "probabilities": .array(calibration.map.probabilities.map { .number($0) }),
        ]
    }

    static func attribution(_ attribution: DriftProfile.Attribution) -> JSONValue {
        ["name": .string(attribution.name.string), "share": .number(attribution.share)]
    }

    /// `nil` for what is none.
    static func calibration(from value: JSONValue) -> DriftProfile.Calibration? {
        guard let positive = value["positive"]?.string, let rows = value["rows"]?.integer.flatMap({ Int(exactly: $0) }), rows > 0,
            let isNeeded = value["needed"]?.bool, let scores = value["scores"]?.array, let probabilities = value["probabilities"]?.array
        else { return nil }
        let points = (scores.compactMap(\.number), probabilities.compactMap(\.number))
        guard points.0.count == scores.count, points.1.count == probabilities.count,
            let map = IsotonicCalibration(scores: points.0, probabilities: points.1)
        else { return nil }
        return DriftProfile.Calibration(positive: Text(positive), rows: rows, isNeeded: isNeeded, map: map)
    }

    /// `nil` for what is none: names twice, numbers below 0.
    static func attributions(from value: JSONValue) -> [DriftProfile.Attribution]? {
        guard let array = value.array else { return nil }
        var names: Set<Text> = []
        var found: [DriftProfile.Attribution] = []
        for element in array {
            guard let name = element["name"]?.string.map({ Text($0) }), names.insert(name).inserted,
                let share = element["share"]?.number, (0...1).contains(share)
            else { return nil }
            found.append(DriftProfile.Attribution(name: name, share: share))
        }
        return found
    }
}
