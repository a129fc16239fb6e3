/// What was read of a model of XGBoost's or LightGBM's.
package struct BoosterModel: Sendable {
    package let graph: Graph
    package let head: TreeHead
    /// Whether the file itself names its columns; otherwise rows bind by position.
    package let namesAreFitted: Bool
    /// What its `predict` answers with.
    package let predictFunction: ScoringModel.PredictFunction
}

/// Who asks the trees: a library's own booster, or its wrapper in scikit-learn's manner.
package enum BoosterAPI: Hashable, Sendable {
    case booster
    case classifier
    /// Also of ranking.
    case regressor
}
