import AssayMetrics
package import AssayTerms

/// What a check counted in one window, or in all of them: rows and those of them with the event, by group.
///
/// Interval: each group's share has a confidence sequence (``SequentialProportion``) of level `1 − αᵢ`, where the i-th group to appear has
/// `αᵢ = α / (i (i + 1))`; these sum to less than α however many groups come. With probability `1 − α` all of them hold at all times at once, and
/// then so does what is put together from their ends. One share has all of α. A check of two rates counts each of them in each group: the parts are then
/// rates in groups, and share α in the same way, in the order in which they appear.
///
/// - Within classes: of the rows of a class (labelled positive, say) the event has one chance, whatever the others are. How many rows the class has
///   says nothing of it.
/// - Assumed: rows are independent, each with its group's chance of the event, in the order they are counted. Labels that come late have to come
///   independently of what they say.
/// - Resets: counts are of one version and one monitor as it is written; another version, or another limit, begins anew.
/// - Source: Robbins (1970), Ville (1939); see ``SequentialProportion``.
package struct AnytimeTally: Sendable, Hashable {
    package struct Part: Sendable, Hashable {
        package var group: Text
        package var events: Int64
        package var rows: Int64

        package init(group: Text, events: Int64, rows: Int64) {
            self.group = group
            self.events = events
            self.rows = rows
        }
    }

    /// In the order in which they first appeared.
    package var parts: [Part]

    package init(parts: [Part]) { self.parts = parts }

    /// What a window's result counted; `nil` for a check without a form, or where nothing was counted.
    package init?(_ result: CheckResult) {
        // Rows of a class are counted by ``EvidenceEngine/counted(_:blocks:range:numbered:reference:)``: results say how many rows a group has.
        guard let form = AnytimeForm(check: result.id), !form.isWithinClasses, form.shape != .mean else { return nil }
        func part(_ name: Text, _ value: Double?, _ rows: Int) -> Part? {
            guard let value, rows > 0, (0...1).contains(value) else { return nil }
            // A share of whole numbers times its rows is within half a unit of the count.
            return Part(group: name, events: Int64((value * Double(rows)).rounded()), rows: Int64(rows))
        }
        parts =
            form.comparesGroups
            ? result.groups.compactMap { part($0.group, $0.value, $0.count) } : [part("", result.value, result.rows)].compactMap { $0 }
        guard !parts.isEmpty else { return nil }
    }

    /// The counts of both; groups that are new follow those that were there.
    package mutating func add(_ other: AnytimeTally) {
        for part in other.parts {
            if let known = parts.firstIndex(where: { $0.group == part.group }) {
                parts[known].events += part.events
                parts[known].rows += part.rows
            } else {
                parts.append(part)
            }
        }
    }

    package var rows: Int64 { parts.reduce(0) { $0 + $1.rows } }

    /// The value over all that was counted, and where it lies at all times with probability `1 − α`.
    ///
    /// - Returns: `nil` with fewer than two groups where groups are compared; of two rates, where either has fewer.
    package func estimate(_ form: AnytimeForm, alpha: Double) -> (value: Double, interval: Interval)? {
        // A part whose rows are all erased keeps its part of α.
        let counted = parts.enumerated().filter { $0.element.rows > 0 }.map { index, part in
            let own = form.comparesGroups ? alpha / Double((index + 1) * (index + 2)) : alpha
            let share = SequentialProportion(successes: part.events, trials: part.rows)
            return Counted(part: part.group, value: share.rate ?? 0, interval: share.interval(level: 1 - own))
        }
        func answer(_ range: Range) -> (value: Double, interval: Interval) {
            (range.value, Interval(low: range.low, high: range.high, level: 1 - alpha, method: "beta-mixture confidence sequence"))
        }
        guard form.comparesGroups else {
            return counted.first.map { answer(Range(value: $0.value, low: $0.interval.low, high: $0.interval.high)) }
        }
        var ranges: [Range] = []
        for rate in form.rates {
            let own = counted.compactMap { one in
                form.group(ofPart: one.part, rate).map { Counted(part: $0, value: one.value, interval: one.interval) }
            }
            guard let range = Self.range(own, form.shape) else { return nil }
            ranges.append(range)
        }
        switch form.shape {
        case .share, .mean: return nil
        case .gap: return Range.of(ranges) { $0.max() ?? 0 }.map(answer)
        case .least, .ratio: return Range.of(ranges) { $0.min() ?? 0 }.map(answer)
        case .difference: return Range.of(ranges) { $0.reduce(0, +) / Double($0.count) }.map(answer)
        }
    }

    private struct Counted {
        var part: Text
        var value: Double
        var interval: Interval
    }

    private struct Range {
        var value: Double
        var low: Double
        var high: Double

        /// Each end of what is put together is put together from these ends, since it grows with each.
        static func of(_ ranges: [Range], _ join: ([Double]) -> Double) -> Range? {
            ranges.isEmpty ? nil : Range(value: join(ranges.map(\.value)), low: join(ranges.map(\.low)), high: join(ranges.map(\.high)))
        }
    }

    /// One rate compared over groups.
    private static func range(_ groups: [Counted], _ shape: AnytimeForm.Shape) -> Range? {
        guard groups.count > 1 else { return nil }
        let values = groups.map(\.value)
        let (lows, highs) = (groups.map(\.interval.low), groups.map(\.interval.high))
        let (least, most) = (values.min() ?? 0, values.max() ?? 0)
        let (leastLow, mostLow, leastHigh, mostHigh) = (lows.min() ?? 0, lows.max() ?? 0, highs.min() ?? 1, highs.max() ?? 1)
        switch shape {
        case .share, .mean: return nil
        case .gap: return Range(value: most - least, low: max(0, mostLow - leastHigh), high: mostHigh - leastLow)
        case .least:
            guard most > 0 else { return nil }
            return Range(value: least / most, low: leastLow / mostHigh, high: mostLow > 0 ? min(1, leastHigh / mostLow) : 1)
        case .difference, .ratio:
            guard let privileged = groups.firstIndex(where: { $0.part.string.hasPrefix("privileged") }),
                let other = groups.firstIndex(where: { $0.part.string.hasPrefix("unprivileged") })
            else { return nil }
            if shape == .difference {
                return Range(value: values[other] - values[privileged], low: lows[other] - highs[privileged], high: highs[other] - lows[privileged])
            }
            guard values[privileged] > 0 else { return nil }
            let high = lows[privileged] > 0 ? highs[other] / lows[privileged] : Double.greatestFiniteMagnitude
            return Range(value: values[other] / values[privileged], low: lows[other] / highs[privileged], high: high)
        }
    }
}
