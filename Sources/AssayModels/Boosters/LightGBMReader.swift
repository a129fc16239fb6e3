package import AssayTerms

/// Reads LightGBM's models as `save_model` writes them (`model.txt`, versions v2 to v4 of the format).
///
/// Values are compared in 64 bits, `value ≤ threshold`; a missing one is 0 where a node knows none (`missing_type` none), goes the node's way where it
/// does, and is the same as 0 where 0 means missing. Leaves are added in 64 bits in the trees' order; the first guess is in the first trees'
/// leaves. `average_output` divides by the number of rounds. Columns bind by position: the library looks at no names.
///
/// - Source: LightGBM 4.7, `src/io/gbdt_model_text.cpp`, `src/io/tree.cpp`, `include/LightGBM/tree.h`, `src/objective/*.hpp`.
package struct LightGBMReader {
    private let text: LightGBMText
    private let file: String

    /// - Parameters:
    ///   - names: the columns' names in order as the model's signature has them.
    ///   - api: whose `predict` is meant.
    package static func read(_ bytes: [UInt8], name: String, names: [Text]?, api: BoosterAPI) throws(AssayError) -> BoosterModel {
        try LightGBMReader(text: LightGBMText(bytes, name: name), file: name).model(names: names, api: api)
    }

    /// What one of LightGBM's wrappers in scikit-learn's manner holds, as a head over so many features.
    ///
    /// - Parameters:
    ///   - labels: a classifier's, in its order.
    ///   - rounds: how many it predicts by; `nil` for all.
    /// - Throws: `.unsupported` also where the trees split on a data frame's categories.
    static func head(_ bytes: [UInt8], name: String, width: Int, labels: ClassLabels?, rounds: Int?) throws(AssayError) -> TreeHead {
        let reader = LightGBMReader(text: try LightGBMText(bytes, name: name), file: name)
        guard try LightGBMCategories.tables(reader.text, width: width).isEmpty else {
            throw reader.text.head.unsupported(
                "remembers a data frame's categories, which are read of a Booster alone; save its booster_, or encode categories in a pipeline")
        }
        let (found, head) = try reader.trees(api: labels == nil ? .regressor : .classifier, rounds: rounds)
        guard found == width else { throw reader.text.head.damaged("was trained on \(found) columns and is given \(width)") }
        guard let labels else { return head }
        guard head.classes?.count == labels.count else { throw reader.text.head.damaged("has other classes than its wrapper") }
        return try head.with(classes: labels)
    }

    private func model(names: [Text]?, api: BoosterAPI) throws(AssayError) -> BoosterModel {
        let (width, tree) = try trees(api: api, rounds: nil)
        let (graph, namesAreFitted) = try graph(width: width, names: names)
        let isBinary = try text.head.text("objective")?.split(separator: " ").first == "binary"
        let function: ScoringModel.PredictFunction =
            api != .booster || tree.classes == nil ? .predict : isBinary ? .secondProbability : .predictProbabilities
        return BoosterModel(graph: graph, head: tree, namesAreFitted: namesAreFitted, predictFunction: function)
    }

    /// How many columns there are, and the trees of the first rounds.
    private func trees(api: BoosterAPI, rounds: Int?) throws(AssayError) -> (width: Int, head: TreeHead) {
        let head = text.head
        let version = try head.text("version") ?? ""
        guard ["v2", "v3", "v4"].contains(version) else {
            throw head.unsupported("has the version '\(version.prefix(20))'; v2, v3 and v4 are read")
        }
        let width = try head.count("max_feature_idx", limit: GraphBuilder.laneLimit - 1) + 1
        let groups = try head.count("num_tree_per_iteration", limit: 100_000)
        guard groups > 0, text.trees.count % groups == 0 else {
            throw head.damaged("has \(text.trees.count) trees, \(groups) an iteration")
        }
        let link = try LightGBMObjective.link(head)
        guard link.isPerClass == (groups > 1) else {
            throw head.unsupported("adds up \(groups) numbers a row, which do not fit the objective")
        }
        try LightGBMObjective.requireClasses(head, groups: groups)
        var trees = LightGBMTrees(width: width)
        let kept = min(text.trees.count / groups, rounds ?? .max) * groups
        for (number, tree) in text.trees.prefix(kept).enumerated() { try trees.add(tree, score: number % groups) }
        let ensemble = try trees.ensemble(groups: groups, file: file)
        let isBinary = try head.text("objective")?.split(separator: " ").first == "binary"
        var labels: ClassLabels?
        if isBinary { labels = .integers([0, 1]) }
        if link.isPerClass { labels = .integers((0..<Int64(groups)).map { $0 }) }
        switch api {
        case .booster: break
        case .classifier:
            guard labels != nil else { throw head.unsupported("has an objective that is none of LGBMClassifier's") }
        case .regressor:
            guard !link.isPerClass else { throw head.unsupported("predicts several numbers a row; one is supported") }
            labels = nil
        }
        let divisor = head.has("average_output") ? Double(max(1, kept / groups)) : 1
        return (width, try TreeHead(ensemble: ensemble, divisor: divisor, outcome: .boosted(link, labels), acceptsMissing: true))
    }

    // MARK: Columns

    private func graph(width: Int, names: [Text]?) throws(AssayError) -> (Graph, Bool) {
        guard let fitted = try text.head.words("feature_names"), fitted.count == width else {
            throw text.head.damaged("has names for another number of columns than \(width)")
        }
        // The library's own for columns that have none.
        let isNamed = fitted.enumerated().contains { $0.element != Text("Column_\($0.offset)") }
        // In a file spaces of a name are underscores.
        let inputs = names?.count == width ? names ?? fitted : fitted
        guard Set(inputs).count == width else { throw text.head.damaged("names a column twice") }
        let tables = try LightGBMCategories.tables(text, width: width)
        var builder = GraphBuilder(inputs: inputs)
        var lanes: [GraphBuilder.Lane] = []
        for (place, lane) in builder.inputLanes.enumerated() {
            var source = try builder.source(lane)
            source.treatments.append(.takeInfinite)
            guard let table = tables[place] else {
                lanes.append(.source(source))
                continue
            }
            lanes.append(.source(Graph.Source(base: .step(try builder.add(.coded(source, table, numbersAreCodes: false))))))
        }
        return (try builder.graph(features: lanes), isNamed)
    }
}
