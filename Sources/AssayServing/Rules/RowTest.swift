package import AssayColumns
package import AssayExplain
import AssayModels
package import AssayTerms

/// What a rule asks of each row that was scored.
package protocol RowTest: Sendable {
    /// The columns that it looks at, by the names that ``JudgedRows`` gives them.
    var columns: [Text] { get }

    /// Whether it asks what moved answers.
    var needsExplanation: Bool { get }

    /// One answer a row.
    func answers(_ rows: JudgedRows) -> [RowAnswer]
}

extension RowTest {
    package var needsExplanation: Bool { false }
}

/// Whether something holds of a row, or cannot be told.
package enum RowAnswer: UInt8, Sendable {
    case no, yes, unknown
}

/// Rows with what was answered, as rules see them.
///
/// `prediction` is what the model predicted, `score` the probability of the second of two classes, `score:CLASS` that of a class of several, and
/// `attribution:INPUT` what an input added to that score. `input:NAME` is an input, and so is its plain name unless that is `prediction`
/// or `score`; other columns of the request stand under their plain names.
package struct JudgedRows: Sendable {
    /// The columns asked for that are there.
    package var block: RowBlock
    package var explanation: Explanation?
    /// Each row's predicted class by index, where it is explained.
    package var classes: [Int]

    package init(block: RowBlock, explanation: Explanation? = nil, classes: [Int] = []) {
        self.block = block
        self.explanation = explanation
        self.classes = classes
    }

    package static let prediction: Text = "prediction"
    package static let score: Text = "score"
    package static let inputPrefix = "input:"
    private static let scorePrefix = "score:"
    private static let attributionPrefix = "attribution:"

    /// The column of a request that a name means; `nil` for what the model answers.
    static func requested(_ name: Text) -> Text? {
        if name == prediction || name == score { return nil }
        let text = name.string
        if text.hasPrefix(scorePrefix) || text.hasPrefix(attributionPrefix) { return nil }
        return text.hasPrefix(inputPrefix) ? Text(String(text.dropFirst(inputPrefix.count))) : name
    }

    /// The columns `names` of what was scored.
    ///
    /// - Parameter own: columns of the request that were read for rules alone.
    init(_ scored: ScoredRows, own: RowBlock?, names: [Text]) {
        explanation = scored.explanation
        classes = scored.classes
        var columns: [Column] = []
        for name in names {
            guard let found = Self.column(name, scored, own) else { continue }
            columns.append(found.name == name ? found : Column(name: name, values: found.values, validity: found.validity))
        }
        block = RowBlock(rowCount: scored.rowCount, columns: columns)
    }

    private static func column(_ name: Text, _ scored: ScoredRows, _ own: RowBlock?) -> Column? {
        if let requested = requested(name) { return scored.inputs[requested] ?? own?[requested] ?? scored.further?[requested] }
        if name == prediction { return scored.labels }
        let probabilities = scored.predictions.probabilities
        if name == score {
            guard let probabilities, probabilities.count == 2 else { return nil }
            return Column(name: name, values: .double(probabilities[1]))
        }
        let text = name.string
        if text.hasPrefix(scorePrefix) {
            let wanted = Text(String(text.dropFirst(scorePrefix.count)))
            guard let place = scored.classNames?.firstIndex(where: { $0.name == wanted }), let probabilities, probabilities.indices.contains(place)
            else { return nil }
            return Column(name: name, values: .double(probabilities[place]))
        }
        let wanted = Text(String(text.dropFirst(attributionPrefix.count)))
        guard let explanation = scored.explanation, let place = explanation.featureNames.firstIndex(of: wanted) else { return nil }
        let values = (0..<explanation.rowCount).map { row in
            let attributions = explanation.attributions(row: row, score: explanation.score(row, scored.classes))
            return attributions[attributions.startIndex + place]
        }
        return Column(name: name, values: .double(values))
    }
}

extension Explanation {
    /// The score whose attributions speak for a row: the only one of two classes, of more that of the predicted class.
    func score(_ row: Int, _ classes: [Int]) -> Int { baseValues.count == 1 ? 0 : classes.indices.contains(row) ? classes[row] : 0 }
}
