import AssayMetrics
import AssayTerms

extension ReductionRun {
    /// The label column, once all options were found to make sense.
    func checkedLabel() throws(AssayError) -> Text {
        guard let label = rows.label else { throw AssayError(.invalidArgument, "a model is fitted to labels; name their column") }
        guard !features.isEmpty, !features.contains("") else {
            throw AssayError(.invalidArgument, "name the features, separated by single commas")
        }
        for (index, name) in features.enumerated() where features[..<index].contains(name) {
            throw AssayError(.invalidArgument, "feature '\(name)' is named twice")
        }
        if features.contains(label) {
            throw AssayError(.invalidArgument, "column '\(label)' is the label and cannot be a feature")
        }
        for (index, name) in controls.enumerated() {
            guard !name.isEmpty, name != rows.groups.column, name != label, !controls[..<index].contains(name) else {
                throw AssayError(
                    .invalidArgument, "control column '\(name)' is no other column than the label, the groups and the other controls")
            }
        }
        try Self.positive(inverseRegularisation, "the inverse regularisation")
        try checkGoal()
        try checkSearch()
        return label
    }

    private static func positive(_ value: Double, _ name: String) throws(AssayError) {
        guard value > 0, value.isFinite else { throw AssayError(.invalidArgument, "\(name) is a number above 0, not \(value)") }
    }

    private func checkGoal() throws(AssayError) {
        switch goal {
        case .parity(_, .difference(let bound)):
            guard (0...1).contains(bound) else {
                throw AssayError(.invalidArgument, "the bound on a difference is a number from 0 to 1, not \(bound)")
            }
        case .parity(_, .ratio(let ratio, let slack)):
            guard ratio > 0, ratio <= 1 else {
                throw AssayError(.invalidArgument, "the bound on a ratio is a number above 0 up to 1, not \(ratio)")
            }
            guard (0...1).contains(slack) else {
                throw AssayError(.invalidArgument, "the slack of a ratio's bound is a number from 0 to 1, not \(slack)")
            }
        case .groupLoss(let loss, let upperBound):
            guard upperBound >= 0, upperBound.isFinite else {
                throw AssayError(.invalidArgument, "the bound on a group's loss is a number from 0, not \(upperBound)")
            }
            if let range = loss.range {
                guard range.lowerBound < range.upperBound, (range.upperBound - range.lowerBound).isFinite else {
                    throw AssayError(.invalidArgument, "the loss's range is a lower and a greater number")
                }
            }
            guard controls.isEmpty else {
                throw AssayError(.invalidArgument, "control columns part the rows of parity constraints, and a bounded loss has none")
            }
        }
    }

    private func checkSearch() throws(AssayError) {
        switch search {
        case .exponentiatedGradient(let search):
            try Self.positive(search.epsilon, "eps")
            try Self.positive(search.initialRate, "eta0")
            if let nu = search.nu { try Self.positive(nu, "nu") }
            guard (1...100_000).contains(search.maximumIterations) else {
                throw AssayError(.invalidArgument, "there are 1 to 100,000 iterations, not \(search.maximumIterations)")
            }
        case .grid(let search):
            try Self.positive(search.limit, "the grid's limit")
            guard (1...100_000).contains(search.size) else {
                throw AssayError(.invalidArgument, "the grid has 1 to 100,000 points, not \(search.size)")
            }
            guard (0...1).contains(search.constraintWeight) else {
                throw AssayError(.invalidArgument, "the weight of the constraint is a number from 0 to 1, not \(search.constraintWeight)")
            }
        }
    }
}
