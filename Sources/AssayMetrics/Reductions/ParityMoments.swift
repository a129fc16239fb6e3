/// The constraints of a reduction over counts by group and label: how far a classifier breaks them, and what each row costs
/// under given multipliers.
///
/// Definition: with strata (the values of control columns, or one), events e (the rows of a stratum, all of them or those of a
/// label) and utility u (the decision, or for error rates whether it is wrong), there are constraints `ρ mean(u | e, g) −
/// mean(u | e) ≤ slack` (sign +) and `ρ mean(u | e) − mean(u | e, g) ≤ slack` (−) for every event and group that have rows.
/// Constraints stand by sign, then stratum, then label, then group. ρ is 1 where differences are bounded.
///
/// Everything is a function of counts, since rows of one group, stratum and label cost the same.
///
/// - Source: Agarwal et al. (2018), section 3 and theorem 1; Fairlearn 0.15 `UtilityParity.gamma`, `.signed_weights` and
///   `.project_lambda`.
package struct ParityMoments: Sendable {
    /// An amount of rows, or a cost, for each label of one group of a stratum.
    package struct Cell<Amount: Sendable>: Sendable {
        package var negative: Amount
        package var positive: Amount

        package init(negative: Amount, positive: Amount) {
            self.negative = negative
            self.positive = positive
        }
    }

    /// Rows over which groups are compared.
    package struct Event: Hashable, Sendable {
        package enum Labels: Sendable {
            case all, negatives, positives
        }

        package var stratum: Int
        package var labels: Labels
    }

    package let constraint: ReductionConstraint
    package let bound: ParityBound
    package let groupCount: Int
    /// Rows by cell: `stratum · groupCount + group`.
    package let rows: [Cell<Int>]
    package let rowCount: Int
    /// Those that have rows, in order.
    package let events: [Event]
    /// Event and group of each constraint of sign +, and likewise of sign −.
    package let pairs: [(event: Event, group: Int)]

    package var constraintCount: Int { 2 * pairs.count }

    package init(_ constraint: ReductionConstraint, rows: [Cell<Int>], groupCount: Int, bound: ParityBound) {
        precondition(groupCount > 0 && rows.count.isMultiple(of: groupCount), "strata differ in their groups")
        self.constraint = constraint
        self.bound = bound
        self.groupCount = groupCount
        self.rows = rows
        rowCount = rows.reduce(0) { $0 + $1.negative + $1.positive }
        var pairs: [(event: Event, group: Int)] = []
        var events: [Event] = []
        for stratum in 0..<(rows.count / groupCount) {
            for labels in Self.labels(constraint) {
                let event = Event(stratum: stratum, labels: labels)
                let groups = (0..<groupCount).filter { Self.count(rows[stratum * groupCount + $0], labels) > 0 }
                pairs += groups.map { (event, $0) }
                if !groups.isEmpty { events.append(event) }
            }
        }
        self.pairs = pairs
        self.events = events
    }

    private static func labels(_ constraint: ReductionConstraint) -> [Event.Labels] {
        switch constraint {
        case .demographicParity, .errorRateParity: [.all]
        case .equalizedOdds: [.negatives, .positives]
        case .truePositiveRateParity: [.positives]
        case .falsePositiveRateParity: [.negatives]
        }
    }

    /// The event a row belongs to; `nil` where no constraint looks at rows of its label.
    func event(stratum: Int, isPositive: Bool) -> Event? {
        switch constraint {
        case .demographicParity, .errorRateParity: Event(stratum: stratum, labels: .all)
        case .equalizedOdds: Event(stratum: stratum, labels: isPositive ? .positives : .negatives)
        case .truePositiveRateParity: isPositive ? Event(stratum: stratum, labels: .positives) : nil
        case .falsePositiveRateParity: isPositive ? nil : Event(stratum: stratum, labels: .negatives)
        }
    }

    private static func count(_ cell: Cell<Int>, _ labels: Event.Labels) -> Int {
        switch labels {
        case .all: cell.negative + cell.positive
        case .negatives: cell.negative
        case .positives: cell.positive
        }
    }

    private func cell(_ event: Event, _ group: Int) -> Int { event.stratum * groupCount + group }

    private func count(_ event: Event, in cells: [Cell<Int>]) -> Int {
        (0..<groupCount).reduce(0) { $0 + Self.count(cells[cell(event, $1)], event.labels) }
    }

    private func places(of event: Event) -> [Int] { pairs.indices.filter { pairs[$0].event == event } }

    /// The share of rows decided wrong.
    ///
    /// - Parameter selected: rows decided positive, by cell.
    package func error(_ selected: [Cell<Int>]) -> Double {
        let wrong = rows.indices.reduce(0) { $0 + selected[$1].negative + rows[$1].positive - selected[$1].positive }
        return Double(wrong) / Double(rowCount)
    }

    /// How far each constraint is broken before its bound is taken off.
    package func violations(_ selected: [Cell<Int>]) -> [Double] {
        let useful = rows.indices.map { cell in
            constraint == .errorRateParity
                ? Cell(negative: selected[cell].negative, positive: rows[cell].positive - selected[cell].positive) : selected[cell]
        }
        let means = pairs.map { event, group in
            let cell = cell(event, group)
            return (
                own: Double(Self.count(useful[cell], event.labels)) / Double(Self.count(rows[cell], event.labels)),
                all: Double(count(event, in: useful)) / Double(count(event, in: rows))
            )
        }
        return means.map { bound.ratio * $0.own - $0.all } + means.map { bound.ratio * $0.all - $0.own }
    }

    /// What deciding a row positive rather than negative gains, by cell and label: from the error, and from the constraints
    /// under `multipliers`.
    package func gains(_ multipliers: [Double]) -> [Cell<Double>] {
        var gains = rows.map { _ in Cell(negative: -1.0, positive: 1.0) }
        for event in events {
            let places = places(of: event)
            let (plus, minus) = (places.map { multipliers[$0] }, places.map { multipliers[pairs.count + $0] })
            let all = zip(plus, minus).reduce(0) { $0 + ($1.0 - bound.ratio * $1.1) } * Double(rowCount) / Double(count(event, in: rows))
            for (index, place) in places.enumerated() {
                let cell = cell(event, pairs[place].group)
                let own = bound.ratio * plus[index] - minus[index]
                let gain = all - own * Double(rowCount) / Double(Self.count(rows[cell], event.labels))
                if event.labels != .positives { gains[cell].negative += gain }
                if event.labels != .negatives { gains[cell].positive += constraint == .errorRateParity ? -gain : gain }
            }
        }
        return gains
    }

    /// The multipliers of least sum with the same effect on every classifier: shifting an event's multipliers by a multiple
    /// of the groups' shares changes nothing, and the weighted median is the shift that costs least. Bounded ratios have no
    /// such freedom, and theirs stay as they are.
    package func projected(_ multipliers: [Double]) -> [Double] {
        guard bound.ratio == 1 else { return multipliers }
        var signed = pairs.indices.map { multipliers[$0] - multipliers[pairs.count + $0] }
        for event in events {
            let places = places(of: event)
            let shares = places.map {
                Double(Self.count(rows[cell(event, pairs[$0].group)], event.labels)) / Double(count(event, in: rows))
            }
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
