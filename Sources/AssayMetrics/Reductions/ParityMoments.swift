/// The constraints of a reduction over counts by group and label: how far a classifier breaks them, and what each row costs
/// under given multipliers.
///
/// Definition: with events e (all rows, or the rows of a label) and utility u (the decision, or for error rates whether it is
/// wrong), there are constraints `mean(u | e, g) − mean(u | e) ≤ bound` (sign +) and the same the other way round (−) for
/// every event and group that have rows. Constraints stand by sign, then event, then group.
///
/// Everything is a function of counts, since rows of one group and label cost the same.
///
/// - Source: Agarwal et al. (2018), section 3 and theorem 1; Fairlearn 0.15 `UtilityParity.gamma`, `.signed_weights` and
///   `.project_lambda` with `ratio_bound` 1.
package struct ParityMoments: Sendable {
    /// An amount of rows, or a cost, for each label of one group.
    package struct Cell<Amount: Sendable>: Sendable {
        package var negative: Amount
        package var positive: Amount

        package init(negative: Amount, positive: Amount) {
            self.negative = negative
            self.positive = positive
        }
    }

    package enum Event: Int, Sendable {
        case all, negatives, positives
    }

    package let constraint: ReductionConstraint
    package let differenceBound: Double
    /// Rows by group.
    package let rows: [Cell<Int>]
    package let rowCount: Int
    /// Event and group of each constraint of sign +, and likewise of sign −.
    package let pairs: [(event: Event, group: Int)]

    package var constraintCount: Int { 2 * pairs.count }

    package init(_ constraint: ReductionConstraint, rows: [Cell<Int>], differenceBound: Double) {
        self.constraint = constraint
        self.differenceBound = differenceBound
        self.rows = rows
        rowCount = rows.reduce(0) { $0 + $1.negative + $1.positive }
        var pairs: [(event: Event, group: Int)] = []
        for event in Self.events(constraint) {
            for group in rows.indices where Self.count(rows[group], event) > 0 { pairs.append((event, group)) }
        }
        self.pairs = pairs
    }

    static func events(_ constraint: ReductionConstraint) -> [Event] {
        switch constraint {
        case .demographicParity, .errorRateParity: [.all]
        case .equalizedOdds: [.negatives, .positives]
        case .truePositiveRateParity: [.positives]
        case .falsePositiveRateParity: [.negatives]
        }
    }

    private static func count(_ cell: Cell<Int>, _ event: Event) -> Int {
        switch event {
        case .all: cell.negative + cell.positive
        case .negatives: cell.negative
        case .positives: cell.positive
        }
    }

    private func count(_ event: Event) -> Int { rows.reduce(0) { $0 + Self.count($1, event) } }

    /// The share of rows decided wrong.
    ///
    /// - Parameter selected: rows decided positive, by group.
    package func error(_ selected: [Cell<Int>]) -> Double {
        let wrong = rows.indices.reduce(0) { $0 + selected[$1].negative + rows[$1].positive - selected[$1].positive }
        return Double(wrong) / Double(rowCount)
    }

    /// How far each constraint is broken before its bound is taken off.
    package func violations(_ selected: [Cell<Int>]) -> [Double] {
        let utilities = rows.indices.map { group in
            let useful =
                constraint == .errorRateParity
                ? Cell(negative: selected[group].negative, positive: rows[group].positive - selected[group].positive) : selected[group]
            return useful
        }
        let signed = pairs.map { event, group in
            let own = Double(Self.count(utilities[group], event)) / Double(Self.count(rows[group], event))
            let all = Double(utilities.reduce(0) { $0 + Self.count($1, event) }) / Double(count(event))
            return own - all
        }
        return signed + signed.map { -$0 }
    }

    /// What deciding a row positive rather than negative gains, by group and label: from the error, and from the constraints
    /// under `multipliers`.
    package func gains(_ multipliers: [Double]) -> [Cell<Double>] {
        var gains = rows.map { _ in Cell(negative: -1.0, positive: 1.0) }
        for event in Self.events(constraint) {
            let places = pairs.indices.filter { pairs[$0].event == event }
            let signed = places.map { multipliers[$0] - multipliers[pairs.count + $0] }
            let all = signed.reduce(0, +) * Double(rowCount) / Double(count(event))
            for (place, own) in zip(places, signed) {
                let group = pairs[place].group
                let gain = all - own * Double(rowCount) / Double(Self.count(rows[group], event))
                if event != .positives { gains[group].negative += gain }
                if event != .negatives { gains[group].positive += constraint == .errorRateParity ? -gain : gain }
            }
        }
        return gains
    }

    /// The multipliers of least sum with the same effect on every classifier: shifting an event's multipliers by a multiple
    /// of the groups' shares changes nothing, and the weighted median is the shift that costs least.
    package func projected(_ multipliers: [Double]) -> [Double] {
        var signed = pairs.indices.map { multipliers[$0] - multipliers[pairs.count + $0] }
        for event in Self.events(constraint) {
            let places = pairs.indices.filter { pairs[$0].event == event }
            guard !places.isEmpty else { continue }
            let shares = places.map { Double(Self.count(rows[pairs[$0].group], event)) / Double(count(event)) }
            let scaled = zip(places, shares).map { signed[$0] / $1 }
            let order = places.indices.sorted { (scaled[$0], $0) < (scaled[$1], $1) }
            let half = shares.reduce(0, +) / 2
            var sum = 0.0
            var shift = scaled[order[order.count - 1]]
            for index in order {
                sum += shares[index]
                if sum >= half {
                    shift = scaled[index]
                    break
                }
            }
            for (place, share) in zip(places, shares) { signed[place] -= share * shift }
        }
        return signed.map { max($0, 0) } + signed.map { max(-$0, 0) }
    }
}
