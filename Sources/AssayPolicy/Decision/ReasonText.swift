import AssayTerms

/// Sentences about requirements.
enum ReasonText {
    /// Groups named in one sentence; the rest is counted.
    private static let groupLimit = 12

    /// `fairness.… on race is 0.2333; the limit is max 0.1; 95 % interval 0.16 to 0.31; groups: …; evidence: …`.
    static func sentence(_ check: PolicyCheck, measurement: GateReason.Measurement?, note: String?) -> String {
        var parts: [String] = []
        let bounds = check.limit.bounds
        if let value = measurement?.result.value {
            parts.append("\(check.title) is \(NumberText.text(value, besides: bounds))")
        } else {
            parts.append(check.title)
        }
        var limit = "the limit is \(check.limit.text)"
        if let baseline = measurement?.baseline {
            let which = check.against ?? .production
            limit += " against \(NumberText.text(baseline)) \(which == .production ? "in production" : "of \(which.words)")"
        } else if let which = check.against, which != .production {
            limit += " against \(which.words)"
        }
        if check.judge == .interval { limit += " for the whole interval" }
        parts.append(limit)
        if let note { parts.append(note) }
        guard let measurement else { return parts.joined(separator: "; ") }
        if let interval = measurement.result.interval {
            let low = NumberText.text(interval.low, besides: bounds)
            let high = NumberText.text(interval.high, besides: bounds)
            parts.append("\(NumberText.percent(interval.level)) interval \(low) to \(high)")
        }
        if !measurement.result.groups.isEmpty {
            parts.append(
                "groups: "
                    + list(
                        measurement.result.groups.map { group in
                            "\(group.group) \(group.value.map { NumberText.text($0) } ?? "undefined") (\(rows(group.count)))"
                        }))
        }
        parts.append("evidence: \(measurement.provenance.rawValue)")
        parts.append(data(measurement))
        return parts.joined(separator: "; ")
    }

    private static func data(_ measurement: GateReason.Measurement) -> String {
        guard let dataset = measurement.dataset else { return "data: not named" }
        return measurement.isDatasetPinned
            ? "data: \(dataset.name), pinned by the policy"
            : "data: \(dataset.name), chosen by the author"
    }

    static func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }

    /// What somebody wrote, in a sentence of ours.
    static func oneLine(_ text: Text) -> String {
        let words = text.string.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count > 200 ? words.prefix(200) + "…" : words
    }

    static func list(_ items: [String]) -> String {
        let shown = items.prefix(groupLimit).joined(separator: ", ")
        return items.count > groupLimit ? shown + " and \(items.count - groupLimit) more" : shown
    }
}

extension Limit {
    /// The decimals a printed value must not be confused with.
    var bounds: [ExactDecimal] {
        switch shape {
        case .range(let lower, let upper): [lower, upper].compactMap { $0?.decimal }
        case .drop: []
        }
    }
}
