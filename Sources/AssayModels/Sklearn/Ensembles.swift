import AssayTerms

/// Voting, stacking, calibration, thresholds, targets: models over other models' answers.
extension SklearnReader {
    /// `nil` where the class is none of these.
    mutating func ensemble(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted? {
        switch node.className {
        case "sklearn.model_selection._search.GridSearchCV", "sklearn.model_selection._search.RandomizedSearchCV":
            return try predictor(node.required("best_estimator_"), lanes)
        case "sklearn.frozen._frozen.FrozenEstimator": return try predictor(node.required("estimator"), lanes)
        case "sklearn.ensemble._voting.VotingClassifier": return try votingClassifier(node, lanes)
        case "sklearn.ensemble._voting.VotingRegressor":
            var numbers: [GraphBuilder.Lane] = []
            for one in try node.required("estimators_").items() {
                let member = try member(one, lanes)
                numbers.append(try number(member))
            }
            return try mean(numbers, weights: votingWeights(node, count: numbers.count))
        case "sklearn.ensemble._stacking.StackingClassifier", "sklearn.ensemble._stacking.StackingRegressor": return try stacking(node, lanes)
        case "sklearn.calibration.CalibratedClassifierCV": return try calibrated(node, lanes)
        case "sklearn.multiclass.OneVsRestClassifier": return try againstRest(node, lanes)
        case "sklearn.compose._target.TransformedTargetRegressor": return try transformedTarget(node, lanes)
        case "sklearn.model_selection._classification_threshold.FixedThresholdClassifier",
            "sklearn.model_selection._classification_threshold.TunedThresholdClassifierCV":
            return try threshold(node, lanes)
        default: return nil
        }
    }

    // MARK: Voting

    /// Of those that were not dropped, which have their place among the names.
    private func votingWeights(_ node: SkopsNode, count: Int) throws(AssayError) -> [Double] {
        let weights = try node.required("weights")
        if try weights.isNone { return [Double](repeating: 1, count: count) }
        let named = try node.required("estimators").items()
        var all: [Double] = []
        if weights.loader == "NdArrayNode" {
            all = try weights.numbers(axes: 1).values
        } else {
            for item in try weights.items() { all.append(try finiteNumber(item)) }
        }
        guard all.count == named.count else { throw node.damaged("has weights for other models") }
        var kept: [Double] = []
        for (pair, weight) in zip(named, all) {
            let items = try pair.items()
            guard items.count == 2 else { throw pair.damaged("is not a model under a name") }
            if items[1].loader == "JsonNode", try items[1].scalar() == .text("drop") { continue }
            kept.append(weight)
        }
        guard kept.count == count else { throw node.damaged("has weights for other models") }
        return kept
    }

    /// Source: scikit-learn 1.9, `VotingClassifier.predict`; its models were fitted on classes by number.
    private mutating func votingClassifier(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        let classes = try classLabels(node.required("classes_"))
        let encoder = try node.required("le_")
        guard try classLabels(encoder.required("classes_")) == classes else { throw node.damaged("has other classes than its encoder") }
        let models = try node.required("estimators_").items()
        let weights = try votingWeights(node, count: models.count)
        let isSoft: Bool
        switch try node.required("voting").text() {
        case "soft": isSoft = true
        case "hard": isSoft = false
        case let word: throw AssayError(.unsupported, "\(file.name): \(node.path) has voting='\(word)', which is not supported")
        }
        var said: [GraphBuilder.Lane] = []
        var members: [SharesHead.Member] = []
        for (one, weight) in zip(models, weights) {
            let member = try member(one, lanes)
            let codes = try codes(member, below: classes.count)
            guard codes == Array(0..<classes.count) else { throw one.damaged("has other classes than the model above it") }
            if isSoft {
                said += try probabilities(member)
                members.append(.init(classes: codes, weight: weight))
            } else {
                said.append(try builder.lane(output(member, .predictedClass)))
            }
        }
        let head: any DenseHead =
            if isSoft { try SharesHead(labels: classes, members: members, isCalibrated: false) } else { try VotesHead(labels: classes, weights: weights) }
        return Fitted(features: try builder.features(said), head: .dense(head), decides: false)
    }

    // MARK: Stacking

    /// Source: scikit-learn 1.9, `_BaseStacking._concatenate_predictions` and `StackingClassifier.predict`.
    private mutating func stacking(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        let classes = node.className.hasSuffix("Classifier") ? try classLabels(node.required("classes_")) : nil
        if let classes {
            let encoder = try node.required("_label_encoder")
            guard encoder.loader == "ObjectNode", try classLabels(encoder.required("classes_")) == classes else {
                throw AssayError(.unsupported, "\(file.name): \(node.path) predicts several labels a row; one is supported")
            }
        }
        let models = try node.required("estimators_").items()
        let methods = try node.required("stack_method_").items()
        guard models.count == methods.count else { throw node.damaged("has methods for other models") }
        var said: [GraphBuilder.Lane] = []
        for (one, method) in zip(models, methods) {
            let member = try member(one, lanes)
            switch try method.text() {
            case "predict_proba":
                let all = try probabilities(member)
                // Of two classes the first says nothing more.
                said += all.count == 2 ? [all[1]] : all
            case "decision_function": said += try decisions(member)
            case "predict" where member.head.classes == nil: said.append(try number(member))
            case "predict":
                guard case .integers(let labels)? = member.head.classes else {
                    throw AssayError(.unsupported, "\(file.name): \(one.path) predicts labels that are no numbers, which the model above it cannot take")
                }
                let place = try builder.add(output(member, .predictedClass))
                var values: [Cell: Int32] = [:]
                for label in labels.indices { values[.integer(Int64(label))] = Int32(label) }
                let step = try builder.add(
                    .category(Graph.Source(base: .step(place)), CategoryTable(codes: values, unknown: .refused, width: labels.count)))
                said.append(try builder.lane(.numbered(step, values: labels.map { Double($0) }, other: .nan)))
            case let word: throw AssayError(.unsupported, "\(file.name): \(node.path) asks its models for '\(word)', which is not supported")
            }
        }
        if try node.required("passthrough").boolean() { said += lanes }
        let final = try predictor(node.required("final_estimator_"), said)
        guard let classes else {
            guard final.head.classes == nil else { throw node.damaged("ends in a model of classes where numbers are predicted") }
            return final
        }
        // The last model knows classes by number.
        guard case .integers(let codes)? = final.head.classes, codes == (0..<Int64(classes.count)).map({ $0 }) else {
            throw node.damaged("ends in a model of other classes")
        }
        return Fitted(features: final.features, head: try final.head.relabelled(classes), decides: final.decides)
    }

    // MARK: Calibration

    /// Source: scikit-learn 1.9, `CalibratedClassifierCV.predict_proba`, `_CalibratedClassifier.predict_proba`, `_SigmoidCalibration.predict`,
    /// `IsotonicRegression.predict`.
    private mutating func calibrated(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        let classes = try classLabels(node.required("classes_"))
        var said: [GraphBuilder.Lane] = []
        var members: [SharesHead.Member] = []
        for one in try node.required("calibrated_classifiers_").items() {
            guard one.className == "sklearn.calibration._CalibratedClassifier" else { throw Self.unsupported(one, "calibrated classifier") }
            guard try classLabels(one.required("classes")) == classes else { throw one.damaged("has other classes than the model above it") }
            let method = try one.required("method").text()
            guard method == "sigmoid" || method == "isotonic" else {
                throw AssayError(.unsupported, "\(file.name): \(one.path) has method='\(method)', which is not supported; sigmoid and isotonic are")
            }
            let member = try member(one.required("estimator"), lanes)
            guard let known = member.head.classes else { throw one.damaged("calibrates a model without classes") }
            var scores: [GraphBuilder.Lane]
            if member.decides {
                scores = try decisions(member)
            } else {
                scores = try probabilities(member)
                if scores.count == 2 { scores = [scores[1]] }
            }
            let calibrators = try one.required("calibrators").items()
            guard calibrators.count == scores.count else { throw one.damaged("has other calibrators than scores") }
            var places: [Int] = []
            for label in known.values.indices {
                guard let place = classes.values.firstIndex(of: known.values[label]) else { throw one.damaged("has a class the model above it does not know") }
                places.append(place)
            }
            if classes.count == 2 { places = [1] }
            guard places.count == scores.count else {
                throw AssayError(.unsupported, "\(file.name): \(one.path) was fitted on \(known.count) of \(classes.count) classes, which is not supported")
            }
            for (score, calibrator) in zip(scores, calibrators) { said.append(try builder.mapped(score, calibration(calibrator))) }
            members.append(.init(classes: places, weight: 1))
        }
        let head = try SharesHead(labels: classes, members: members, isCalibrated: true)
        return Fitted(features: try builder.features(said), head: .dense(head), decides: false)
    }

    private func calibration(_ node: SkopsNode) throws(AssayError) -> NumberMap {
        switch node.className {
        case "sklearn.calibration._SigmoidCalibration":
            return .sigmoid(a: try finiteNumber(node.required("a_")), b: try finiteNumber(node.required("b_")))
        case "sklearn.isotonic.IsotonicRegression":
            // Beyond its ends it says what they say only where it was told to.
            guard try node.required("out_of_bounds").text() == "clip" else {
                throw AssayError(.unsupported, "\(file.name): \(node.path) has out_of_bounds other than 'clip', which is not supported")
            }
            do throws(AssayError) {
                return .interpolated(
                    try LinePoints(x: node.required("X_thresholds_").numbers(axes: 1).values, y: node.required("y_thresholds_").numbers(axes: 1).values))
            } catch {
                throw node.damaged("has thresholds that are not ascending numbers")
            }
        default: throw Self.unsupported(node, "calibrator")
        }
    }

    // MARK: Each class against the rest

    private mutating func againstRest(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        let binarizer = try node.required("label_binarizer_")
        guard try ["binary", "multiclass"].contains(binarizer.required("y_type_").text()) else {
            throw AssayError(.unsupported, "\(file.name): \(node.path) predicts several labels a row; one is supported")
        }
        let classes = try classLabels(binarizer.required("classes_"))
        var members: [Member] = []
        for one in try node.required("estimators_").items() {
            let member = try member(one, lanes)
            guard member.classCount == 2 else {
                throw AssayError(.unsupported, "\(file.name): \(one.path) does not tell two classes apart, which a model against the rest must")
            }
            members.append(member)
        }
        guard let first = members.first, members.allSatisfy({ $0.decides == first.decides && $0.head.givesProbabilities == first.head.givesProbabilities })
        else { throw node.damaged("has models of different kinds") }
        var said: [GraphBuilder.Lane] = []
        for member in members { said.append(try first.decides ? decisions(member)[0] : probabilities(member)[1]) }
        if first.head.givesProbabilities { for member in members { said.append(try probabilities(member)[1]) } }
        let head = try AgainstRestHead(
            labels: classes, modelCount: members.count, areDecisions: first.decides, hasProbabilities: first.head.givesProbabilities,
            lastWins: isBefore(node, 1, 8))
        return Fitted(features: try builder.features(said), head: .dense(head))
    }

    // MARK: Targets and thresholds

    /// Source: scikit-learn 1.9, `TransformedTargetRegressor.predict`; what it fitted is turned back by `transformer_`.
    private mutating func transformedTarget(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        let transformer = try node.required("transformer_")
        switch transformer.className {
        case "sklearn.preprocessing._function_transformer.FunctionTransformer":
            let inverse = try transformer.required("inverse_func")
            if try inverse.isNone { return try predictor(node.required("regressor_"), lanes) }
            if let arguments = try transformer.attribute("inv_kw_args"), try !arguments.isNone, try !arguments.memberNames().isEmpty {
                throw AssayError(.unsupported, "\(file.name): \(transformer.path) has arguments for its function, which are not supported")
            }
            let map = NumberMap.function(try numpyFunction(inverse))
            let member = try member(node.required("regressor_"), lanes)
            return try mean([try builder.mapped(number(member), map)], weights: [1])
        case "sklearn.preprocessing._data.StandardScaler":
            let member = try member(node.required("regressor_"), lanes)
            let lane = try number(member)
            let scale = try transformer.required("with_std").boolean() ? try perColumn(transformer, "scale_", [lane])[0] : 1
            let mean = try transformer.required("with_mean").boolean() ? try perColumn(transformer, "mean_", [lane])[0] : 0
            return try self.mean(
                [try builder.lane(.combined([try builder.number(lane)], weights: [scale], constant: mean))], weights: [1])
        default: throw Self.unsupported(transformer, "transformer of a target")
        }
    }

    /// Source: scikit-learn 1.9, `FixedThresholdClassifier.predict`, `TunedThresholdClassifierCV.predict`.
    private mutating func threshold(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted {
        let isTuned = node.className.hasSuffix("CV")
        let member = try member(node.required("estimator_"), lanes)
        guard let classes = member.head.classes, classes.count == 2 else { throw node.damaged("stands over a model without two classes") }
        let method = try node.required("response_method").text()
        let isProbability: Bool
        switch method {
        case "auto": isProbability = member.head.givesProbabilities
        case "predict_proba": isProbability = true
        case "decision_function": isProbability = false
        default: throw AssayError(.unsupported, "\(file.name): \(node.path) has response_method='\(method)', which is not supported")
        }
        let limit: Double
        if isTuned {
            limit = try number(node.required("best_threshold_"))
        } else {
            let setting = try node.required("threshold")
            limit = try setting.scalar() == .text("auto") ? (isProbability ? 0.5 : 0) : number(setting)
        }
        let positive = try positiveClass(node, classes, isTuned: isTuned)
        var said: [GraphBuilder.Lane]
        if isProbability {
            said = [try probabilities(member)[positive]]
        } else {
            let decision = try decisions(member)[0]
            said = [positive == 1 ? decision : try builder.scaled(decision, factor: -1)]
        }
        if member.head.givesProbabilities { said += try probabilities(member) }
        let head = try ThresholdHead(
            labels: classes, positive: positive, threshold: limit, isProbability: isProbability, hasProbabilities: member.head.givesProbabilities)
        // Its decision function is the model's own, which is not among its scores.
        return Fitted(features: try builder.features(said), head: .dense(head), decides: false)
    }

    /// Measures whose `pos_label` is 1 where nothing is said.
    private static let positiveByDefault: Set<String> = [
        "f1_score", "precision_score", "recall_score", "jaccard_score", "fbeta_score", "average_precision_score",
    ]

    private func positiveClass(_ node: SkopsNode, _ classes: ClassLabels, isTuned: Bool) throws(AssayError) -> Int {
        var label: SkopsNode.Scalar = .none
        if isTuned {
            // What the score that was tuned for takes as positive.
            if let scorer = try node.attribute("_curve_scorer"), let arguments = try scorer.attribute("_kwargs"),
                let own = try arguments.member("pos_label")
            {
                label = try own.scalar()
            } else if let measure = try node.attribute("_curve_scorer")?.attribute("_score_func")?.className.split(separator: ".").last,
                Self.positiveByDefault.contains(String(measure))
            {
                label = .integer(1)
            }
        } else if let own = try node.attribute("pos_label") {
            label = try own.scalar()
        }
        let place: Int?
        switch (label, classes) {
        case (.none, _): return 1
        case (.integer(let value), .integers(let labels)): place = labels.firstIndex(of: value)
        case (.boolean(let value), .booleans(let labels)): place = labels.firstIndex(of: value)
        case (.text(let value), .texts(let labels)): place = labels.firstIndex(of: value)
        case (.number(let value), .numbers(let labels)): place = labels.firstIndex(of: value)
        case (.integer(let value), .booleans(let labels)): place = labels.firstIndex(of: value == 1)
        default: place = nil
        }
        guard let place else { throw node.damaged("names a positive class the model does not know") }
        return place
    }
}
