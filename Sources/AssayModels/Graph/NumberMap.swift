package import AssayTerms
import Glibc

/// A function of one number that a fitted step applies, a missing value to a missing value.
package enum NumberMap: Sendable {
    /// NumPy's functions of these names.
    package enum Function: String, Sendable, CaseIterable {
        case log, log1p, exp, expm1, sqrt, square, absolute, log2, log10, cbrt, exp2, negative, reciprocal, sign
    }

    case function(Function)
    case clipped(low: Double, high: Double)
    /// 1 above the threshold, else 0.
    case above(Double)
    /// How many of these edges, ascending, are at most the number.
    case binned([Double])
    case yeoJohnson(Double)
    /// For numbers above 0; others are an error.
    case boxCox(Double)
    case quantiles(QuantileMap)
    /// `1 / (1 + exp(a x + b))`.
    case sigmoid(a: Double, b: Double)
    /// Between points in straight lines, beyond them the last one's value.
    case interpolated(LinePoints)

    /// - Parameter column: for messages.
    /// - Throws: `.invalidArgument` where the function has no value for a number there is.
    func applied(to numbers: [Double], column: Text) throws(AssayError) -> [Double] {
        if case .boxCox = self {
            let bad = numbers.count { $0 <= 0 }
            guard bad == 0 else {
                throw AssayError(
                    .invalidArgument,
                    "column '\(column)' has \(bad) \(bad == 1 ? "row" : "rows") with a number that is not above 0, which the model's Box-Cox "
                        + "transformation needs")
            }
        }
        return numbers.map { $0.isNaN ? $0 : value($0) }
    }

    package func value(_ x: Double) -> Double {
        switch self {
        case .function(let function): return Self.value(function, x)
        case .clipped(let low, let high): return min(max(x, low), high)
        case .above(let threshold): return x > threshold ? 1 : 0
        case .binned(let edges):
            var (low, high) = (0, edges.count)
            while low < high {
                let middle = (low + high) / 2
                if edges[middle] <= x { low = middle + 1 } else { high = middle }
            }
            return Double(low)
        case .yeoJohnson(let lambda):
            if x >= 0 { return lambda.magnitude < Double.ulpOfOne ? log1p(x) : expm1(lambda * log1p(x)) / lambda }
            return (lambda - 2).magnitude > Double.ulpOfOne ? -expm1((2 - lambda) * log1p(-x)) / (2 - lambda) : -log1p(-x)
        case .boxCox(let lambda):
            // As SciPy has it: below this the quotient has lost its digits.
            return lambda.magnitude < 1e-19 ? Glibc.log(x) : expm1(lambda * Glibc.log(x)) / lambda
        case .quantiles(let map): return map.value(x)
        case .sigmoid(let a, let b): return 1 / (1 + Glibc.exp(a * x + b))
        case .interpolated(let points): return points.value(x)
        }
    }

    private static func value(_ function: Function, _ x: Double) -> Double {
        switch function {
        case .log: Glibc.log(x)
        case .log1p: Glibc.log1p(x)
        case .exp: Glibc.exp(x)
        case .expm1: Glibc.expm1(x)
        case .sqrt: x.squareRoot()
        case .square: x * x
        case .absolute: x.magnitude
        case .log2: Glibc.log2(x)
        case .log10: Glibc.log10(x)
        case .cbrt: Glibc.cbrt(x)
        case .exp2: Glibc.exp2(x)
        case .negative: -x
        case .reciprocal: 1 / x
        case .sign: x > 0 ? 1 : x < 0 ? -1 : 0
        }
    }
}

/// A line through points of ascending place.
///
/// - Source: NumPy 2.4, `interp`: the slope of the piece times the way from its start, plus its value.
package struct LinePoints: Sendable {
    package let x: [Double]
    package let y: [Double]

    /// - Throws: `.unreadable` where there is no point, a number is not finite, or places descend.
    package init(x: [Double], y: [Double]) throws(AssayError) {
        guard !x.isEmpty, x.count == y.count, x.allSatisfy(\.isFinite), y.allSatisfy(\.isFinite), zip(x, x.dropFirst()).allSatisfy({ $0 <= $1 })
        else { throw AssayError(.unreadable, "a line has points that are not ascending numbers") }
        self.x = x
        self.y = y
    }

    package func value(_ place: Double) -> Double {
        let last = x.count - 1
        if place > x[last] { return y[last] }
        if place < x[0] { return y[0] }
        // The last point at most the place.
        var (low, high) = (0, x.count)
        while low < high {
            let middle = (low + high) / 2
            if x[middle] <= place { low = middle + 1 } else { high = middle }
        }
        let piece = low - 1
        if piece == last || x[piece] == place { return y[piece] }
        return (y[piece + 1] - y[piece]) / (x[piece + 1] - x[piece]) * (place - x[piece]) + y[piece]
    }
}

/// Where a number stands among fitted quantiles: as a share, or as the normal distribution's number of that share.
///
/// - Source: scikit-learn 1.9, `QuantileTransformer._transform_col`: the mean of the lines read upwards and downwards, so that a number which stands
///   several times among the quantiles is in their middle.
package struct QuantileMap: Sendable {
    private let upwards: LinePoints
    private let downwards: LinePoints
    private let isNormal: Bool
    private let first: Double
    private let last: Double

    private static let threshold = 1e-7
    /// The normal distribution's numbers of 1e-7 less a rounding and of its complement, beyond which nothing is told apart.
    private static let lowest = NormalQuantile.value(threshold - Double.ulpOfOne)
    private static let highest = NormalQuantile.value(1 - (threshold - Double.ulpOfOne))

    package init(quantiles: [Double], references: [Double], isNormal: Bool) throws(AssayError) {
        upwards = try LinePoints(x: quantiles, y: references)
        downwards = try LinePoints(x: quantiles.reversed().map { -$0 }, y: references.reversed().map { -$0 })
        first = quantiles[0]
        last = quantiles[quantiles.count - 1]
        self.isNormal = isNormal
    }

    func value(_ x: Double) -> Double {
        var share = 0.5 * (upwards.value(x) - downwards.value(-x))
        if isNormal {
            if x + Self.threshold > last { share = 1 }
            if x - Self.threshold < first { share = 0 }
            return min(max(NormalQuantile.value(share), Self.lowest), Self.highest)
        }
        if x == last { share = 1 }
        if x == first { share = 0 }
        return share
    }
}
