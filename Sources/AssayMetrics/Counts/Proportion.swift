package import AssayTerms

/// Successes among trials, counted in rows or summed in weights: the state behind every rate.
package struct Proportion: Hashable, Sendable {
    package var successes: Double
    package var trials: Double
    /// Whether the two are sums of weights rather than counts of rows.
    package var isWeighted: Bool
    /// The sums of the squared weights behind the two; `nil` where they are not kept.
    package var squares: Squares?

    package struct Squares: Hashable, Sendable {
        package var successes: Double
        package var trials: Double
    }

    package init(successes: Double, trials: Double, isWeighted: Bool = false) {
        self.successes = successes
        self.trials = trials
        self.isWeighted = isWeighted
    }

    package init(successes: Int, trials: Int) {
        self.init(successes: Double(successes), trials: Double(trials))
    }

    /// `successes / trials`, or `nil` without trials.
    package var value: Double? { trials > 0 ? successes / trials : nil }

    /// Of `part` of a confusion: its successes and trials, each a sum of some of the four cells.
    init(_ confusion: Confusion, _ part: (Confusion) -> (successes: Double, trials: Double)) {
        let (successes, trials) = part(confusion)
        self.init(successes: successes, trials: trials, isWeighted: confusion.isWeighted)
        if let cells = confusion.squares {
            // The same cells of the squared weights.
            let own = part(Confusion(cells: cells, rowCount: confusion.rowCount, isWeighted: true))
            squares = Squares(successes: own.successes, trials: own.trials)
        }
    }

    /// As many unweighted rows as show the rate equally well, and their successes: the counts themselves, or for weighted
    /// rows `n = p (1 − p) / V` with the variance of the weighted rate `V = Σ w² (x − p)² / (Σ w)²`, and where the rate is 0
    /// or 1 `(Σ w)² / Σ w²`. `nil` without trials and where the squares are not kept.
    ///
    /// - Source: Kish, L. (1965). Survey Sampling, section 11.7; Korn, E. L. and Graubard, B. I. (1998). Confidence intervals
    ///   for proportions with small expected number of positive counts. Survey Methodology 24, 193–201.
    package var effective: (successes: Double, trials: Double)? {
        guard let rate = value else { return nil }
        guard isWeighted else { return (successes, trials) }
        guard let squares, squares.trials > 0 else { return nil }
        let failures = max(0, squares.trials - squares.successes)
        let spread = squares.successes * (1 - rate) * (1 - rate) + failures * rate * rate
        let isInner = rate > 0 && rate < 1 && spread > 0
        let rows = trials * trials * (isInner ? rate * (1 - rate) / spread : 1 / squares.trials)
        return (min(rows, max(0, rate * rows)), rows)
    }

    /// Wilson's interval of the rate, of weighted rows at the effective number of rows; `nil` where there is none.
    package var interval: Interval? {
        guard let (successes, trials) = effective, trials > 0 else { return nil }
        var interval = WilsonInterval.interval(successes: successes, trials: trials)
        if isWeighted { interval.method = "wilson-effective" }
        return interval
    }

    /// The rows as score tests over groups see them: whole ones, for weighted rows as many as are effective.
    package var arm: Arm? {
        guard let (successes, trials) = effective, trials >= 1 else { return nil }
        guard isWeighted else { return Arm(successes: successes, trials: trials) }
        let whole = trials.rounded(.down)
        return Arm(successes: min(whole, successes / trials * whole), trials: whole)
    }
}
