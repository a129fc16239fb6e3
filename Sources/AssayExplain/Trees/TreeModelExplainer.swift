package import AssayModels
package import AssayTerms

/// Exact Shapley values of a model by trees, per input column or group of columns.
///
/// Columns that an encoder made of one input are that input's: they are taken from a row together, so what is attributed is the game of the columns that the
/// caller sent. `shap` treats each made column as a player of its own; summed over them its values differ from these where one tree splits
/// on two of them. Functions of the margin are explained by ``TreeRescaling``.
package struct TreeModelExplainer: Sendable {
    package let scorer: Scorer
    package let players: Players
    /// What rows are compared with: a background's name, or ``covers``.
    package let background: String
    /// `nil` where no rows are compared with.
    package let backgroundRows: BackgroundRows.Counts?
    package let space: String
    /// What is expected before anything is known of a row. Of losses the mean over the background with the second class as label; each row's
    /// explanation has its own.
    package let baseValues: [Double]
    package let output: TreeSpace
    /// `nil` where the margin is rescaled.
    private let explainer: TreeExplainer?
    private let rescaling: TreeRescaling?
    private let head: TreeHead
    private let matrix: @Sendable (GraphValues) throws(AssayError) -> FeatureMatrix

    /// The name of explanations that follow the trees' covers.
    package static let covers = "training rows by node"

    /// - Parameters:
    ///   - background: rows to compare with; `nil` follows the covers.
    ///   - players: `nil` has each input be its own.
    ///   - output: what is explained; anything but the margin needs a background.
    /// - Throws: `unsupported` for an output that the model does not have, and as ``TreeExplainer``.
    package init(
        _ scorer: Scorer, _ head: TreeHead, background: BackgroundRows?, players: Players? = nil, output: TreeSpace = .margin
    ) throws(AssayError) {
        let graph = scorer.model.graph
        try self.init(
            scorer, head, origins: graph.features.map { graph.origins[$0.step] }, background: background, players: players, output: output
        ) { (values) throws(AssayError) in try head.matrix(values, graph: graph) }
    }

    /// Trees over features that somebody else makes.
    ///
    /// - Parameters:
    ///   - origins: the input column of each feature.
    ///   - matrix: the features of rows.
    package init(
        _ scorer: Scorer, _ head: TreeHead, origins: [Int], background: BackgroundRows?, players: Players? = nil, output: TreeSpace = .margin,
        matrix: @escaping @Sendable (GraphValues) throws(AssayError) -> FeatureMatrix
    ) throws(AssayError) {
        self.scorer = scorer
        self.head = head
        self.output = output
        self.matrix = matrix
        let whom = players ?? Players(inputs: scorer.model.inputs)
        self.players = whom
        let playerOf = origins.map { whom.of[$0] }
        let reference: TreeExplainer.Reference
        backgroundRows = background?.counts
        if let background {
            reference = .background(try background.looked { () throws(AssayError) in try matrix(scorer.values(background.block)) })
            self.background = background.name
        } else {
            reference = .covers
            self.background = Self.covers
        }
        let function = try head.function(output, label: true)
        if output == .margin || head.isItself(output) {
            let explainer = try TreeExplainer(
                head.ensemble, players: (playerOf, whom.count), explained: head.explainedScores, reference: reference)
            self.explainer = explainer
            rescaling = nil
            let divisor = head.divisor
            baseValues = explainer.baseValues.map { $0 / divisor }
            space = head.space
            return
        }
        guard case .background(let matrix) = reference, let explained = head.explainedScores.first else {
            throw AssayError(
                .invalidArgument,
                "what the training rows at each node say is of the margin alone; to explain \(output.rawValue) compare with a background, by --method tree")
        }
        try TreeExplainer.requireAttributable(head.ensemble)
        let margins = head.scores(matrix, isExact: true)[explained]
        rescaling = try TreeRescaling(
            head.ensemble, players: playerOf.map { Int32($0) }, playerCount: whom.count, explained: explained, background: matrix, margins: margins,
            divisor: head.divisor)
        explainer = nil
        space = output.rawValue
        baseValues = [try Self.mean(function, margins)]
    }

    /// Whether attributions follow the trees' covers.
    package var followsCovers: Bool { background == Self.covers }

    /// Whether a function of the margin is explained, by the rescale rule.
    package var isRescaled: Bool { rescaling != nil }

    private static func mean(_ function: MarginFunction, _ margins: [Double]) throws(AssayError) -> Double {
        var sum = 0.0
        for margin in margins { sum += function(margin) }
        guard sum.isFinite else {
            throw AssayError(.unsupported, "of a background row the answer is certain, so that its loss is infinite; explain the probability")
        }
        return sum / Double(margins.count)
    }

    /// - Parameters:
    ///   - labels: of each row whether it is of the second class; looked at for losses alone.
    ///   - threads: how many the rows are divided among; the values do not depend on it.
    package func explain(
        _ values: GraphValues, _ scores: Scores, labels: [Bool]? = nil, interactions: Bool = false, threads: Int = 1
    ) throws(AssayError) -> Explanation {
        let matrix = try self.matrix(values)
        // A library's sum in 32 bits is the attributions' but for its own rounding.
        let sums = head.ensemble.addsInFloat ? head.scores(matrix, threads: threads, isExact: true) : scores.scores
        if let rescaling {
            return try explain(rescaling, matrix, sums[head.explainedScores[0]], labels, interactions, threads)
        }
        guard let explainer else { preconditionFailure("neither tables nor pairs") }
        var attributions = explainer.attributions(matrix, rows: 0..<matrix.rowCount, threads: threads)
        var pairs = interactions ? try explainer.interactions(matrix, attributions: attributions, threads: threads) : nil
        if head.divisor != 1 {
            for index in attributions.indices { attributions[index] /= head.divisor }
            pairs = pairs.map { $0.map { $0 / head.divisor } }
        }
        let explanation = Explanation(
            featureNames: players.names, background: background, space: space, baseValues: baseValues, attributions: attributions,
            rowCount: matrix.rowCount, interactions: pairs)
        try explanation.requireSums(of: head.explainedScores.map { sums[$0] })
        return explanation
    }

    private func explain(
        _ rescaling: TreeRescaling, _ matrix: FeatureMatrix, _ margins: [Double], _ labels: [Bool]?, _ interactions: Bool, _ threads: Int
    ) throws(AssayError) -> Explanation {
        guard output != .logLoss || labels?.count == matrix.rowCount else {
            throw AssayError(.invalidArgument, "the loss of a row is that of its label; name the column of labels with --label")
        }
        let second = try head.function(output, label: true)
        let first = try head.function(output, label: false)
        let functions = (0..<matrix.rowCount).map { labels?[$0] ?? true ? second : first }
        let attributions = rescaling.attributions(matrix, margins: margins, functions: functions, threads: threads)
        let pairs =
            interactions
            ? try rescaling.interactions(matrix, margins: margins, functions: functions, attributions: attributions, threads: threads) : nil
        let answers = zip(functions, margins).map { $0($1) }
        var bases: [Double]?
        if output == .logLoss {
            let (own, other) = (baseValues[0], try Self.mean(first, rescaling.margins))
            bases = (0..<matrix.rowCount).map { labels?[$0] ?? true ? own : other }
        }
        let explanation = Explanation(
            featureNames: players.names, background: background, space: space, baseValues: baseValues, attributions: attributions,
            rowCount: matrix.rowCount, interactions: pairs, rowBases: bases)
        try explanation.requireSums(of: [answers])
        return explanation
    }
}
