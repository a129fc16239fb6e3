/// The gamma function's relatives that tail probabilities are made of.
package enum GammaFunctions {
    /// The natural logarithm of Γ(x).
    ///
    /// Definition: for `x ≥ 16` Stirling's series with eight terms; below, `Γ(x) = Γ(x + k) / (x (x + 1) … (x + k − 1))`.
    ///
    /// - Precondition: `x` is positive and finite.
    /// - Error: about 1e-15 of `max(1, |result|)`.
    /// - Source: Abramowitz and Stegun (1964), 6.1.41.
    package static func logGamma(_ x: Double) -> Double {
        precondition(x > 0 && x.isFinite, "the gamma function is wanted above 0 only")
        var x = x
        var product = 1.0
        while x < 16 {
            product *= x
            x += 1
        }
        let inverse = 1 / x
        let square = inverse * inverse
        var series = 0.0
        for coefficient in stirling { series = series * square + coefficient }
        let halfLogTwoPi = 0.918_938_533_204_672_74
        return (x - 0.5) * naturalLogarithm(x) - x + halfLogTwoPi + series * inverse - naturalLogarithm(product)
    }

    /// Bernoulli numbers over `2k (2k − 1)`, from the eighth down.
    private static let stirling: [Double] = [
        -3617.0 / 122_400, 1.0 / 156, -691.0 / 360_360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12,
    ]

    /// The logarithm of the binomial coefficient `n` over `k`.
    ///
    /// - Precondition: `0 ≤ k ≤ n`.
    package static func logBinomial(_ n: Int, _ k: Int) -> Double {
        precondition(k >= 0 && k <= n, "no such binomial coefficient")
        return logGamma(Double(n) + 1) - logGamma(Double(k) + 1) - logGamma(Double(n - k) + 1)
    }

    /// The regularised upper incomplete gamma function Q(a, x): 1 at `x = 0`, 0 at infinity.
    ///
    /// Definition: below `a + 1` one minus the power series of P, above it Legendre's continued fraction by Lentz's
    /// method.
    ///
    /// - Precondition: `a` is positive and finite, `x` is not negative and not NaN.
    /// - Error: relative about `1e-15 · max(1, a |ln x|)`.
    /// - Source: Abramowitz and Stegun (1964), 6.5.29 and 6.5.31.
    package static func upperRegularized(_ a: Double, _ x: Double) -> Double {
        precondition(a > 0 && a.isFinite && x >= 0, "the incomplete gamma function is not defined there")
        if x == 0 { return 1 }
        if x == .infinity { return 0 }
        let front = exponential(a * naturalLogarithm(x) - x - logGamma(a))
        // Either expansion needs about √a steps near x = a; the bound is never met.
        let limit = 10_000_000
        if x < a + 1 {
            var term = 1 / a
            var sum = term
            var n = a
            for _ in 0..<limit {
                n += 1
                term *= x / n
                sum += term
                if term < sum * 1e-17 { break }
            }
            return max(0, 1 - front * sum)
        }
        let tiny = 1e-300
        var b = x + 1 - a
        var c = 1 / tiny
        var d = 1 / b
        var fraction = d
        for step in 1...limit {
            let numerator = -Double(step) * (Double(step) - a)
            b += 2
            d = numerator * d + b
            if abs(d) < tiny { d = tiny }
            c = b + numerator / c
            if abs(c) < tiny { c = tiny }
            d = 1 / d
            let factor = d * c
            fraction *= factor
            if abs(factor - 1) < 1e-16 { break }
        }
        return front * fraction
    }

    /// The regularised incomplete beta function I_x(a, b).
    ///
    /// Definition: the continued fraction of Abramowitz and Stegun (1964), 26.5.8, by Lentz's method, on the side of the
    /// mean where it converges; the other side by `I_x(a, b) = 1 − I_{1−x}(b, a)`.
    ///
    /// - Parameter complement: `1 − x`, given beside `x` because it may be known more exactly.
    /// - Precondition: `a` and `b` are positive and finite, `0 ≤ x ≤ 1`.
    package static func betaRegularized(_ a: Double, _ b: Double, _ x: Double, complement: Double) -> Double {
        precondition(a > 0 && b > 0 && x >= 0 && x <= 1, "the incomplete beta function is not defined there")
        if x == 0 { return 0 }
        if complement == 0 { return 1 }
        let front = exponential(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * naturalLogarithm(x) + b * naturalLogarithm(complement))
        return x < (a + 1) / (a + b + 2)
            ? front * betaFraction(a, b, x) / a : 1 - front * betaFraction(b, a, complement) / b
    }

    private static func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / kept(1 - (a + b) * x / (a + 1))
        var fraction = d
        for step in 1...1_000_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / kept(1 + even * d)
            c = kept(1 + even / c)
            fraction *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / kept(1 + odd * d)
            c = kept(1 + odd / c)
            let factor = d * c
            fraction *= factor
            if abs(factor - 1) < 1e-16 { break }
        }
        return fraction
    }
}
