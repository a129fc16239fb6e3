package import AssayTerms

/// Rows, a constraint on their groups, and the model that does best on them under given costs: what both reductions ask again
/// and again.
package protocol ReductionProblem: Sendable {
    var features: FeatureMatrix { get }
    /// How many multipliers there are.
    var constraintCount: Int { get }
    /// What a violation may come to; the same for every constraint.
    var bound: Double { get }

    /// The model fitted to what `multipliers` make of the rows.
    ///
    /// - Parameter isNormalised: weigh rows so that their sum is their number, as `ExponentiatedGradient` does.
    func bestResponse(_ multipliers: [Double], isNormalised: Bool) throws(AssayError) -> ReductionHypothesis

    /// The model without any constraint.
    func unconstrained() throws(AssayError) -> ReductionHypothesis

    /// Multipliers of least sum that have the same effect on every model.
    func projected(_ multipliers: [Double]) -> [Double]

    /// The gap that is small enough where none is given: half the standard error of how far the first model is off.
    func standardNu(_ hypothesis: ReductionHypothesis) -> Double

    /// The directions of a grid of multipliers.
    var gridAxes: ReductionGrid.Axes { get }
}

/// A model and what it does on the rows.
package struct ReductionHypothesis: Sendable {
    package var model: LinearModel
    package var error: Double
    /// By constraint, the bound not taken off.
    package var violations: [Double]
}
