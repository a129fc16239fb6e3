/// A period within which something has to be done, as data: what starts it, how long it is, and where that stands.
///
/// The list is a reading of the sources that are named, with their uncertainties; an organisation's counsel decides which of them
/// bear on it. Business days are Monday to Friday in UTC: public holidays are not known here.
package struct ReportingClock: Hashable, Sendable {
    package enum Limit: Hashable, Sendable {
        case hours(Int64)
        case days(Int64)
        /// Negative: before the start.
        case businessDays(Int64)
        case months(Int64)
    }

    /// How far a clock has run.
    package enum State: String, Sendable, CaseIterable {
        case notStarted = "not-started"
        case running
        /// The last quarter of the period has begun.
        case warned
        /// The period is over, and nothing was filed.
        case escalated
        case met
        /// Filed after the period was over.
        case metLate = "met-late"
        /// Somebody stated that nothing has to be filed.
        case notRequired = "not-required"
    }

    package let id: String
    /// The event that starts it.
    package let start: String
    package let limit: Limit
    /// By how much the law lets it be extended, in words; empty where it does not.
    package let extensionWords: String
    package let basis: String

    private init(_ id: String, _ start: String, _ limit: Limit, extending extensionWords: String = "", _ basis: String) {
        self.id = id
        self.start = start
        self.limit = limit
        self.extensionWords = extensionWords
        self.basis = basis
    }

    package static func named(_ id: String) -> ReportingClock? { all.first { $0.id == id } }

    package static let all: [ReportingClock] = [
        .init("clk-aiact-73-general", "awareness, or a causal link is likely", .days(15), "Regulation (EU) 2024/1689 Art. 73(2)"),
        .init(
            "clk-aiact-73-widespread", "awareness of a widespread infringement or a disruption of critical infrastructure", .days(2),
            "Regulation (EU) 2024/1689 Art. 73(3)"),
        .init("clk-aiact-73-death", "awareness or suspicion that a death is linked", .days(10), "Regulation (EU) 2024/1689 Art. 73(4)"),
        .init("clk-gdpr-33", "awareness of a breach of personal data", .hours(72), "Regulation (EU) 2016/679 Art. 33"),
        .init(
            "clk-gdpr-dsr", "receipt of a data subject's request", .months(1), extending: "2 months",
            "Regulation (EU) 2016/679 Art. 12(3)"),
        .init("clk-ccpa-ack", "receipt of a consumer's request", .businessDays(10), "11 CCR 7021"),
        .init("clk-ccpa-dsr", "receipt of a consumer's request", .days(45), extending: "45 days", "Cal. Civ. Code 1798.130"),
        .init("clk-ccpa-optout", "receipt of an opt-out", .businessDays(15), "11 CCR 7026, 7221"),
        .init("clk-ccpa-ra-update", "a material change of the processing", .days(45), "11 CCR 7155"),
        .init("clk-hipaa-breach", "discovery of a breach of health information", .days(60), "45 CFR 164.404"),
        .init("clk-hipaa-access", "request for access", .days(30), extending: "30 days", "45 CFR 164.524"),
        .init("clk-hipaa-amend", "request for amendment", .days(60), extending: "30 days", "45 CFR 164.526"),
        .init("clk-regb-complete", "a complete application", .days(30), "12 CFR 1002.9(a)(1)"),
        .init("clk-regb-incomplete", "adverse action on an incomplete application", .days(30), "12 CFR 1002.9(a)(1)"),
        .init("clk-regb-counter", "a counter-offer", .days(90), "12 CFR 1002.9(a)(1)"),
        .init("clk-fcra-dispute", "a consumer's dispute", .days(30), extending: "15 days", "15 U.S.C. 1681i"),
        .init("clk-co-adverse", "an adverse outcome", .days(30), "C.R.S. 6-1-1704"),
        .init("clk-ll144-notice", "the planned date of use", .businessDays(-10), "NYC Admin. Code 20-871(b)"),
        .init("clk-ll144-audit", "the date of the bias audit", .days(365), "6 RCNY 5-301(a)"),
        .init("clk-uk-complaint", "receipt of a complaint", .days(30), "Data Protection Act 2018 s. 164A"),
        .init(
            "clk-cra-14-early", "an actively exploited vulnerability or severe incident of a product", .hours(24),
            "Regulation (EU) 2024/2847 Art. 14"),
        .init(
            "clk-cra-14-notice", "an actively exploited vulnerability or severe incident of a product", .hours(72),
            "Regulation (EU) 2024/2847 Art. 14"),
    ]

    // MARK: - Times

    /// When the period that began at `start` is over, in milliseconds since 1970; `nil` beyond the year 9999.
    package func due(from start: Int64) -> Int64? {
        switch limit {
        case .hours(let count): start + count * 3_600_000
        case .days(let count): start + count * 86_400_000
        case .businessDays(let count): Self.adding(businessDays: count, to: start)
        case .months(let count): CalendarMonths.adding(count, to: start)
        }
    }

    /// When people are warned: once three quarters of the period are over.
    package func warning(from start: Int64) -> Int64? { due(from: start).map { $0 - abs($0 - start) / 4 } }

    /// How far the clock that began at `start` has run at `moment`.
    ///
    /// - Parameter filed: when what it asks for was filed; `nil` while it was not.
    package func state(from start: Int64, filed: Int64?, at moment: Int64) -> State {
        guard let due = due(from: start), let warning = warning(from: start) else { return .running }
        if let filed { return filed <= due ? .met : .metLate }
        if moment >= due { return .escalated }
        if moment >= warning { return .warned }
        return moment < start && due > start ? .notStarted : .running
    }

    /// Days that are no Saturday and no Sunday, forwards or back.
    private static func adding(businessDays count: Int64, to start: Int64) -> Int64 {
        let step: Int64 = count < 0 ? -1 : 1
        var (moment, left) = (start, abs(count))
        while left > 0 {
            moment += step * 86_400_000
            // 1970-01-01 was a Thursday; 0 is Monday.
            let weekday = ((moment - (moment % 86_400_000 + 86_400_000) % 86_400_000) / 86_400_000 % 7 + 10) % 7
            if weekday < 5 { left -= 1 }
        }
        return moment
    }
}
