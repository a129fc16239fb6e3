package import AssayTerms

/// Reads XGBoost's models, `save_model`'s JSON and UBJSON of versions 1.7 to 3.x, with trees (`gbtree`, `dart`).
///
/// Values and thresholds are compared in 32 bits, `value < threshold`, which is `value ≤` the next smaller number; leaves are added to the first guess in
/// 32 bits in the trees' order, those of `dart` after they are multiplied by their weights. Refused by name: `gblinear`, several targets, trees with
/// vectors for leaves, objectives whose transformation is not known.
///
/// - Source: XGBoost 3.2, `src/tree/tree_model.cc`, `src/gbm/gbtree.cc`, `src/learner.cc`; the schema in its documentation, "Introduction to Model IO".
package struct XGBoostReader {
    private let root: BoosterNode
    private let learner: BoosterNode
    private let file: String

    /// Features of a model; beyond it a file is refused.
    private static let featureLimit = GraphBuilder.laneLimit

    /// - Parameters:
    ///   - names: the columns' names in order where the file has none.
    ///   - api: whose `predict` is meant; scikit-learn's stops at the best iteration, and answers with classes.
    /// - Throws: `.unreadable` naming tree and field, `.unsupported` naming what is not read, `.limitExceeded`.
    package static func read(_ bytes: [UInt8], name: String, names: [Text]?, api: BoosterAPI) throws(AssayError) -> BoosterModel {
        let value = isUBJSON(bytes) ? try UBJSON.read(bytes, name: name) : try BoosterJSON.read(bytes, name: name)
        return try XGBoostReader(BoosterNode(value: value, path: "", file: name)).model(names: names, api: api)
    }

    /// By the byte after the first brace: a quotation mark or white space in JSON, the type of a length in UBJSON. XGBoost looks at the same.
    package static func isUBJSON(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 1, bytes[0] == UInt8(ascii: "{") else { return false }
        return bytes[1] == UInt8(ascii: "#") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[1] | 0x20)
    }

    private init(_ root: BoosterNode) throws(AssayError) {
        self.root = root
        file = root.file
        guard case .object = root.value, let learner = try root.member("learner") else {
            throw AssayError(.unreadable, "\(root.file) is no model of XGBoost's: it has no 'learner'")
        }
        self.learner = learner
    }

    private func model(names: [Text]?, api: BoosterAPI) throws(AssayError) -> BoosterModel {
        let version = try root.required("version").integers()
        guard version.count == 3, (1...3).contains(version[0]) else {
            throw AssayError(
                .unsupported, "\(file) is of XGBoost \(version.prefix(3).map(String.init).joined(separator: ".")); versions 1 to 3 are read")
        }
        let parameters = try learner.required("learner_model_param")
        let width = try parameters.required("num_feature").count(Self.featureLimit)
        let targets = try parameters.member("num_target")?.count(1 << 20) ?? 1
        guard targets <= 1 else { throw parameters.unsupported("says that \(targets) targets are predicted at once; one is supported") }
        let groups = max(1, try parameters.required("num_class").count(100_000))
        let objective = try XGBoostObjective(learner.required("objective").required("name"))
        guard objective.link.isPerClass == (groups > 1) else {
            throw parameters.damaged("says there are \(groups) classes, which does not fit the objective")
        }
        let base = try baseScores(parameters, groups: groups, objective)
        var trees = try self.trees(groups: groups, width: width, api: api)
        let ensemble = try trees.ensemble(width: width, base: base.map { Double($0.margin) }, file: file)
        if ensemble.trees.isEmpty, base.contains(where: { $0.score != $0.margin }), try parameters.member("boost_from_average")?.text() != "0" {
            throw parameters.unsupported(
                "has a first guess that no tree was trained on, which versions of XGBoost take as a margin or as a prediction; train for a round")
        }
        let (graph, namesAreFitted) = try graph(width: width, names: names, isCategorical: trees.categoricalFeatures)
        let labels = try labels(objective, groups: groups, api: api)
        let head = try TreeHead(ensemble: ensemble, outcome: .boosted(objective.link, labels), acceptsMissing: true)
        var function = ScoringModel.PredictFunction.predict
        if api == .booster, labels != nil {
            switch objective.link.form {
            case .logistic: function = .secondProbability
            case .softmax(true): function = .predictProbabilities
            default: break
            }
        }
        return BoosterModel(graph: graph, head: head, namesAreFitted: namesAreFitted, predictFunction: function)
    }

    private func labels(_ objective: XGBoostObjective, groups: Int, api: BoosterAPI) throws(AssayError) -> ClassLabels? {
        let name = try learner.required("objective").required("name")
        switch (api, objective.link.form) {
        case (.classifier, .logistic) where objective.isClassifier: return .integers([0, 1])
        case (.classifier, .softmax(true)), (.booster, .softmax(true)): return .integers((0..<Int64(groups)).map { $0 })
        case (.booster, .logistic) where objective.isClassifier: return .integers([0, 1])
        // `predict` answers with the class as a number.
        case (.booster, .softmax(false)): return .numbers((0..<groups).map(Double.init))
        case (.classifier, _): throw name.unsupported("is not an objective of XGBClassifier whose classes this version knows")
        case (.regressor, .softmax): throw name.unsupported("predicts several numbers a row; one is supported")
        default: return nil
        }
    }

    // MARK: The first guess

    /// `5E-1` up to version 3.0, `[5E-1]` from 3.1, there one for each class.
    private func baseScores(
        _ parameters: BoosterNode, groups: Int, _ objective: XGBoostObjective
    ) throws(AssayError) -> [(score: Float, margin: Float)] {
        let node = try parameters.required("base_score")
        var text = try node.text()[...]
        if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
        var scores: [Float] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let score = DecimalNumber.float(DecimalNumber.trimmed(part)), score.isFinite else { throw node.damaged("is not a number") }
            scores.append(score)
        }
        if scores.count == 1 { scores = [Float](repeating: scores[0], count: groups) }
        guard scores.count == groups else { throw node.damaged("has \(scores.count) numbers for \(groups) classes") }
        let pairs = scores.map { (score: $0, margin: objective.margin($0)) }
        guard pairs.allSatisfy(\.margin.isFinite) else { throw node.damaged("is outside what the objective can predict") }
        return pairs
    }

    // MARK: Trees

    private func trees(groups: Int, width: Int, api: BoosterAPI) throws(AssayError) -> XGBoostTrees {
        let booster = try learner.required("gradient_booster")
        let kind = try booster.required("name")
        let model: BoosterNode
        var weights: [Float]?
        switch try kind.text() {
        case "gbtree":
            model = try booster.required("model")
            guard try model.member("weight_drop") == nil else {
                throw model.unsupported("has weights of trees as versions after 3.2 write them for dart, which are not read")
            }
        case "dart":
            model = try booster.required("gbtree").required("model")
            weights = try booster.required("weight_drop").floats()
        case let other: throw kind.unsupported("is '\(other.prefix(40))'; gbtree and dart are supported")
        }
        let sources = try model.required("trees").items()
        let info = try model.required("tree_info").integers(count: sources.count)
        guard try model.required("gbtree_model_param").required("num_trees").count(TreeBuilder.nodeLimit) == sources.count else {
            throw model.damaged(".gbtree_model_param.num_trees is another number than its \(sources.count) trees")
        }
        guard weights == nil || weights?.count == sources.count else { throw booster.damaged("has weights for another number of trees") }
        var trees = XGBoostTrees(width: width)
        let count = try treeCount(model, sources.count, groups: groups, api: api)
        for (number, source) in sources.enumerated() {
            // The library puts trees where these say, or refuses others.
            guard try source.required("id").integer() == Int64(number) else { throw source.damaged(".id is not its place among the trees") }
            guard number < count else { continue }
            guard (0..<Int64(groups)).contains(info[number]) else {
                throw model.damaged(".tree_info[\(number)] is \(info[number]), and there are \(groups) classes")
            }
            try trees.add(source, score: Int(info[number]), weight: weights?[number])
        }
        return trees
    }

    /// All trees; scikit-learn's wrappers stop after the best iteration where training stopped early.
    private func treeCount(_ model: BoosterNode, _ count: Int, groups: Int, api: BoosterAPI) throws(AssayError) -> Int {
        let ends = try iterations(model, count, groups: groups)
        guard api != .booster, let best = try learner.member("attributes")?.member("best_iteration") else { return count }
        let rounds = try best.count(1 << 30) + 1
        guard rounds < ends.count else { throw best.damaged("names an iteration that is not there") }
        return ends[rounds]
    }

    /// Where iterations begin and the last one ends among the trees, by which the library predicts.
    private func iterations(_ model: BoosterNode, _ count: Int, groups: Int) throws(AssayError) -> [Int] {
        if let ends = try model.member("iteration_indptr")?.integers() {
            guard ends.first == 0, ends.last == Int64(count), zip(ends, ends.dropFirst()).allSatisfy({ $0 <= $1 }) else {
                throw model.damaged(".iteration_indptr does not go from 0 to its \(count) trees")
            }
            return ends.map { Int($0) }
        }
        let parallel = try model.required("gbtree_model_param").member("num_parallel_tree")?.count(1 << 20) ?? 1
        let each = groups * max(1, parallel)
        guard count % each == 0 else { throw model.damaged("has \(count) trees, \(each) an iteration") }
        return Array(stride(from: 0, through: count, by: each))
    }

    // MARK: Columns

    private func graph(width: Int, names: [Text]?, isCategorical: Set<Int32>) throws(AssayError) -> (Graph, Bool) {
        let fitted = try learner.member("feature_names")?.texts() ?? []
        guard fitted.isEmpty || fitted.count == width else {
            throw learner.damaged(".feature_names has \(fitted.count) names for \(width) columns")
        }
        guard width > 0 else { throw learner.damaged("was fitted on no column") }
        let inputs = !fitted.isEmpty ? fitted : names?.count == width ? names ?? [] : (0..<width).map { Text("x\($0)") }
        guard Set(inputs).count == width else { throw learner.damaged(".feature_names names a column twice") }
        let types = try learner.member("feature_types")?.texts() ?? []
        guard types.isEmpty || types.count == width else {
            throw learner.damaged(".feature_types has \(types.count) types for \(width) columns")
        }
        let recorded = try XGBoostCategories(learner, width: width)
        var builder = GraphBuilder(inputs: inputs)
        var lanes: [GraphBuilder.Lane] = []
        for (place, lane) in builder.inputLanes.enumerated() {
            let isSet = types.isEmpty ? isCategorical.contains(Int32(place)) : types[place] == "c"
            guard isSet, let table = try recorded.table(of: place, named: inputs[place]) else {
                lanes.append(lane)
                continue
            }
            let step = try builder.add(.coded(builder.source(lane), table, numbersAreCodes: true))
            lanes.append(.source(Graph.Source(base: .step(step))))
        }
        return (try builder.graph(features: lanes), !fitted.isEmpty)
    }
}
