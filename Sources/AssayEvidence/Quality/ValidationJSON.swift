import AssayCanonical
import AssayColumns
import AssayData
package import AssayJSON
import AssayMetrics
import AssayTerms

/// Profiles and schema validations as JSON, beside the envelope.
package enum ValidationJSON {
    private static let topLimit = 10
    private static let shares = [0.05, 0.25, 0.5, 0.75, 0.95]

    /// One object a column; a number that is undefined or not finite is `null`.
    package static func columns(of profile: DataProfile) -> JSONValue {
        .array(OwnThread.sideBySide(Array(zip(profile.columns, profile.personalData))) { column($0.0, $0.1) })
    }

    private static func column(_ column: ColumnStatistics, _ personalData: PersonalDataState) -> JSONValue {
        var object: JSONObject = [
            "name": .string(column.name.string), "type": .string(column.type.rawValue),
            "rows": .integer(Int64(column.rowCount)), "missing": .integer(Int64(column.missingCount)),
            "missing_rate": number(column.missingShare), "distinct": .integer(Int64(column.counts.distinctCount)),
            "distinct_is_exact": .bool(column.counts.isExact),
        ]
        if !column.counts.isExact { object["distinct_standard_error"] = .number(DistinctSketch.standardError) }
        if column.type.domain == .numbers {
            let moments = column.moments
            object["zeros"] = .integer(Int64(moments.zeroCount))
            object["infinities"] = .integer(Int64(moments.infiniteCount))
            object["min"] = number(moments.least)
            object["max"] = number(moments.greatest)
            object["mean"] = number(moments.mean)
            object["std"] = number(moments.standardDeviation)
            let sorted = column.quantiles.sorted()
            object["quantiles"] = .object(
                JSONObject(shares.map { (ShortestDecimal.text(of: $0), number(sorted.quantile($0))) }))
            object["quantile_rank_error"] = .number(column.quantiles.rankError)
        }
        if let lengths = column.textLengths {
            object["length"] = [
                "min": .integer(Int64(lengths.least)), "max": .integer(Int64(lengths.greatest)), "mean": .number(lengths.mean),
            ]
        }
        let findings = personalData.findings().findings
        if !findings.isEmpty {
            object["personal_data"] = .array(
                findings.map { finding in
                    [
                        "entity_type": .string(finding.kind.rawValue), "count": .integer(Int64(finding.count)),
                        "rate": number(column.rowCount == 0 ? nil : Double(finding.count) / Double(column.rowCount)),
                        "samples": .array(finding.samples.map { .string($0.string) }),
                    ]
                })
        } else if let top = column.counts.top(topLimit) {
            object["top"] = .array(
                top.map { pair in
                    let shown: JSONValue = column.type == .boolean ? .bool(pair.value != .integer(0)) : value(pair.value)
                    return ["value": shown, "count": .integer(Int64(pair.count))]
                })
        }
        return .object(object)
    }

    static func number(_ number: Double?) -> JSONValue {
        guard let number, number.isFinite else { return .null }
        return .number(number)
    }

    static func value(_ value: ColumnValue) -> JSONValue {
        switch value {
        case .integer(let integer): .integer(integer)
        case .fraction(let fraction) where fraction.isFinite: .number(fraction)
        case .fraction, .text, .timestamp: .string(value.name.string)
        }
    }

    /// TFDV's `Anomalies` in its JSON form: one entry a column, its reasons listed.
    package static func anomalyInfo(_ anomalies: [SchemaAnomaly]) -> JSONValue {
        var info: JSONObject = [:]
        var columns: [Text] = []
        for anomaly in anomalies where !columns.contains(anomaly.column) { columns.append(anomaly.column) }
        for column in columns {
            let reasons = anomalies.filter { $0.column == column }
            info[column.string] = [
                "severity": "ERROR",
                "short_description": .string(reasons.count == 1 ? reasons[0].kind.shortDescription : "Multiple errors"),
                "description": .string(reasons.map(\.description).joined(separator: "; ")),
                "reason": .array(
                    reasons.map {
                        [
                            "type": .string($0.kind.rawValue), "short_description": .string($0.kind.shortDescription),
                            "description": .string($0.description),
                        ]
                    }),
            ]
        }
        return .object(info)
    }
}
