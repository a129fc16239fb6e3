import AssayJSON
package import AssayTerms

/// A model of a document, asked row by row.
package struct PMMLModel: RowProgram {
    private let file: String
    private let node: PMMLModelNode
    private let placeCount: Int
    private let columns: [PMMLDataField]
    private let words: [Text]
    private let labels: ClassLabels?
    private let sums: PMMLCore?

    package var core: ProgramCore? { sums?.core }
    package var classes: ClassLabels? { labels }

    init(
        file: String, node: PMMLModelNode, placeCount: Int, columns: [PMMLDataField], words: [Text], labels: ClassLabels?
    ) throws(AssayError) {
        self.file = file
        self.node = node
        self.placeCount = placeCount
        self.columns = columns
        self.words = words
        self.labels = labels
        sums = PMMLCore.of(node)
    }

    // MARK: Inputs

    /// Numbers as they come, words as places among the model's words; a missing word has a place of its own.
    var graph: Graph {
        var codes: [Cell: Int32] = [:]
        for (place, text) in words.enumerated() {
            codes[.text(text)] = Int32(place)
            // Words that are numbers come as numbers from tables that do not know better.
            if let number = Int64(text.string), String(number) == text.string { codes[.integer(number)] = Int32(place) }
        }
        codes[.missing] = Self.missing
        let table = CategoryTable(codes: codes, unknown: .code(PMMLWords.unknown), width: words.count)
        let steps = columns.enumerated().map { place, column -> Graph.Step in
            column.isText
                ? .category(Graph.Source(base: .input(place)), table)
                : .number(Graph.Source(base: .input(place), treatments: [.takeInfinite]))
        }
        return Graph(inputs: columns.map { Text($0.name) }, steps: steps, features: steps.indices.map { .number(step: $0) })
    }

    private static let missing: Int32 = -3

    /// By which columns are read.
    func signature(name: String) throws(AssayError) -> ModelSignature {
        let specs = columns.map { column -> JSONValue in
            .object(["name": .string(column.name), "type": .string(column.isText ? "string" : "double")])
        }
        return try ModelSignature(
            inputs: String(decoding: JSONValue.array(specs).bytes(), as: UTF8.self), outputs: nil, parameters: nil, name: name)
    }

    private func row(_ values: GraphValues, _ graph: Graph, _ place: Int) -> PMMLRow {
        var row = PMMLRow(repeating: .missing, count: placeCount)
        for column in columns.indices {
            switch values.steps[graph.features[column].step] {
            case .numbers(let numbers)?: row[column] = PMMLValue(numbers[place])
            case .codes(let codes)?: row[column] = codes[place] == Self.missing ? .missing : .word(codes[place])
            case nil: continue
            }
        }
        return row
    }

    // MARK: Answers

    package func scores(_ values: GraphValues, graph: Graph) throws(AssayError) -> Scores {
        var classes: [Int] = []
        var numbers: [Double] = []
        var shares = [[Double]](repeating: [], count: labels?.count ?? 0)
        var (invalid, unanswered) = (0, 0)
        var places: [PMMLValue: Int] = [:]
        for (place, value) in (node.body.classes ?? []).enumerated() { places[value] = place }
        for place in 0..<values.rowCount {
            var row = row(values, graph, place)
            guard let answer = node.answer(&row) else {
                invalid += 1
                continue
            }
            if labels != nil {
                guard let label = places[answer.value], answer.shares.count == shares.count else {
                    unanswered += 1
                    continue
                }
                classes.append(label)
                for (index, share) in answer.shares.enumerated() { shares[index].append(share) }
            } else if let number = answer.value.number, number.isFinite {
                numbers.append(number)
            } else {
                unanswered += 1
            }
        }
        guard invalid == 0 else {
            throw AssayError(
                .invalidArgument,
                "\(invalid) \(invalid == 1 ? "row has" : "rows have") a value that \(file) says is invalid, or lack\(invalid == 1 ? "s" : "") one that it needs")
        }
        guard unanswered == 0 else {
            throw AssayError(
                .invalidArgument,
                "\(file) has no answer for \(unanswered) of \(values.rowCount) rows: a value is missing, or no part of the model is meant for them")
        }
        guard shares.allSatisfy({ $0.allSatisfy { $0 >= 0 && $0 <= 1 + 1e-9 } }) else {
            throw AssayError(.unsupported, "\(file) gives numbers for its classes that are no probabilities")
        }
        var own: [[Double]]?
        if let sums { own = try added(sums, values, graph) }
        return Scores(
            scores: own ?? (labels == nil ? [numbers] : shares), probabilities: labels == nil ? nil : shares, classes: classes, labels: labels,
            numbers: labels == nil ? numbers : nil, rowCount: values.rowCount)
    }

    private func added(_ core: PMMLCore, _ values: GraphValues, _ graph: Graph) throws(AssayError) -> [[Double]] {
        // Rows with missing values have answers that the sums alone do not give.
        guard let matrix = try? features(values, graph: graph) else {
            return [[Double]](repeating: [Double](repeating: .nan, count: values.rowCount), count: 1)
        }
        switch core.core.kind {
        case .trees(let head): return head.scores(matrix)
        case .linear(let weights, let intercepts):
            return zip(weights, intercepts).map { weights, intercept in
                (0..<matrix.rowCount).map { row in
                    var sum = 0.0
                    for (feature, weight) in weights.enumerated() { sum += weight * matrix[row: row, feature: feature] }
                    return sum + intercept
                }
            }
        }
    }

    package func features(_ values: GraphValues, graph: Graph) throws(AssayError) -> FeatureMatrix {
        guard let sums else { throw AssayError(.internalFault, "a model without sums was asked for them") }
        let width = sums.core.origins.count
        var matrix = [Double](repeating: 0, count: values.rowCount * width)
        var missing = 0
        for place in 0..<values.rowCount {
            var row = row(values, graph, place)
            guard sums.chain.allSatisfy({ $0.prepare(&row) }), let features = sums.features(row) else {
                missing += 1
                continue
            }
            for (feature, value) in features.enumerated() { matrix[feature * values.rowCount + place] = value }
        }
        guard missing == 0 else {
            throw AssayError(
                .invalidArgument,
                "\(missing) \(missing == 1 ? "row lacks a value" : "rows lack values") by which the model could be explained from its own numbers; use "
                    + "--method kernel")
        }
        return FeatureMatrix(rowCount: values.rowCount, featureCount: width, values: matrix)
    }

    package var reasonCount: Int { (node.body as? PMMLScorecard)?.reasonCount ?? 0 }

    package func reasons(_ values: GraphValues, graph: Graph) -> [[Text]] {
        (0..<values.rowCount).map { place in
            var row = row(values, graph, place)
            return node.answer(&row)?.reasons ?? []
        }
    }
}
