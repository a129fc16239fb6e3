package import AssayTerms

/// Wilson's score interval of one rate.
package enum WilsonInterval {
    /// The rates `p` that a two-sided score test of level 0.05 does not reject:
    /// `|p̂ − p| ≤ z √(p (1 − p) / n)` with `z` the normal 0.975 quantile.
    ///
    /// The end beside an observed 0 or 1 is exactly that 0 or 1.
    ///
    /// - Precondition: `0 ≤ successes ≤ trials` and `trials > 0`.
    /// - Source: Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of
    ///   the American Statistical Association 22, 209–212; closed form in Brown, Cai and DasGupta (2001), Statistical
    ///   Science 16, 101–133, equation 4. Equals statsmodels' `proportion_confint(method="wilson")`.
    package static func interval(successes: Double, trials: Double) -> Interval {
        precondition(trials > 0 && successes >= 0 && successes <= trials, "successes lie outside 0...trials")
        let z = NormalDistribution.upperQuantile975
        let rate = successes / trials
        let spread = z * z / trials
        let centre = (rate + spread / 2) / (1 + spread)
        let half = z / (1 + spread) * ((rate * (1 - rate) + spread / 4) / trials).squareRoot()
        return Interval(
            low: successes == 0 ? 0 : max(0, centre - half), high: successes == trials ? 1 : min(1, centre + half),
            level: 0.95, method: "wilson")
    }
}
