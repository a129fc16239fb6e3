/// Whether scores come nearer to the shares of positives when they are calibrated.
package enum CalibrationNeed {
    private static let splits = 10
    private static let bins = 10
    private static let seed: UInt32 = 42
    /// Beyond this area under the ROC curve nothing is calibrated.
    private static let separable = 0.999

    /// Ten times a tenth of the rows is held out, stratified by label; on all of them together the expected calibration
    /// error of the scores is compared with that of scores calibrated on the other rows.
    ///
    /// Which rows are held out depends on their order. Rows of equal score stand in the order of the held-out rows where
    /// bins of equally many rows divide them; NannyML leaves that order to an unstable sort.
    ///
    /// - Returns: `false` where the labels are all alike, where one of them has a single row or too few rows to divide,
    ///   and where the area under the ROC curve exceeds 0.999.
    /// - Precondition: scores are finite; labels are 0 or 1.
    /// - Complexity: O(n log n).
    /// - Source: NannyML 0.13.1 `calibration.needs_calibration`; the divisions of scikit-learn 1.9.1
    ///   `StratifiedShuffleSplit(n_splits=10, test_size=0.1, random_state=42)`.
    package static func isNeeded(scores: [Double], labels: [UInt8]) -> Bool {
        let rows: [[Int32]] = [0, 1].map { label in
            labels.indices.filter { labels[$0] == label }.map { Int32($0) }
        }
        let heldOut = (scores.count + 9) / 10
        guard rows.allSatisfy({ $0.count > 1 }), heldOut > 1, scores.count - heldOut > 1 else { return false }
        let classes = rows.map { $0.map { scores[Int($0)] } }
        guard RankedScores.area(positives: classes[1], negatives: classes[0]).value ?? 0 <= separable else { return false }

        let order = scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] < scores[$1] }
        var generator = MersenneTwister(seed: seed)
        var plain: [(score: Double, label: UInt8)] = []
        var calibrated: [(score: Double, label: UInt8)] = []
        for _ in 0..<splits {
            let (training, testing) = split(rows, heldOut: heldOut, &generator)
            var isTraining = [Bool](repeating: false, count: scores.count)
            for row in training { isTraining[Int(row)] = true }
            let trained = order.filter { isTraining[$0] }
            let calibration = IsotonicCalibration(scores: trained.map { scores[$0] }, labels: trained.map { labels[$0] })
            for row in testing.map({ Int($0) }) {
                plain.append((scores[row], labels[row]))
                calibrated.append((calibration.probability(of: scores[row]), labels[row]))
            }
        }
        return error(of: plain) > error(of: calibrated)
    }

    /// Rows to train on and rows held out, each shuffled.
    private static func split(
        _ rows: [[Int32]], heldOut: Int, _ generator: inout MersenneTwister
    ) -> (training: [Int32], testing: [Int32]) {
        let counts = rows.map(\.count)
        let trained = apportioned(counts, draws: counts.reduce(0, +) - heldOut, &generator)
        let tested = apportioned(zip(counts, trained).map { $0 - $1 }, draws: heldOut, &generator)
        var training: [Int32] = []
        var testing: [Int32] = []
        for (index, own) in rows.enumerated() {
            var order = own.indices.map { Int32($0) }
            generator.shuffle(&order)
            training += order.prefix(trained[index]).map { own[Int($0)] }
            testing += order.dropFirst(trained[index]).prefix(tested[index]).map { own[Int($0)] }
        }
        generator.shuffle(&training)
        generator.shuffle(&testing)
        return (training, testing)
    }

    /// `draws` divided in proportion to `counts`; what is left after rounding down goes to the largest remainders, by lot
    /// among equal ones.
    private static func apportioned(_ counts: [Int], draws: Int, _ generator: inout MersenneTwister) -> [Int] {
        let total = Double(counts.reduce(0, +))
        let exact = counts.map { Double($0) / total * Double(draws) }
        var whole = exact.map { $0.rounded(.down) }
        var left = draws - Int(whole.reduce(0, +))
        let remainders = zip(exact, whole).map { $0 - $1 }
        for remainder in Set(remainders).sorted(by: >) where left > 0 {
            let places = remainders.indices.filter { remainders[$0] == remainder }
            var order = places.indices.map { Int32($0) }
            generator.shuffle(&order)
            for chosen in order.prefix(left) { whole[places[Int(chosen)]] += 1 }
            left -= min(left, places.count)
        }
        return whole.map { Int($0) }
    }

    /// The expected calibration error over bins of equally many rows, by score.
    private static func error(of rows: [(score: Double, label: UInt8)]) -> Double {
        let order = rows.indices.sorted { rows[$0].score == rows[$1].score ? $0 < $1 : rows[$0].score < rows[$1].score }
        let width = rows.count / (rows.count <= 2 * bins ? rows.count / 2 : bins)
        var edges = Array(stride(from: 0, through: rows.count, by: width))
        edges[edges.count - 1] = rows.count
        var total = 0.0
        for (left, right) in zip(edges, edges.dropFirst()) {
            let scores = blockedSum(of: order[left..<right].map { rows[$0].score })
            let positives = order[left..<right].reduce(0) { $0 + Int(rows[$1].label) }
            total += abs(scores - Double(positives)) / Double(rows.count)
        }
        return total
    }
}
