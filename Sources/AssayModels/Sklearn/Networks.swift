import AssayTerms

extension SklearnReader {
    /// `MLPClassifier` and `MLPRegressor`; `nil` for another class.
    mutating func network(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted? {
        guard node.className.hasPrefix("sklearn.neural_network._multilayer_perceptron.MLP") else { return nil }
        var classes: ClassLabels?
        if node.className.hasSuffix("Classifier") {
            let binarizer = try node.required("_label_binarizer")
            guard try ["binary", "multiclass"].contains(binarizer.required("y_type_").text()) else {
                throw AssayError(.unsupported, "\(file.name): \(node.path) predicts several labels a row; one is supported")
            }
            // Predicting asks the binarizer, probabilities stand in the classifier's order.
            classes = try classLabels(node.required("classes_"))
            guard try classLabels(binarizer.required("classes_")) == classes else { throw node.damaged("has other classes than its binarizer") }
        }
        let matrices = try node.required("coefs_").items()
        let biases = try node.required("intercepts_").items()
        guard matrices.count == biases.count, !matrices.isEmpty, matrices.count <= 1_000 else { throw node.damaged("has other biases than layers") }
        if classes == nil, let outputs = try node.attribute("n_outputs_")?.integer(), outputs != 1 {
            throw AssayError(.unsupported, "\(file.name): \(node.path) predicts \(outputs) outputs at once; one is supported")
        }
        var layers: [NetworkHead.Layer] = []
        for (matrix, bias) in zip(matrices, biases) {
            let weights = try matrix.numbers(axes: 2)
            layers.append(
                try NetworkHead.Layer(
                    inputs: weights.shape[0], outputs: weights.shape[1], weights: weights.values, biases: bias.numbers(axes: 1).values))
        }
        try requireWidth(layers[0].inputs, lanes, node)
        func activation(_ name: String) throws(AssayError) -> NetworkHead.Activation {
            let word = try node.required(name).text()
            guard let activation = NetworkHead.Activation(rawValue: word) else {
                throw AssayError(.unsupported, "\(file.name): \(node.path) has \(name)='\(word)', which is not supported")
            }
            return activation
        }
        let head = try NetworkHead(layers: layers, hidden: activation("activation"), last: activation("out_activation_"), classes: classes)
        return Fitted(features: try builder.features(lanes), head: .dense(head))
    }
}
