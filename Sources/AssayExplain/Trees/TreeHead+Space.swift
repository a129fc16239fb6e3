import AssayModels
import AssayTerms

extension TreeHead {
    /// Whether the scores themselves are what is asked for: leaves that hold probabilities, and numbers.
    func isItself(_ output: TreeSpace) -> Bool {
        switch (output, outcome) {
        case (.margin, _): return true
        case (.probability, .shares): return true
        case (.response, .number(isExponential: false)): return true
        case (.response, .boosted(let link, nil)):
            if case .identity = link.form { return true }
            return false
        default: return false
        }
    }

    /// The function of the margin that is explained.
    ///
    /// - Parameter label: whether the row is of the second class; looked at for losses.
    /// - Throws: `unsupported` for what the model does not answer, or with one score for each of several classes.
    func function(_ output: TreeSpace, label: Bool) throws(AssayError) -> MarginFunction {
        if isItself(output) { return MarginFunction(form: .identity) }
        switch (output, outcome) {
        case (.probability, .logistic(_, let factor, _)): return MarginFunction(form: .logistic(factor: factor))
        case (.logLoss, .logistic(_, let factor, _)): return MarginFunction(form: .logisticLoss(factor: factor, isSecond: label))
        case (.logLoss, .shares(let labels)) where labels.count == 2: return MarginFunction(form: .shareLoss(isSecond: label))
        case (.response, .number(isExponential: true)): return MarginFunction(form: .exponential)
        case (_, .boosted(let link, let labels)):
            switch (output, link.form, labels == nil) {
            case (.probability, .logistic(let factor), false): return MarginFunction(form: .logistic(factor: factor))
            case (.logLoss, .logistic(let factor), false): return MarginFunction(form: .logisticLoss(factor: factor, isSecond: label))
            case (.response, .exponential, true): return MarginFunction(form: .exponential)
            case (.response, .logistic(let factor), true): return MarginFunction(form: .logistic(factor: factor))
            default: break
            }
        default: break
        }
        throw AssayError(
            .unsupported,
            "\(output.rawValue) cannot be explained from this model's margin: probability and log-loss are of two classes, response of a number that is "
                + "predicted through an exponential or a logistic; --method kernel asks any model")
    }
}
