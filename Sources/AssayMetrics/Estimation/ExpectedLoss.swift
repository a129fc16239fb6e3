/// The loss that predictions of numbers are to be expected to have, from what the loss of earlier ones with known labels was.
///
/// Definition: a regression of the rows' loss on features and prediction is learned where labels are known; its predictions for
/// the other rows, those below 0 taken as 0, are averaged. Texts stand in the regression by the mean loss of their rows (drawn
/// towards that of all rows by ten rows of it), in ascending order.
///
/// - Source: NannyML 0.13.1 `performance_estimation.direct_loss_estimation`, direct loss estimation (DLE).
package struct ExpectedLoss: Sendable {
    /// What one row loses.
    package enum Loss: Sendable, CaseIterable {
        /// `|y − ŷ|`, `|y − ŷ| / max(|y|, 2⁻⁵²)`, `(y − ŷ)²` and `(log(1 + y) − log(1 + ŷ))²`.
        case absolute, relative, squared, squaredLogarithm

        /// - Precondition: both are finite, for the logarithm's loss above −1.
        package func value(label: Double, prediction: Double) -> Double {
            let error = label - prediction
            switch self {
            case .absolute: return abs(error)
            case .relative: return abs(error) / max(abs(label), RegressionState.smallestDivisor)
            case .squared: return error * error
            case .squaredLogarithm:
                let gap = naturalLogarithm(1 + label) - naturalLogarithm(1 + prediction)
                return gap * gap
            }
        }
    }

    package enum Measure: String, Sendable, CaseIterable {
        case mae, mape, mse, msle, rmse, rmsle

        package var loss: Loss {
            switch self {
            case .mae: .absolute
            case .mape: .relative
            case .mse, .rmse: .squared
            case .msle, .rmsle: .squaredLogarithm
            }
        }

        /// Whether it is the root of a mean.
        var isRoot: Bool { self == .rmse || self == .rmsle }

        package func value(ofMean mean: Double) -> Double { isRoot ? mean.squareRoot() : mean }
    }

    /// One feature, row by row.
    package enum Feature: Sendable {
        /// Infinities count as very large numbers; NaN is missing.
        case numbers([Double])
        /// Codes from 0 on, the same text the same code in both data sets; below 0 is missing.
        case texts([Int32])
    }

    /// How many rows of the mean loss are added to each text's own.
    private static let smoothing = 10.0
    /// Beyond it numbers are not told apart.
    private static let greatest = 1e300

    /// The mean expected loss of the rows asked about.
    package let mean: Double
    /// The mean loss of the rows learned from, and the deviation of their losses.
    package let measuredMean: Double
    package let measuredDeviation: Double

    /// - Parameters:
    ///   - losses: of the rows with known labels.
    ///   - known: their features, the prediction among them.
    ///   - open: the features of the rows asked about, in the same order.
    /// - Precondition: there are rows in both, and a feature.
    /// - Complexity: that of ``BoostedTrees``.
    package init(losses: [Double], known: [Feature], open: [Feature]) {
        precondition(known.count == open.count, "both have the same features")
        let average = blockedSum(of: losses) / Double(losses.count)
        var learned: [[Double]] = []
        var asked: [[Double]] = []
        for (left, right) in zip(known, open) {
            switch (left, right) {
            case (.numbers(let left), .numbers(let right)):
                learned.append(left.map(Self.bounded))
                asked.append(right.map(Self.bounded))
            case (.texts(let left), .texts(let right)):
                let places = Self.places(of: left, losses, average)
                func numbers(_ codes: [Int32]) -> [Double] {
                    codes.map { $0 >= 0 && Int($0) < places.count ? places[Int($0)] : .nan }
                }
                learned.append(numbers(left))
                asked.append(numbers(right))
            default: preconditionFailure("a feature is numbers in one data set and texts in the other")
            }
        }
        let rows = BinnedRows(columns: learned)
        let model = BoostedTrees(rows, targets: losses)
        let predictions = model.predictions(for: BinnedRows(columns: asked, like: rows)).map { max(0, $0) }
        mean = blockedSum(of: predictions) / Double(predictions.count)
        measuredMean = average
        measuredDeviation =
            (blockedSum(of: losses.map { ($0 - average) * ($0 - average) }) / Double(losses.count)).squareRoot()
    }

    private static func bounded(_ value: Double) -> Double { value.isNaN ? value : max(-greatest, min(greatest, value)) }

    /// Each code's place, from 1, among the codes by mean loss; NaN for one that no row has.
    private static func places(of codes: [Int32], _ losses: [Double], _ average: Double) -> [Double] {
        let size = Int(codes.max() ?? -1) + 1
        guard size > 0 else { return [] }
        var sums = [Double](repeating: smoothing * average, count: size)
        var counts = [Int](repeating: 0, count: size)
        for (code, loss) in zip(codes, losses) where code >= 0 {
            sums[Int(code)] += loss
            counts[Int(code)] += 1
        }
        let means = sums.indices.map { sums[$0] / (smoothing + Double(counts[$0])) }
        let order = means.indices.filter { counts[$0] > 0 }.sorted { means[$0] == means[$1] ? $0 < $1 : means[$0] < means[$1] }
        var places = [Double](repeating: .nan, count: size)
        for (place, code) in order.enumerated() { places[code] = Double(place + 1) }
        return places
    }

    /// How far the measured value of `count` rows lies from its expectation, by the spread of the losses that were measured.
    ///
    /// - Source: NannyML 0.13.1 `sampling_error.regression`.
    package func samplingError(_ measure: Measure, count: Int) -> Double? {
        guard measure.isRoot else { return measuredDeviation / Double(count).squareRoot() }
        guard measuredMean > 0 else { return nil }
        return (measuredDeviation * measuredDeviation / (4 * Double(count) * measuredMean)).squareRoot()
    }
}
