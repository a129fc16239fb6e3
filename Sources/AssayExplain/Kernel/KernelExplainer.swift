package import AssayColumns
package import AssayModels
package import AssayTerms

/// Kernel SHAP: Shapley values of any model's answers, from its answers to rows put together from the explained row and
/// background rows.
///
/// Definition: of the game `v(S) = link(mean over background rows b of f(x on S, b elsewhere))` among the columns in which the row
/// differs from a background row. With M of these, all 2ᴹ − 2 subsets are asked where that is at most the number of samples, and
/// the attributions are the game's Shapley values; else those of the nearest additive game on sampled subsets
/// (``Coalitions``, ``CoalitionRegression``). Columns in which nothing varies have 0. `base + Σ φ` is the row's own answer.
///
/// - Missing values vary from every value and not from each other. Whether a column varies is decided by equality, where shap
///   takes values within 1e-5 of each other as the same.
/// - Memory: one exchange's rows (``Settings/exchangeRows``, or the background once where that is more) and its answers, whatever the
///   table's length, and the games of rows that are explained together (``KernelGames``).
/// - Complexity: of a row, subsets × background rows evaluations of the model.
/// - Source: Lundberg & Lee 2017; shap 0.51, `KernelExplainer` with l1_reg=False.
package struct KernelExplainer: Sendable {
    package struct Settings: Sendable {
        /// Subsets a row; `nil` for 2 M + 2048.
        package var samples: Int?
        package var seed: UInt32 = 0
        package var link = Link.identity
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
    package let background: BackgroundRows
    package let baseValues: [Double]
    /// `log-odds`, `probability` or `raw`.
    package var space: String { settings.link == .logit ? ModelFunction.Space.logOdds.rawValue : function.space.rawValue }
    /// Rows that the model was asked about, the background's among them.
    package private(set) var evaluationCount = 0
    /// Rows whose every subset was asked.
    package private(set) var exactRowCount = 0
    package private(set) var sampledRowCount = 0
    /// The largest distance of `base + Σ φ` to the row's answer.
    package private(set) var largestResidual = 0.0

    private let function: ModelFunction
    private let settings: Settings
    private let games: KernelGames
    private let checkpoint: @Sendable () throws(AssayError) -> Void

    /// Asks the model about the background.
    ///
    /// - Parameters:
    ///   - games: of the same samples and seed, where several explainers share them.
    ///   - checkpoint: asked again and again while attributions are computed; what it throws ends that.
    /// - Throws: `invalidArgument` for a link that the answers do not have, and what asking throws.
    package init(
        _ function: ModelFunction, form: ModelForm, background: BackgroundRows, settings: Settings = Settings(),
        games: KernelGames? = nil, checkpoint: @escaping @Sendable () throws(AssayError) -> Void = {}
    ) throws(AssayError) {
        guard settings.link == .identity || function.space == .probability else {
            throw AssayError(
                .invalidArgument,
                function.space == .logOdds
                    ? "the model is explained in log-odds already; leave --link out"
                    : "--link logit is for probabilities, and the model gives none; leave it out")
        }
        self.function = function
        self.form = form
        self.background = background
        self.settings = settings
        self.games = games ?? KernelGames(samples: settings.samples, seed: settings.seed)
        self.checkpoint = checkpoint
        do throws(AssayError) {
            let answers = try function(background.block)
            var bases: [Double] = []
            for output in answers { bases.append(try settings.link(Self.mean(output[...]))) }
            baseValues = bases
        } catch {
            throw AssayError(error.code, "the background '\(background.name)' cannot be used: \(error.message)", cause: error.cause)
        }
        evaluationCount = background.rowCount
    }

    /// The model's outputs for rows whose predictions are known; where these do not hold them, the model is asked again.
    package mutating func answers(_ predictions: Predictions, _ block: RowBlock) throws(AssayError) -> [[Double]] {
        if block.rowCount == 0 { return baseValues.map { _ in [] } }
        evaluationCount += block.rowCount
        return function.space == .logOdds ? try function(block) : try ModelFunction.outputs(predictions, form)
    }

    /// - Parameters:
    ///   - block: rows as they were scored.
    ///   - answers: the model's outputs for them, as ``answers(_:_:)`` gives them.
    /// - Throws: what asking the model throws; `internalFault` where `base + Σ φ` misses the answer by more than 1e-9 of the sum's
    ///   size.
    package mutating func explain(_ block: RowBlock, _ answers: [[Double]]) throws(AssayError) -> (explanation: Explanation, residuals: [Double]) {
        precondition(answers.count == baseValues.count, "the model answers with another number of outputs than for the background")
        let bound = try form.bound(block)
        let table = try GameTable(form: form, background: background.block, rows: bound)
        let features = form.inputs.count
        var attributions = [Double](repeating: 0, count: block.rowCount * baseValues.count * features)
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
            var together: [Int: KernelGames.Game] = [:]
            repeat {
                let players = table.players(row).count
                if together[players] == nil, let game = try games.game(of: players, checkpoint) {
                    together[players] = game
                    bytes += game.bytes
                }
                subsets += together[players]?.coalitions.count ?? 0
                row += 1
            } while row < block.rowCount && subsets < Self.subsetsAtOnce && bytes < Self.gameBytesAtOnce
            try explain(first..<row, table, tops, together, into: &attributions)
        }
        let explanation = Explanation(
            featureNames: form.inputs, background: background.name, space: space, baseValues: baseValues,
            attributions: attributions, rowCount: block.rowCount)
        for row in 0..<block.rowCount {
            residuals.append(try residual(explanation, tops, row))
        }
        return (explanation, residuals)
    }

    /// Explains some rows with as few exchanges as may be.
    private mutating func explain(
        _ rows: Range<Int>, _ table: GameTable, _ tops: [[Double]], _ games: [Int: KernelGames.Game], into attributions: inout [Double]
    ) throws(AssayError) {
        var items: [GameTable.Item] = []
        for row in rows {
            guard let coalitions = games[table.players(row).count]?.coalitions else { continue }
            for subset in 0..<coalitions.count { items.append(.init(row: row, subset: subset, players: coalitions.playerCount)) }
        }
        let values = try values(of: items, table, games)
        var item = 0
        for row in rows {
            try checkpoint()
            let players = table.players(row)
            let game = games[players.count]
            let count = players.count >= 2 ? game?.coalitions.count ?? 0 : 0
            for output in baseValues.indices {
                let base = baseValues[output]
                let top = tops[output][row]
                let phi: [Double]
                if players.count < 2 {
                    phi = players.map { _ in top - base }
                } else if let regression = game?.regression {
                    phi = regression.solve(values[output][item..<(item + count)].map { $0 - base }, total: top - base)
                } else {
                    phi = ShapleyValues.exact([base] + values[output][item..<(item + count)] + [top], players: players.count)
                }
                let start = (row * baseValues.count + output) * form.inputs.count
                for (player, value) in zip(players, phi) { attributions[start + table.features[player]] = value }
            }
            if game?.regression != nil, players.count >= 2 { sampledRowCount += 1 } else { exactRowCount += 1 }
            item += count
        }
    }

    /// The game's values by output and item.
    private mutating func values(
        of items: [GameTable.Item], _ table: GameTable, _ games: [Int: KernelGames.Game]
    ) throws(AssayError) -> [[Double]] {
        let perItem = background.rowCount
        let rows = min(settings.exchangeRows, Self.exchangeCells / max(table.features.count, 1))
        let itemsAtOnce = max(rows / perItem, 1)
        var values = [[Double]](repeating: [], count: baseValues.count)
        for output in values.indices { values[output].reserveCapacity(items.count) }
        for start in stride(from: 0, to: items.count, by: itemsAtOnce) {
            let part = items[start..<min(start + itemsAtOnce, items.count)]
            let answers = try function(table.block(part) { games[$0]?.coalitions })
            evaluationCount += part.count * perItem
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
