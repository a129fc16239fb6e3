import AssayColumns
import AssayData
import AssayExplain
import AssayModels
import AssayPages
import AssayTerms

/// The report of explanations as a page: which inputs move answers, how, and single rows.
struct ExplainPage {
    private static let swarmLines = 12
    private static let dependences = 4
    private static let steps = 9
    private static let names = 12
    /// Classes of a model with many that are drawn.
    private static let classLimit = 5

    let name: String
    let form: ModelForm
    let data: String
    let facts: DataFacts
    let space: String
    let background: String
    let featureNames: [Text]
    let shares: [Double]?
    let sample: ExplainSample
    /// `nil` where each row was checked and what it missed by is not kept.
    let largestResidual: Double?
    let tally: ReasonTally?

    var bytes: [UInt8] { Array(HTMLReport.text(report).utf8) }

    private var scoreCount: Int { sample.magnitudes.count }

    /// What a contribution is measured in, in words.
    private var unit: String {
        switch space {
        case "raw": form.classes == nil ? "units of the prediction" : "units of the score"
        case "probability", "log-odds", "log-loss": space
        default: "\(space) of the prediction"
        }
    }

    /// `class '1'`, or the prediction of a model without classes.
    private func scoreName(_ score: Int) -> String {
        if space == "log-loss" { return "a loss" }
        guard let classes = form.classes else { return "the prediction" }
        return "class \(classes.text(scoreCount == 1 ? min(1, classes.count - 1) : score))"
    }

    var report: Report {
        var report = Report(title: "What moves the answers of \(name)")
        report.facts = [
            ("Model", "\(name): \(form.description)"), ("Rows", "\(NumberText.grouped(facts.rowCount)) of \(data)"), ("Digest", "sha256:\(facts.digest.hex)"),
            ("Explained", (0..<min(scoreCount, Self.classLimit)).map(scoreName).joined(separator: ", ") + ", in \(space)"), ("Compared with", background),
            ("Additivity", "base and attributions of every row meet its score within \(largestResidual.map { "\($0)" } ?? "1e-9 of their size")"),
        ]
        report.sections.append(importance)
        if sample.rowCount > 0 {
            for score in 0..<min(scoreCount, Self.classLimit) { report.sections.append(contentsOf: sections(score)) }
            report.sections += sample.chosen.isEmpty ? [] : [single]
        }
        if let tally { report.sections.append(reasons(tally)) }
        if scoreCount > Self.classLimit { report.notes.append("Of \(scoreCount) classes the first \(Self.classLimit) are drawn.") }
        if sample.rowCount > ExplainSample.limit {
            report.notes.append("Points are a sample of \(NumberText.grouped(ExplainSample.limit)) of \(NumberText.grouped(sample.rowCount)) rows, by chance and the seed; shares are of all rows.")
        }
        report.notes.append(
            "An attribution says how the model's answer came about, against the rows it was compared with. It does not say what would come of changing the input, nor what caused the outcome.")
        return report
    }

    private var importance: Report.Section {
        var section = Report.Section(heading: "Which inputs move answers")
        guard let shares else {
            section.paragraphs = ["No attribution differs from zero."]
            return section
        }
        section.paragraphs = ["Shares of the mean absolute attribution over all rows, each row at its predicted class."]
        let order = shares.indices.sorted { (shares[$1], $0) < (shares[$0], $1) }
        let bars = order.prefix(15).map { BarChart.Bar(label: featureNames[$0].string, value: shares[$0]) }
        section.figures = [.bars(BarChart(title: "Share of what moves answers", bars: bars, scale: 0...max(shares.max() ?? 1, 0.05)))]
        if order.count > 15 {
            section.tables = [
                .init(
                    columns: [.init("input"), .init("share", isNumber: true)],
                    rows: order.dropFirst(15).prefix(200).map { [featureNames[$0].string, ShortestDecimal.text(of: (shares[$0] * 10_000).rounded() / 10_000)] })
            ]
        }
        return section
    }

    private func sections(_ score: Int) -> [Report.Section] {
        let order = featureNames.indices.filter { sample.magnitudes[score][$0] > 0 }.sorted {
            (sample.magnitudes[score][$1], $0) < (sample.magnitudes[score][$0], $1)
        }
        guard !order.isEmpty else { return [] }
        let of = scoreCount == 1 ? "" : " to \(scoreName(score))"
        var swarm = Report.Section(heading: "How far each row is moved" + of)
        swarm.paragraphs = [
            form.classes == nil || space == "log-loss"
                ? "One point a row: to the right the input raised \(scoreName(score)), to the left it lowered it. The colour is the input's value."
                : "One point a row: to the right the input moved it toward \(scoreName(score)), to the left away from it. The colour is the input's value."
        ]
        swarm.figures = [
            .swarm(
                BeeswarmChart(
                    title: "Attributions of the \(min(order.count, Self.swarmLines)) inputs that move most", unit: unit,
                    lines: order.prefix(Self.swarmLines).map { feature in
                        BeeswarmChart.Line(
                            label: featureNames[feature].string, moves: sample.rows.map { $0.attributions[score][feature] },
                            levels: levels(feature))
                    }))
        ]
        var dependence = Report.Section(heading: "By the inputs' values" + of)
        dependence.figures = order.prefix(Self.dependences).compactMap { scatter($0, score) }
        return dependence.figures.isEmpty ? [swarm] : [swarm, dependence]
    }

    /// Ranks of the values from 0 to 1; equal values have equal ranks.
    private func levels(_ feature: Int) -> [Double?] {
        let numbers = sample.rows.map { $0.values[feature]?.number }
        let sorted = Set(numbers.compactMap { $0 }).sorted()
        var ranks: [Double: Double] = [:]
        for (place, value) in sorted.enumerated() { ranks[value] = sorted.count > 1 ? Double(place) / Double(sorted.count - 1) : 0.5 }
        return numbers.map { $0.flatMap { ranks[$0] } }
    }

    private func scatter(_ feature: Int, _ score: Int) -> Report.Figure? {
        let values = sample.rows.map { $0.values[feature] }
        let moves = sample.rows.map { $0.attributions[score][feature] }
        guard values.contains(where: { $0 != nil }) else { return nil }
        let drawn: ScatterChart.Values
        if values.allSatisfy({ $0.map { $0.number != nil } ?? true }) {
            drawn = .numbers(values.map { $0?.number })
        } else {
            var counts: [Text: Int] = [:]
            for value in values { counts[value?.name ?? "no value", default: 0] += 1 }
            let frequent = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.names).map(\.key)
            let shown = counts.count > Self.names ? Array(frequent.dropLast()) + ["all others"] : frequent.sorted()
            var places: [Text: Int] = [:]
            for (place, name) in shown.enumerated() { places[name] = place }
            drawn = .categories(values.map { places[$0?.name ?? "no value"] ?? shown.count - 1 }, names: shown.map(\.string))
        }
        return .scatter(ScatterChart(title: featureNames[feature].string, unit: unit, values: drawn, moves: moves))
    }

    private var single: Report.Section {
        var section = Report.Section(heading: "Single rows")
        section.paragraphs = ["From what the model answers on average over what it is compared with (base) to its score for the row, the inputs that moved it furthest first."]
        for row in sample.chosen.sorted(by: { $0.number < $1.number }) {
            let score = scoreCount == 1 ? 0 : shownScore(row)
            let phi = row.attributions[score]
            let order = phi.indices.filter { phi[$0] != 0 }.sorted { (phi[$1].magnitude, $0) < (phi[$0].magnitude, $1) }
            let inputs = Set(form.inputs)
            var steps = order.prefix(order.count > Self.steps + 1 ? Self.steps : order.count).map { feature in
                WaterfallChart.Step(
                    label: featureNames[feature].string,
                    detail: inputs.contains(featureNames[feature]) ? Self.short(row.values[feature]) : "", move: phi[feature])
            }
            if order.count > steps.count {
                let rest = order.dropFirst(steps.count)
                steps.append(.init(label: "\(rest.count) others", detail: "", move: rest.reduce(0) { $0 + phi[$1] }))
            }
            let title = "Row \(row.number): answered \(row.prediction)" + (form.classes == nil ? "" : ", seen toward \(scoreName(score))")
            section.figures.append(.waterfall(WaterfallChart(title: title, unit: unit, base: row.bases[score], steps: steps)))
        }
        if tally != nil {
            let rows = sample.chosen.sorted { $0.number < $1.number }.flatMap { row in
                let given = (row.reasons?.reasons ?? []).enumerated().map { rank, reason in
                    let contribution = ShortestDecimal.text(of: (reason.contribution * 10_000).rounded() / 10_000)
                    return ["\(row.number)", "\(rank + 1)", reason.code.string, reason.text.string, contribution]
                }
                return given.isEmpty ? [["\(row.number)", "", "none", "", ""]] : given
            }
            section.tables.append(
                .init(columns: [.init("row", isNumber: true), .init("rank", isNumber: true), .init("code"), .init("reason"), .init("contribution", isNumber: true)], rows: rows))
        }
        return section
    }

    /// A number in at most six digits, since a drawing has no room for what rounding to 32 bits left of it.
    private static func short(_ value: ColumnValue?) -> String {
        guard let value else { return "no value" }
        guard case .fraction(let number) = value, number.isFinite, (1e-3..<1e6).contains(number.magnitude) else { return value.name.string }
        var scale = 1e5
        var rest = number.magnitude
        while rest >= 10, scale > 1 { (rest, scale) = (rest / 10, scale / 10) }
        while rest < 1 { (rest, scale) = (rest * 10, scale * 10) }
        return ShortestDecimal.text(of: (number * scale).rounded() / scale)
    }

    /// Of several classes the predicted one.
    private func shownScore(_ row: ExplainSample.Row) -> Int {
        guard let classes = form.classes else { return 0 }
        return min(classes.values.firstIndex { $0.name.string == row.prediction } ?? 0, scoreCount - 1)
    }

    private func reasons(_ tally: ReasonTally) -> Report.Section {
        var section = Report.Section(heading: "Reasons that were given")
        section.paragraphs = [
            "By the table \(tally.table.codes.name) \(tally.table.codes.version) (sha256:\(tally.table.digest.hex)): at most \(tally.table.codes.limit) a row, ranked by what they contribute "
                + "to the unfavourable answer. No reason was given in \(NumberText.grouped(tally.withoutCount)) rows."
        ]
        if tally.neverNamedCount > 0 {
            section.paragraphs.append(
                "In \(NumberText.grouped(tally.neverNamedCount)) rows an input that is never named counts more than the last reason that is; see whether the model may use it.")
        }
        let order = tally.given.indices.sorted { (tally.given[$1], $0) < (tally.given[$0], $1) }
        section.tables = [
            .init(
                columns: [.init("code"), .init("reason"), .init("rows", isNumber: true), .init("first in", isNumber: true)],
                rows: order.map { place in
                    let code = tally.table.codes.codes[place]
                    return [code.code.string, code.text.string, NumberText.grouped(tally.given[place]), NumberText.grouped(tally.first[place])]
                })
        ]
        return section
    }
}
