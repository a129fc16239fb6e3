package import AssayColumns
package import AssayModels
package import AssayTerms

/// Shapley values of any model's answers, from its answers to rows put together from the explained row and background rows.
///
/// Definition: of the game `v(S) = link(mean over background rows b of f(x on S, b elsewhere))` among the columns, or groups of columns, in which the row
/// differs from a background row. By kernel SHAP, with M of these, all 2ᴹ − 2 subsets are asked where that is at most the number of samples, and
/// the attributions are the game's Shapley values; else those of the nearest additive game on sampled subsets
/// (``Coalitions``, ``CoalitionRegression``). ``CoalitionMethod`` lists other ways. Columns in which nothing varies have 0. `base + Σ φ` is the row's own
/// answer.
///
/// - Missing values vary from every value and not from each other. Whether a column varies is decided by equality, where shap
///   takes values within 1e-5 of each other as the same.
/// - Memory: one exchange's rows (``Settings/exchangeRows``, or the background once where that is more) and its answers, whatever the
///   table's length, and the games of rows that are explained together (``KernelGames``).
/// - Complexity: of a row, subsets × background rows evaluations of the model.
/// - Source: Lundberg & Lee 2017; shap 0.51, `KernelExplainer` with l1_reg=False.
package struct KernelExplainer: Sendable {
    package struct Settings: Sendable {
        package var method = CoalitionMethod.kernel(samples: nil)
        package var seed: UInt32 = 0
        package var link = Link.identity
        /// Interaction values too; every row's game has to be asked whole.
        package var wantsInteractions = false
        /// Rows that the model is asked about at once.
        package var exchangeRows = 65_536

        package init() {}
    }

    /// Values in one exchange: with wide tables it has fewer rows.
    private static let exchangeCells = 1 << 22
    /// Subsets of rows that are explained together, so that small games share exchanges.
    private static let subsetsAtOnce = 1 << 16
    /// Of their games; one row's is taken whatever it has.
    private static let gameBytesAtOnce = 256 << 20

    package let form: ModelForm
    /// Whom attributions are given to.
    package let players: Players
    package let background: BackgroundRows
    package let baseValues: [Double]
    /// `log-odds`, `probability` or `raw`.
    package var space: String { settings.link == .logit ? "log-odds" : function.space }
    /// Rows that the model was asked about, the background's among them.
    package private(set) var evaluationCount = 0
    /// How many times it was asked.
    package private(set) var exchangeCount = 0
    /// Rows whose attributions are their game's own values, and not an estimate.
    package private(set) var exactRowCount = 0
    package private(set) var sampledRowCount = 0
    /// The largest distance of `base + Σ φ` to the row's answer.
    package private(set) var largestResidual = 0.0

    private let function: ModelFunction
    package let settings: Settings
    private let games: KernelGames
    private let checkpoint: @Sendable () throws(AssayError) -> Void

    /// Asks the model about the background.
    ///
    /// - Parameters:
    ///   - players: `nil` has each column be its own.
    ///   - games: of the same method and seed, where several explainers share them.
    ///   - checkpoint: asked again and again while attributions are computed; what it throws ends that.
    /// - Throws: `invalidArgument` for a link that the answers do not have, and what asking throws.
    package init(
        _ function: ModelFunction, form: ModelForm, players: Players? = nil, background: BackgroundRows, settings: Settings = Settings(),
        games: KernelGames? = nil, checkpoint: @escaping @Sendable () throws(AssayError) -> Void = {}
    ) throws(AssayError) {
        guard settings.link == .identity || function.givesProbabilities else {
            throw AssayError(
                .invalidArgument,
                function.givesScores
                    ? "the model's own scores are explained, in \(function.space); leave --link out, or add --output-space probability"
                    : "--link logit is for probabilities, and the model gives none; leave it out")
        }
        self.function = function
        self.form = form
        self.players = players ?? Players(inputs: form.inputs)
        self.background = background
        self.settings = settings
        self.games = games ?? KernelGames(settings.method, seed: settings.seed)
        self.checkpoint = checkpoint
        baseValues = try background.looked { () throws(AssayError) in
            try function(background.block).map { (output) throws(AssayError) in try settings.link(Self.mean(output[...])) }
        }
        evaluationCount = background.rowCount
        exchangeCount = 1
    }

    /// The model's outputs for rows whose predictions are known; where these do not hold them, the model is asked again.
    package mutating func answers(_ predictions: Predictions, _ block: RowBlock) throws(AssayError) -> [[Double]] {
        if block.rowCount == 0 { return baseValues.map { _ in [] } }
        evaluationCount += block.rowCount
        exchangeCount += 1
        return function.givesScores ? try function(block) : try ModelFunction.outputs(predictions, form)
    }

    /// - Parameters:
    ///   - block: rows as they were scored.
    ///   - answers: the model's outputs for them, as ``answers(_:_:)`` gives them.
    /// - Throws: what asking the model throws; `internalFault` where `base + Σ φ` misses the answer by more than 1e-9 of the sum's
    ///   size.
    package mutating func explain(
        _ block: RowBlock, _ answers: [[Double]]
    ) throws(AssayError) -> (explanation: Explanation, residuals: [Double]) {
        precondition(answers.count == baseValues.count, "the model answers with another number of outputs than for the background")
        let bound = try form.bound(block)
        let table = try GameTable(form: form, players: players.of, background: background.block, rows: bound)
        var made = Made(rows: block.rowCount, outputs: baseValues.count, players: players.count, hasInteractions: settings.wantsInteractions)
        var residuals: [Double] = []
        var tops: [[Double]] = []
        for output in answers {
            var top: [Double] = []
            for value in output { top.append(try settings.link(value)) }
            tops.append(top)
        }
        var row = 0
        while row < block.rowCount {
            let first = row
            var subsets = 0
            var bytes = 0
            var together: [KernelGames.Game] = []
            var places: [[Int]: Int] = [:]
            /// Each row's game; -1 for a row with fewer than two players.
            var gameOf: [Int] = []
            repeat {
                let players = table.players(row)
                let key = settings.method.key(players)
                if places[key] == nil, let game = try games.game(of: players, checkpoint) {
                    places[key] = together.count
                    together.append(game)
                    bytes += game.bytes
                }
                let place = places[key] ?? -1
                gameOf.append(place)
                subsets += place < 0 ? 0 : together[place].coalitions.count
                row += 1
            } while row < block.rowCount && subsets < Self.subsetsAtOnce && bytes < Self.gameBytesAtOnce
            try explain(first..<row, table, tops, together, gameOf, into: &made)
        }
        let explanation = Explanation(
            featureNames: players.names, background: background.name, space: space, baseValues: baseValues,
            attributions: made.attributions, rowCount: block.rowCount, interactions: settings.wantsInteractions ? made.interactions : nil)
        for row in 0..<block.rowCount {
            residuals.append(try residual(explanation, tops, row))
        }
        return (explanation, residuals)
    }

    /// What has been computed of a block.
    private struct Made {
        var attributions: [Double]
        var interactions: [Double]

        init(rows: Int, outputs: Int, players: Int, hasInteractions: Bool) {
            attributions = [Double](repeating: 0, count: rows * outputs * players)
            interactions = [Double](repeating: 0, count: hasInteractions ? rows * outputs * players * players : 0)
        }
    }

    /// Explains some rows with as few exchanges as may be.
    private mutating func explain(
        _ rows: Range<Int>, _ table: GameTable, _ tops: [[Double]], _ games: [KernelGames.Game], _ gameOf: [Int], into made: inout Made
    ) throws(AssayError) {
        var items: [GameTable.Item] = []
        for row in rows {
            let game = gameOf[row - rows.lowerBound]
            guard game >= 0 else { continue }
            for subset in 0..<games[game].coalitions.count { items.append(.init(row: row, subset: subset, game: game)) }
        }
        let values = try values(of: items, table, games.map(\.coalitions))
        var item = 0
        for row in rows {
            try checkpoint()
            let varying = table.players(row)
            let place = gameOf[row - rows.lowerBound]
            let game = place < 0 ? nil : games[place]
            let count = game?.coalitions.count ?? 0
            for output in baseValues.indices {
                let base = baseValues[output]
                let top = tops[output][row]
                let asked = values[output][item..<(item + count)]
                let phi: [Double]
                switch game?.solver {
                case nil: phi = varying.map { _ in top - base }
                case .regression(let regression): phi = regression.solve(asked.map { $0 - base }, total: top - base)
                case .marginal(let marginal): phi = marginal.attributions(asked, nobody: base, everybody: top)
                case .exact: phi = ShapleyValues.exact([base] + asked + [top], players: varying.count)
                }
                let start = row * baseValues.count + output
                for (player, value) in zip(varying, phi) { made.attributions[start * players.count + player] = value }
                guard settings.wantsInteractions else { continue }
                let pairs: [Double]
                switch game?.solver {
                case nil: pairs = phi
                case .exact: pairs = ShapleyValues.interactions([base] + asked + [top], players: varying.count)
                case .regression, .marginal:
                    throw AssayError(
                        .limitExceeded,
                        "interaction values need every coalition of the \(varying.count) columns that vary in a row; use --method exact, with groups of "
                            + "columns where there are more than \(CoalitionMethod.exactPlayers)")
                }
                for (i, first) in varying.enumerated() {
                    for (j, second) in varying.enumerated() {
                        made.interactions[(start * players.count + first) * players.count + second] = pairs[i * varying.count + j]
                    }
                }
            }
            if game?.isExact ?? true { exactRowCount += 1 } else { sampledRowCount += 1 }
            item += count
        }
    }

    /// The game's values by output and item.
    private mutating func values(
        of items: [GameTable.Item], _ table: GameTable, _ games: [Coalitions]
    ) throws(AssayError) -> [[Double]] {
        let perItem = background.rowCount
        let rows = min(settings.exchangeRows, Self.exchangeCells / max(table.columnCount, 1))
        let itemsAtOnce = max(rows / perItem, 1)
        var values = [[Double]](repeating: [], count: baseValues.count)
        for output in values.indices { values[output].reserveCapacity(items.count) }
        for start in stride(from: 0, to: items.count, by: itemsAtOnce) {
            let part = items[start..<min(start + itemsAtOnce, items.count)]
            let answers = try function(table.block(part, games))
            evaluationCount += part.count * perItem
            exchangeCount += 1
            for output in values.indices {
                for item in part.indices {
                    let from = (item - start) * perItem
                    values[output].append(try settings.link(Self.mean(answers[output][from..<(from + perItem)])))
                }
            }
        }
        return values
    }

    private static func mean(_ values: ArraySlice<Double>) -> Double {
        var sum = 0.0
        for value in values { sum += value }
        return sum / Double(values.count)
    }

    /// Of the output that is farthest off.
    private mutating func residual(_ explanation: Explanation, _ tops: [[Double]], _ row: Int) throws(AssayError) -> Double {
        var largest = 0.0
        for output in baseValues.indices {
            var sum = baseValues[output]
            var size = 1 + sum.magnitude
            for value in explanation.attributions(row: row, score: output) {
                sum += value
                size += value.magnitude
            }
            let residual = sum - tops[output][row]
            guard residual.magnitude <= 1e-9 * size else {
                throw AssayError(
                    size.isFinite ? .internalFault : .unsupported,
                    size.isFinite ? "attributions do not add up to the model's answer" : "the model's answers overflow and cannot be explained")
            }
            if residual.magnitude > largest.magnitude { largest = residual }
        }
        largestResidual = max(largestResidual, largest.magnitude)
        return largest
    }
}
