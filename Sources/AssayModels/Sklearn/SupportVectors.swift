import AssayTerms

extension SklearnReader {
    private static let machines: Set<Text> = [
        "sklearn.svm._classes.SVC", "sklearn.svm._classes.NuSVC", "sklearn.svm._classes.SVR", "sklearn.svm._classes.NuSVR",
    ]

    /// Support vector machines; `nil` for another class. Where the kernel is linear and there is one sum, that is what they are.
    ///
    /// Probabilities (`probability=True`) are libsvm's approximation and are not given; classes are by the pairs' votes, as the library predicts.
    mutating func supportVectors(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted? {
        guard Self.machines.contains(Text(node.className)) else { return nil }
        let classes = node.className.hasSuffix("SVC") ? try classLabels(node.required("classes_")) : nil
        let isSparse = try node.attribute("_sparse")?.boolean() ?? false
        guard !isSparse else {
            throw AssayError(.unsupported, "\(file.name): \(node.path) was fitted on a sparse matrix, which is not supported")
        }
        let vectors = try node.required("support_vectors_").numbers(axes: 2)
        let weights = try node.required("_dual_coef_").numbers(axes: 2)
        let constants = try node.required("_intercept_").numbers(axes: 1).values
        let (count, width) = (vectors.shape[0], vectors.shape[1])
        try requireWidth(width, lanes, node)
        let classCount = classes?.count ?? 2
        guard weights.shape == [classCount - 1, count], constants.count == classCount * (classCount - 1) / 2 else {
            throw node.damaged("has weights for other vectors than it has")
        }
        let word = try node.required("kernel")
        let gamma = try finiteNumber(node.required("_gamma"))
        let constant = try finiteNumber(node.required("coef0"))
        let kernel: KernelMachineHead.Kernel
        switch word.loader == "JsonNode" ? try word.scalar() : .boolean(false) {
        case .text("linear"): kernel = .linear
        case .text("rbf"): kernel = .radial(gamma: gamma)
        case .text("sigmoid"): kernel = .sigmoid(gamma: gamma, constant: constant)
        case .text("poly"):
            let degree = try node.required("degree").integer()
            guard (0...1_000).contains(degree) else { throw node.damaged("has a degree of \(degree)") }
            kernel = .polynomial(gamma: gamma, constant: constant, degree: degree)
        case .text(let name): throw AssayError(.unsupported, "\(file.name): \(node.path) has the kernel '\(name.string)', which is not supported")
        default: throw AssayError(.unsupported, "\(file.name): \(node.path) has a kernel by a function, which is not run")
        }
        let features = try builder.features(lanes)
        if case .linear = kernel, classCount == 2 {
            // Of two classes the library turns the sign, so that the second is above 0.
            let sign: Double = classes == nil ? 1 : -1
            var sums = [Double](repeating: 0, count: width)
            for row in 0..<count { for column in 0..<width { sums[column] += weights.values[row] * vectors.values[row * width + column] } }
            let head = try LinearHead(
                classes: classes, link: classes == nil ? .identity : .decision, weights: [sums.map { sign * $0 }],
                intercepts: [sign * constants[0]], features: features)
            return Fitted(features: features, head: .linear(head))
        }
        var pairs: [KernelMachineHead.Pair] = []
        if let classes {
            guard let sizes = try node.required("_n_support").array().integers, sizes.count == classes.count,
                sizes.allSatisfy({ $0 >= 0 && $0 <= Int64(count) }), sizes.reduce(0, +) == Int64(count)
            else { throw node.damaged("has vectors of other classes") }
            var starts = [0]
            for size in sizes { starts.append(starts[starts.count - 1] + Int(size)) }
            for first in 0..<classes.count {
                for second in (first + 1)..<max(classes.count, first + 1) {
                    let (own, other) = (Array(starts[first]..<starts[first + 1]), Array(starts[second]..<starts[second + 1]))
                    pairs.append(
                        KernelMachineHead.Pair(
                            first: first, second: second, rows: own + other,
                            weights: own.map { weights.values[(second - 1) * count + $0] } + other.map { weights.values[first * count + $0] },
                            constant: constants[pairs.count]))
                }
            }
        } else {
            pairs = [.init(first: 0, second: 1, rows: Array(0..<count), weights: weights.values, constant: constants[0])]
        }
        var shape = "ovr"
        var breaksTies = false
        if classes != nil {
            shape = try node.required("decision_function_shape").text()
            breaksTies = try node.attribute("break_ties")?.boolean() ?? false
        }
        breaksTies = breaksTies && classCount > 2 && shape == "ovr"
        let head = try KernelMachineHead(
            classes: classes, kernel: kernel, vectors: vectors.values, width: width, pairs: pairs, breaksTies: breaksTies)
        return Fitted(features: features, head: .dense(head), decides: classes != nil && (classCount == 2 || shape == "ovr"))
    }
}
