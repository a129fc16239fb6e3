/// How one column is distributed in two sets of rows: reference against current. Small, since a report shows many.
package struct DistributionChart: Sendable {
    package enum Bins: Hashable, Sendable {
        /// Ascending; one more than there are shares.
        case numbers(edges: [Double])
        /// One name a share.
        case values([String])
    }

    package var title: String
    /// Beside the title: what was decided; `nil` where nothing was.
    package var outcome: Report.Finding.Outcome?
    /// Below the title: the numbers behind the decision.
    package var note: String
    package var firstName: String
    package var secondName: String
    package var bins: Bins
    /// Shares of each set's rows, adding to at most 1.
    package var first: [Double]
    package var second: [Double]

    package init(
        title: String, outcome: Report.Finding.Outcome? = nil, note: String = "", firstName: String, secondName: String,
        bins: Bins, first: [Double], second: [Double]
    ) {
        let count =
            switch bins {
            case .numbers(let edges): edges.count - 1
            case .values(let names): names.count
            }
        precondition(first.count == count && second.count == count, "a bin has another number of shares than one of each set")
        self.title = title
        self.outcome = outcome
        self.note = note
        self.firstName = firstName
        self.secondName = secondName
        self.bins = bins
        self.first = first
        self.second = second
    }
}
