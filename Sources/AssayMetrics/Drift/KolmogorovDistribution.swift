/// The distribution of the two-sided Kolmogorov-Smirnov statistic of one sample of `n` values.
///
/// - Source: Simard, R. and L'Ecuyer, P. (2011). Computing the two-sided Kolmogorov-Smirnov distribution. Journal of
///   Statistical Software 39(11); which formula serves where is scipy 1.17.1's choice in `stats._ksstats`.
package enum KolmogorovDistribution {
    /// How often the statistic is at least `x`.
    ///
    /// - Precondition: `n > 0`.
    /// - Error: about 1e-13 absolutely; relatively 1e-9 up to `n` of a million in the tail.
    package static func upperTail(_ x: Double, n: Int) -> Double {
        precondition(n > 0, "a distribution of no values")
        let size = Double(n)
        let t = size * x
        if t <= 0.5 { return 1 }
        if x >= 1 { return 0 }
        if t <= 1 {
            // n! / n^n · (2t − 1)^n.
            let log = GammaFunctions.logGamma(size + 1) - size * naturalLogarithm(size)
            return 1 - exponential(log + size * naturalLogarithm(2 * t - 1))
        }
        let square = t * x
        if x >= 0.5 || t >= size - 1 || square >= (n <= 140 ? 4 : 2.2) {
            return square >= 370 ? 0 : min(1, 2 * oneSidedTail(x, n: n))
        }
        let usesMatrix = n <= 140 || (n <= 100_000 && size * x * x.squareRoot() <= 1.4)
        return max(0, min(1, 1 - (usesMatrix ? matrixPower(x, n: n) : limitSeries(x, n: n))))
    }

    /// Smirnov's one-sided tail `x Σ_j C(n, j) (x + j/n)^(j−1) (1 − x − j/n)^(n−j)`; beyond a million values its limit.
    static func oneSidedTail(_ x: Double, n: Int) -> Double {
        let size = Double(n)
        if n > 1_000_000 {
            let root = 6 * size * x + 1
            return exponential(-root * root / (18 * size))
        }
        var logChoices = 0.0
        var sum = 0.0
        for j in 0...n {
            let left = x + Double(j) / size
            let right = 1 - left
            guard right >= 0 else { break }
            let rest = n - j
            if rest == 0 || right > 0 {
                let tail = rest == 0 ? 0 : Double(rest) * naturalLogarithm(right)
                sum += exponential(logChoices + Double(j - 1) * naturalLogarithm(left) + tail)
            }
            if rest > 0 { logChoices += naturalLogarithm(Double(rest) / Double(j + 1)) }
        }
        return x * sum
    }

    /// P(D < x) as an entry of a matrix power.
    ///
    /// - Source: Marsaglia, G., Tsang, W. W. and Wang, J. (2003). Evaluating Kolmogorov's distribution. Journal of
    ///   Statistical Software 8(18).
    private static func matrixPower(_ x: Double, n: Int) -> Double {
        let size = Double(n)
        let k = Int(size * x) + 1
        let m = 2 * k - 1
        let h = Double(k) - size * x
        var matrix = [Double](repeating: 0, count: m * m)
        for row in 0..<m { for column in 0..<m where row - column + 1 >= 0 { matrix[row * m + column] = 1 } }
        var power = 1.0
        for row in 0..<m {
            power *= h
            matrix[row * m] -= power
            matrix[(m - 1) * m + (m - 1 - row)] -= power
        }
        if 2 * h > 1 {
            var corner = 1.0
            for _ in 0..<m { corner *= 2 * h - 1 }
            matrix[(m - 1) * m] += corner
        }
        for row in 0..<m {
            for column in 0..<m where row - column + 1 > 0 {
                for divisor in 1...(row - column + 1) { matrix[row * m + column] /= Double(divisor) }
            }
        }
        var (raised, exponent) = raise(matrix, width: m, to: n)
        var value = raised[(k - 1) * m + (k - 1)]
        raised = []
        for step in 1...n {
            value *= Double(step) / size
            if value < 0x1p-300 {
                value *= 0x1p300
                exponent -= 300
            }
        }
        return Double(sign: .plus, exponent: exponent, significand: value)
    }

    /// The matrix to the power, and a power of two taken out of it.
    private static func raise(_ matrix: [Double], width m: Int, to power: Int) -> ([Double], Int) {
        guard power > 1 else { return (matrix, 0) }
        let (half, halfExponent) = raise(matrix, width: m, to: power / 2)
        var result = product(half, half, m)
        var exponent = 2 * halfExponent
        if power % 2 == 1 { result = product(result, matrix, m) }
        if result[(m / 2) * m + m / 2] > 0x1p300 {
            for index in result.indices { result[index] *= 0x1p-300 }
            exponent += 300
        }
        return (result, exponent)
    }

    private static func product(_ left: [Double], _ right: [Double], _ m: Int) -> [Double] {
        var result = [Double](repeating: 0, count: m * m)
        for row in 0..<m {
            for inner in 0..<m where left[row * m + inner] != 0 {
                let factor = left[row * m + inner]
                for column in 0..<m { result[row * m + column] += factor * right[inner * m + column] }
            }
        }
        return result
    }

    /// Pelz and Good's series: Kolmogorov's limit and three corrections in 1/√n.
    ///
    /// - Source: Pelz, W. and Good, I. J. (1976). Approximating the lower tail-areas of the Kolmogorov-Smirnov one-sample
    ///   statistic. JRSS B 38, 152–156; in the arrangement of Simard and L'Ecuyer (2011), section 4.
    private static func limitSeries(_ x: Double, n: Int) -> Double {
        let z = Double(n).squareRoot() * x
        let pi2 = Double.pi * Double.pi
        let z2 = z * z
        let z3 = z2 * z
        let z4 = z2 * z2
        let z6 = z4 * z2
        let logQ = -pi2 / 8 / z2
        if logQ < -708 { return 0 }
        let terms = Int((16 * z / .pi).rounded(.up))
        var sums = (0.0, 0.0, 0.0, 0.0)
        for k in stride(from: terms, through: 1, by: -1) {
            let m = Double(2 * k - 1)
            let m2 = m * m
            let m4 = m2 * m2
            let weight = exponential(logQ * m2)
            sums.0 += weight
            sums.1 += weight * (-z2 + pi2 / 4 * m2)
            sums.2 +=
                weight * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * pi2 / 4 * m2 + pi2 * pi2 * (1 - 2 * z2) / 16 * m4)
            let constant = -30 * z6 - 90 * z4 * z4
            let second = pi2 * (135 * z4 - 96 * z6) / 4
            let fourth = pi2 * pi2 * (-60 * z2 + 212 * z4) / 16
            let sixth = pi2 * pi2 * pi2 * (5 - 30 * z2) / 64
            sums.3 += weight * (constant + second * m2 + fourth * m4 + sixth * m4 * m2)
        }
        var extra2 = 0.0
        var extra3 = 0.0
        for k in stride(from: terms, through: 1, by: -1) {
            let k2 = Double(k * k)
            let weight = exponential(-pi2 / 2 / z2 * k2)
            extra2 += k2 * weight
            extra3 += (3 * z2 - pi2 * k2) * k2 * weight
        }
        let root = (2 * Double.pi).squareRoot()
        let size = Double(n)
        return root * sums.0 / z + root * sums.1 / (6 * z4) / size.squareRoot()
            + (root * sums.2 / (72 * z6 * z) - root * pi2 * extra2 / (36 * z3)) / size
            + (root * sums.3 / (6480 * z6 * z4) + root * pi2 * extra3 / (216 * z6)) / (size * size.squareRoot())
    }
}
