import AssayColumns
import AssayData
package import AssayMetrics
package import AssayTerms

/// A logistic regression under a constraint on groups, from the rows of a file, which are kept in memory.
package struct ReductionRun: Sendable {
    package enum Search: Sendable {
        case exponentiatedGradient(ExponentiatedGradient)
        case grid(ReductionGrid)
    }

    package var rows: GroupedRows
    package var features: [Text]
    package var constraint: ReductionConstraint
    package var search: Search
    /// How far a group's rate may lie from that of all rows.
    package var differenceBound = 0.01
    package var regression = LogisticRegression()

    package init(rows: GroupedRows, features: [Text], constraint: ReductionConstraint, search: Search) {
        self.rows = rows
        self.features = features
        self.constraint = constraint
        self.search = search
    }

    package enum Found: Sendable {
        case mixture(ExponentiatedGradient.Solution)
        case grid(ReductionGrid.Solution)
    }

    package struct Outcome: Sendable {
        package var document: ReductionDocument
        package var found: Found
        /// The classifier without the constraint.
        package var unconstrained: ReductionProblem.Hypothesis
        package var evidence: MitigationEvidence
        /// Rows without one of the features.
        package var missingFeatureCount: Int
        /// The probability of each row of the file to be decided positive; `nil` for rows left out.
        package var probabilities: [Double?]
    }

    /// - Throws: `invalidArgument` without features, two groups or both labels, or with infinite features; whatever is wrong
    ///   with the data; `limitExceeded` where a regression does not reach its minimum.
    package func run(progress: (Int) -> Void) throws(AssayError) -> Outcome {
        try checkOptions()
        let kept = try read(progress: progress)
        let problem = ReductionProblem(
            features: kept.features, labels: kept.labels, groups: kept.groups, groupCount: kept.names.count, constraint: constraint,
            differenceBound: differenceBound, regression: regression)
        let unconstrained = try problem.unconstrained()
        let found: Found
        var parts: [(weight: Double, hypothesis: ReductionProblem.Hypothesis)]
        switch search {
        case .exponentiatedGradient(let search):
            let solution = try search.solve(problem)
            parts = zip(solution.weights, solution.hypotheses).filter { $0.0 > 0 }.map { ($0, $1) }
            found = .mixture(solution)
        case .grid(let search):
            let solution = try search.solve(problem)
            parts = [(1, solution.hypotheses[solution.bestIndex])]
            found = .grid(solution)
        }
        var probabilities = [Double?](repeating: nil, count: kept.isKept.count)
        let keptRows = kept.isKept.indices.filter { kept.isKept[$0] }
        var mixed = [Double](repeating: 0, count: keptRows.count)
        for part in parts {
            for (row, isPositive) in part.hypothesis.classifier.decisions(kept.features).enumerated() where isPositive {
                mixed[row] += part.weight
            }
        }
        // Weights sum to 1 within rounding.
        for (row, probability) in zip(keptRows, mixed) { probabilities[row] = min(1, probability) }
        let moments = problem.moments
        let document = ReductionDocument(
            method: method, constraint: constraint, differenceBound: differenceBound,
            inverseRegularisation: regression.inverseRegularisation, label: rows.label ?? "", positive: kept.positive,
            source: rows.groups, features: features,
            parts: parts.map { ReductionDocument.Part(weight: $0.weight, classifier: $0.hypothesis.classifier) },
            data: Envelope.Input(role: "data", name: rows.file.name, digest: kept.facts.digest, rows: kept.facts.rowCount))
        return Outcome(
            document: document, found: found, unconstrained: unconstrained,
            evidence: MitigationEvidence(
                source: rows.groups, names: kept.names, before: Self.confusions([(1, unconstrained)], moments),
                after: Self.confusions(parts, moments), excluded: kept.excluded), missingFeatureCount: kept.missingFeatureCount,
            probabilities: probabilities)
    }

    private var method: ReductionDocument.Method {
        switch search {
        case .exponentiatedGradient: .exponentiatedGradient
        case .grid: .gridSearch
        }
    }

    /// Counts of one classifier, expected ones of several.
    private static func confusions(
        _ parts: [(weight: Double, hypothesis: ReductionProblem.Hypothesis)], _ moments: ParityMoments
    ) -> [Confusion] {
        moments.rows.indices.map { group in
            let rows = moments.rows[group]
            var selected = (negatives: 0.0, positives: 0.0)
            for part in parts {
                selected.negatives += part.weight * Double(part.hypothesis.selected[group].negative)
                selected.positives += part.weight * Double(part.hypothesis.selected[group].positive)
            }
            return Confusion(
                trueNegatives: max(0, Double(rows.negative) - selected.negatives), falsePositives: selected.negatives,
                falseNegatives: max(0, Double(rows.positive) - selected.positives), truePositives: selected.positives,
                rowCount: rows.negative + rows.positive, isWeighted: parts.count > 1)
        }
    }

    // MARK: - Reading

    private struct Kept {
        var features: FeatureMatrix
        var labels: [Bool] = []
        var groups: [Int] = []
        var names: [Text] = []
        var positive: Text = ""
        /// By row of the file.
        var isKept: [Bool] = []
        var excluded = CheckResult.Excluded()
        var missingFeatureCount = 0
        var facts: DataFacts
    }

    private func read(progress: (Int) -> Void) throws(AssayError) -> Kept {
        let table = try rows.table(features)
        var coder = GroupedRows.Coder(rows)
        var matrix = FeatureMatrix(width: features.count)
        var labelCodes: [Int32] = []
        var groupCodes: [Int32] = []
        var isKept: [Bool] = []
        var excluded = CheckResult.Excluded()
        var missingFeatureCount = 0
        let reader = try table.makeReader()
        while let block = try reader.next() {
            let (labels, groups) = try coder.codes(of: block)
            var columns: [[Double]] = []
            for name in features {
                let values = try NumberColumn(block.required(name)).valuesOrNaN
                if let row = values.firstIndex(where: \.isInfinite) {
                    throw AssayError(
                        .invalidArgument,
                        "column '\(name)' is infinite in row \(block.firstRow + row) (counted from 0), and features must be finite")
                }
                columns.append(values)
            }
            for row in 0..<block.rowCount {
                isKept.append(false)
                if groups[row] == ValueCoder.missing {
                    excluded.missingGroup += 1
                } else if labels[row] == ValueCoder.missing {
                    excluded.missingLabel += 1
                } else if columns.contains(where: { $0[row].isNaN }) {
                    missingFeatureCount += 1
                } else {
                    matrix.append(columns.map { $0[row] })
                    labelCodes.append(labels[row])
                    groupCodes.append(groups[row])
                    isKept[isKept.count - 1] = true
                }
            }
            progress(isKept.count)
        }
        var kept = Kept(features: matrix, facts: try reader.finish())
        let coding = try coder.binaryCoding()
        let (allNames, place) = try coder.groupNames()
        // Groups all of whose rows were left out are none.
        var places = [Int?](repeating: nil, count: allNames.count)
        for code in groupCodes { places[place(code)] = 0 }
        for index in allNames.indices where places[index] != nil {
            places[index] = kept.names.count
            kept.names.append(allNames[index])
        }
        kept.labels = labelCodes.map { coding.code(from: $0) == BinaryCoding.positive }
        kept.groups = groupCodes.map { places[place($0)] ?? 0 }
        kept.positive = coding.positiveValue.name
        (kept.isKept, kept.excluded, kept.missingFeatureCount) = (isKept, excluded, missingFeatureCount)
        guard kept.names.count > 1 else {
            throw AssayError(
                .invalidArgument,
                "\(rows.file.name): fewer than two groups have rows with label and features, so there is nothing to make equal")
        }
        guard kept.labels.contains(true), kept.labels.contains(false) else {
            throw AssayError(.invalidArgument, "\(rows.file.name): all rows have the same label, so there is nothing to learn")
        }
        return kept
    }

    private func checkOptions() throws(AssayError) {
        guard rows.label != nil else { throw AssayError(.invalidArgument, "a classifier is fitted to labels; name their column") }
        guard !features.isEmpty, !features.contains("") else {
            throw AssayError(.invalidArgument, "name the features, separated by single commas")
        }
        for (index, name) in features.enumerated() where features[..<index].contains(name) {
            throw AssayError(.invalidArgument, "feature '\(name)' is named twice")
        }
        if let label = rows.label, features.contains(label) {
            throw AssayError(.invalidArgument, "column '\(label)' is the label and cannot be a feature")
        }
        func positive(_ value: Double, _ name: String) throws(AssayError) {
            guard value > 0, value.isFinite else { throw AssayError(.invalidArgument, "\(name) is a number above 0, not \(value)") }
        }
        try positive(regression.inverseRegularisation, "the inverse regularisation")
        guard (0...1).contains(differenceBound) else {
            throw AssayError(.invalidArgument, "the bound on a difference is a number from 0 to 1, not \(differenceBound)")
        }
        switch search {
        case .exponentiatedGradient(let search):
            try positive(search.epsilon, "eps")
            try positive(search.initialRate, "eta0")
            if let nu = search.nu { try positive(nu, "nu") }
            guard (1...100_000).contains(search.maximumIterations) else {
                throw AssayError(.invalidArgument, "there are 1 to 100,000 iterations, not \(search.maximumIterations)")
            }
        case .grid(let search):
            try positive(search.limit, "the grid's limit")
            guard (1...100_000).contains(search.size) else {
                throw AssayError(.invalidArgument, "the grid has 1 to 100,000 points, not \(search.size)")
            }
            guard (0...1).contains(search.constraintWeight) else {
                throw AssayError(.invalidArgument, "the weight of the constraint is a number from 0 to 1, not \(search.constraintWeight)")
            }
        }
    }
}
