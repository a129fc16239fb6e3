import AssayTerms

extension ScoreState {
    /// The mean precision at each positive's rank: `Σ (Rᵢ − Rᵢ₋₁) Pᵢ` over distinct scores from the highest down.
    ///
    /// Higher is better; range 0...1; as much as the share of positives for scores that say nothing. Undefined without
    /// positives (scikit-learn warns and answers 0), without negatives it is 1. No interval. O(rows · log rows).
    ///
    /// - Source: scikit-learn 1.9 `average_precision_score`.
    package var averagePrecision: Estimate {
        ranked { $0.averagePrecision } missing: { "no row is labelled positive" }
    }

    /// The largest distance of the distribution functions of the positives' and the negatives' scores.
    ///
    /// Higher is better; range 0...1. Undefined with labels of one class. No interval. O(rows · log rows).
    ///
    /// - Source: scipy 1.17 `ks_2samp(positives, negatives).statistic`.
    package var kolmogorovSmirnov: Estimate {
        ranked { $0.kolmogorovSmirnov } missing: { "the labels are all of one class" }
    }

    /// The share of all positives among the tenth of the rows that scores highest; rows that tie at the cut count in
    /// proportion.
    ///
    /// Higher is better; range 0...1; 0.1 for scores that say nothing. Undefined without positives.
    package var gainAtTenth: Estimate {
        ranked { $0.gain(at: 0.1) } missing: { "no row is labelled positive" }
    }

    /// The gain at a tenth over a tenth: how many times more positives than in as many random rows. Range 0...10.
    package var liftAtTenth: Estimate {
        ranked { $0.gain(at: 0.1).map { $0 * 10 } } missing: { "no row is labelled positive" }
    }

    /// The mean distance of probability and frequency over ten bins of equal width (`CalibrationBins`), each weighted by
    /// its rows.
    ///
    /// Lower is better; range 0...1. Undefined where a score lies outside 0...1. No interval: it is biased upwards where few
    /// rows fall into a bin.
    ///
    /// - Source: Naeini, M. P., Cooper, G. F. and Hauskrecht, M. (2015). Obtaining well calibrated probabilities using
    ///   Bayesian binning. AAAI 2015, with the bins of scikit-learn 1.9 `calibration_curve`.
    package var expectedCalibrationError: Estimate {
        // The Brier score is undefined for the same reasons, and says which.
        guard brier.value != nil, let value = bins.expectedError else { return Estimate(undefined: brier.undefined ?? "") }
        return Estimate(value)
    }

    private func ranked(_ measure: (ScoreRanking) -> Double?, missing: () -> String) -> Estimate {
        guard let ranking else { return Estimate(undefined: rocAUC.undefined ?? "") }
        return measure(ranking).map { Estimate($0) } ?? Estimate(undefined: missing())
    }
}
