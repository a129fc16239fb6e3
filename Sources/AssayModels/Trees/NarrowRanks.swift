/// From 16-bit ranks among a group's thresholds to 8-bit ranks among those of some of its trees: twice the rows in one instruction.
struct NarrowRanks: Sendable {
    /// More distinct thresholds of one feature than this do not fit.
    static let limit = Int(UInt8.max) - 1

    /// Each feature that the trees compare, and the narrow code of each wide one.
    let tables: [(feature: Int, codes: [Int8])]
    /// Places in ``tables`` by feature.
    private let places: [Int: Int]
    private let thresholds: [[Double]]

    /// - Parameters:
    ///   - thresholds: the group's, by feature, ascending.
    ///   - own: those of the trees, by feature, at most ``limit`` each.
    init(_ thresholds: [[Double]], own: [Int: Set<Double>]) {
        self.thresholds = thresholds
        tables = own.keys.sorted().map { feature in
            let kept = own[feature] ?? []
            var below = 0
            var codes: [Int8] = [Int8.min]
            for threshold in thresholds[feature] {
                if kept.contains(threshold) { below += 1 }
                codes.append(Int8(below + Int(Int8.min)))
            }
            return (feature, codes)
        }
        places = Dictionary(uniqueKeysWithValues: tables.enumerated().map { ($1.feature, $0) })
    }

    /// The narrow code up to which rows go left at one of the trees' thresholds.
    func rank(_ feature: Int, _ threshold: Double) -> Int8 {
        guard let place = places[feature] else { return Int8.min }
        return tables[place].codes[RankCodes.rank(of: threshold, in: thresholds[feature])]
    }
}
