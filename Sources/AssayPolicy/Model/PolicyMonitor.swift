package import AssayTerms

/// One check over a window of live traffic, with who hears of it: what a policy wants planned, and what a plan says.
package struct PolicyMonitor: Hashable, Sendable {
    /// How much traffic is looked at together.
    package enum Window: Hashable, Sendable {
        case rows(Int)
        case hours(Int)
        case days(Int)
        /// Whatever was scored in one run.
        case batch

        private static let bounds = ["rows": 1_000_000_000, "hours": 87_600, "days": 3_650]
        static let form = "batch|1 (row|hour|day)|[1-9][0-9]{0,9} (rows|hours|days)"

        /// `1000 rows`, `24 hours`, `1 hour`, `7 days`, `batch`; `nil` for anything else.
        package init?(_ text: Text) {
            if text == "batch" {
                self = .batch
                return
            }
            let parts = text.string.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            // One hour and one hours are the same window, and the same monitor.
            let unit = parts[0] == "1" && !parts[1].hasSuffix("s") ? parts[1] + "s" : String(parts[1])
            guard let bound = Self.bounds[unit], parts[0].first != "0",
                parts[0].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let count = Int(parts[0]), count <= bound
            else { return nil }
            switch unit {
            case "rows": self = .rows(count)
            case "hours": self = .hours(count)
            default: self = .days(count)
            }
        }

        /// As it is written, in the plural.
        package var text: Text {
            switch self {
            case .rows(let count): Text("\(count) rows")
            case .hours(let count): Text("\(count) hours")
            case .days(let count): Text("\(count) days")
            case .batch: "batch"
            }
        }

        /// Whether it is of the same kind and no longer, so that nothing is heard of later.
        func isWithin(_ other: Window) -> Bool {
            switch (self, other) {
            case (.rows(let own), .rows(let most)): own <= most
            case (.batch, .batch): true
            default: hours.map { own in other.hours.map { own <= $0 } ?? false } ?? false
            }
        }

        private var hours: Int? {
            switch self {
            case .hours(let count): count
            case .days(let count): count * 24
            case .rows, .batch: nil
            }
        }
    }

    package var check: PolicyCheck
    package var window: Window
    /// Who is told when the limit is not kept, in the order written.
    package var alert: [Text]
    /// With which chance an alarm may ever be false where all traffic of the version is judged together, as it is written; `nil` judges each
    /// window by itself.
    package var anytime: Text?
    /// Of a mean of errors that is judged so: the greatest error that a row is taken to have, as it is written.
    package var range: Text?

    package init(check: PolicyCheck, window: Window, alert: [Text], anytime: Text? = nil, range: Text? = nil) {
        self.check = check
        self.window = window
        self.alert = alert
        self.anytime = anytime
        self.range = range
    }

    /// `0.05` of what is written.
    package var alpha: Double? { anytime.flatMap { Double($0.string) } }

    /// Why it can never be judged; `nil` where it can.
    var impossibility: String? {
        guard case .rows(let count) = window, check.askedColumn != nil || check.slice != nil, count < check.minimumGroup else { return nil }
        return "a window of \(count) rows never holds a group of the \(check.minimumGroup) rows that 'min-group' asks for"
    }

    /// `max 0.3 over 7 days, telling 'risk'`.
    var demand: String {
        let rows = check.askedColumn == nil && check.slice == nil ? "" : ", groups of \(check.minimumGroup) rows and more"
        let judge = anytime.map { "by all traffic at a chance of \($0)\(range.map { " within \($0)" } ?? "")" } ?? "by its \(check.judge.rawValue)"
        return "\(check.limit.text) \(judge) over \(window.text)\(rows), telling \(PhraseText.quoted(alert))"
    }

    /// Windows and all traffic are heard of at different times; of all traffic sooner where more false alarms are borne.
    private func isHeardAsSoon(as other: PolicyMonitor) -> Bool {
        switch (alpha, other.alpha) {
        case (nil, nil): true
        case (let own?, let asked?): own >= asked && range == other.range
        default: false
        }
    }

    /// Why all traffic cannot be judged together; `nil` where it can, or nobody asks.
    var anytimeImpossibility: String? {
        guard anytime != nil else { return range == nil ? nil : "'range' belongs to 'anytime': it bounds the errors of rows that are judged together" }
        let form = AnytimeForm(check: check.id)
        if form?.needsRange == true, range == nil {
            return "'anytime' of \(check.id) needs 'range': the greatest error that a row is taken to have, in the label's unit"
        }
        if form?.needsRange != true, range != nil { return "'range' is for performance.mae and performance.mse; \(check.id) has a bound of its own" }
        if form == nil {
            return "'anytime' is for shares that rows count, of all rows or of a class, and for bounded means: \(AnytimeForm.checks.joined(separator: ", "))"
        }
        if check.forEach != nil { return "'anytime' judges all rows together; leave out 'for-each', or 'anytime'" }
        if check.id == "quality.missing_rate", check.column == nil { return "'anytime' needs 'column': the worst column is another one at other times" }
        return nil
    }

    /// Whether whoever watches this hears of all that they would hear of by `other`, and no later.
    func isAtLeastAsStrict(as other: PolicyMonitor) -> Bool {
        // Of traffic the opposite of what holds at the gate: what waits for larger groups is heard of later or never.
        var (own, asked) = (check, other.check)
        (own.minimumGroup, asked.minimumGroup) = (0, 0)
        return PolicyStrictness.isSameQuestion(check, other.check) && PolicyStrictness.isAtLeastAsStrict(own, as: asked)
            && isHeardAsSoon(as: other) && check.minimumGroup <= other.check.minimumGroup
            && window.isWithin(other.window) && Set(alert).isSuperset(of: other.alert)
    }
}
