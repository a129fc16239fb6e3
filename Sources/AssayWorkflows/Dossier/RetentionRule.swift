/// For how long at least something has to be kept, as data: one row of the law, or of the platform's own defaults.
package struct RetentionRule: Hashable, Sendable {
    package let id: String
    package let months: Int64
    /// What the period is about.
    package let what: String
    package let basis: String

    private init(_ id: String, months: Int64, _ what: String, _ basis: String) {
        self.id = id
        self.months = months
        self.what = what
        self.basis = basis
    }

    package static func named(_ id: String) -> RetentionRule? { all.first { $0.id == id } }

    /// Sorted by id. A reading of the sources that are named; which of them bear on an organisation is for its counsel. Periods that begin at an
    /// event of their own (the end of a contract, the last use) begin here where the caller says.
    package static let all: [RetentionRule] = [
        .init("assay/high", months: 120, "documentation of a high tier", "the platform's default"),
        .init("assay/low", months: 36, "documentation of a low tier", "the platform's default"),
        .init("assay/moderate", months: 60, "documentation of a moderate tier", "the platform's default"),
        .init("ca-feha/records", months: 48, "records of automated decisions about employment", "2 CCR 11013, since 2025-10-01"),
        .init("ccpa/records", months: 24, "records of consumers' requests", "11 CCR 7101"),
        .init("ccpa/risk-assessment", months: 60, "risk assessments", "11 CCR 7155"),
        .init("co/records", months: 36, "records of consequential decisions, from 2027-01-01", "Colorado SB 26-189"),
        .init("ecoa/retention", months: 25, "records of credit applications", "12 CFR 1002.12"),
        .init("ecoa/retention-business", months: 12, "records of business credit applications", "12 CFR 1002.12"),
        .init("eu-ai-act/art-18", months: 120, "technical documentation after the system is placed on the market", "Regulation (EU) 2024/1689 Art. 18"),
        .init("eu-ai-act/art-19", months: 6, "logs of a high-risk system, by its provider", "Regulation (EU) 2024/1689 Art. 19"),
        .init("eu-ai-act/art-26-6", months: 6, "logs of a high-risk system, by its deployer", "Regulation (EU) 2024/1689 Art. 26(6)"),
        .init("hipaa/documentation", months: 72, "documentation of safeguards", "45 CFR 164.316(b)(2)(i)"),
        .init("mifid/records", months: 60, "records of services and transactions; 84 where the authority asks", "MiFID II Art. 16(7)"),
        .init("swap/records", months: 60, "records of swaps after they end", "17 CFR 45.2"),
    ]
}
