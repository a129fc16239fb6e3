import AssayCanonical
import AssayColumns
import AssayEvidence
import AssayJSON
import AssayMetrics
import AssayModels
import AssayServing
import AssayTerms

/// `thresholds/v1` applied to what a model answers.
///
/// A row is positive where its probability under its group's thresholds exceeds the row's draw (`RowDraw`), as
/// `assay mitigate apply` has it. The draw is made from the seed and the row's key: the value of a column of the request, or
/// else `sha256:` and the digest of the canonical JSON of the model's inputs by name, numbers and booleans as numbers. So
/// the same row gets the same decision from every process that has the seed.
struct ServedThresholds: DecisionRule {
    let columns: [Text]
    let positiveIndex: Int
    let statement: JSONValue
    let digest: SHA256Digest
    var isRandomised: Bool { !document.isDeterministic }
    private let document: ThresholdDocument
    private let key: Text?
    private let draw: RowDraw
    private let groups: [Text: Int]

    /// - Throws: `invalidArgument` where the model has not two classes, one of them the positive label.
    init(
        _ document: ThresholdDocument, digest: SHA256Digest, key: Text?, seed: UInt64, classes: ClassLabels
    ) throws(AssayError) {
        let names = Self.names(classes)
        guard names.count == 2, let positive = names.firstIndex(of: document.positive) else {
            throw AssayError(
                .invalidArgument,
                "the thresholds decide for '\(document.positive)' against another label, and the model's classes are "
                    + names.map { "'\($0)'" }.joined(separator: ", "))
        }
        self.document = document
        self.digest = digest
        self.key = key
        positiveIndex = positive
        columns = [document.source.column] + [key].compactMap { $0 }.filter { $0 != document.source.column }
        draw = RowDraw(seed: seed)
        groups = Dictionary(uniqueKeysWithValues: document.groups.enumerated().map { ($1.name, $0) })
        var statement: JSONObject = [
            "rule": .string(ThresholdDocument.version), "sha256": .string(digest.hex),
            "constraint": .string(document.constraint.rawValue), "form": document.isDeterministic ? "deterministic" : "randomised",
            "positive": .string(document.positive.string),
        ]
        switch document.source {
        case .column(let column): statement["sensitive"] = .string(column.string)
        case .rule(let rule): statement["privileged"] = .string(rule.description)
        }
        if !document.isDeterministic { statement["key"] = .string(key?.string ?? "sha256 of the model's inputs") }
        self.statement = .object(statement)
    }

    /// As values of columns are named.
    private static func names(_ classes: ClassLabels) -> [Text] {
        switch classes {
        case .integers(let labels): labels.map { ColumnValue($0).name }
        case .numbers(let labels): labels.map { ColumnValue($0)?.name ?? "" }
        case .booleans(let labels): labels.map { ColumnValue($0).name }
        case .texts(let labels): labels
        }
    }

    func decisions(_ probabilities: [Double], inputs: RowBlock, own: RowBlock) throws(AssayError) -> [RuleDecision] {
        guard let sensitive = own[document.source.column] else {
            throw AssayError(.internalFault, "rows came without their groups")
        }
        var ruleCodes: [Int32]?
        if case .rule(let rule) = document.source { ruleCodes = try rule.codes(of: sensitive) }
        var decisions: [RuleDecision] = []
        for row in probabilities.indices {
            let group: Text?
            if let ruleCodes {
                group = ruleCodes[row] == ValueCoder.missing ? nil : GroupSource.ruleNames[Int(ruleCodes[row])]
            } else {
                group = sensitive.value(at: row)?.name
            }
            guard let group else {
                throw AssayError(
                    .invalidArgument,
                    "row \(own.firstRow + row) (counted from 0) has no value in '\(sensitive.name)', by which it is decided")
            }
            guard let place = groups[group] else {
                throw AssayError(
                    .invalidArgument,
                    "row \(own.firstRow + row) (counted from 0) is of a group in '\(sensitive.name)' that has no thresholds")
            }
            var unit: Double?
            let (isPositive, probability) = try document.groups[place].rule.decision(probabilities[row]) { () throws(AssayError) in
                let drawn = draw.unit(try rowKey(row, inputs: inputs, own: own))
                unit = drawn
                return drawn
            }
            var details: JSONObject = [
                "group": .string(group.string), "score": .number(probabilities[row]), "probability": .number(probability),
            ]
            // What was left to chance, so that anybody with the seed can repeat it.
            details["drawn"] = unit.map { .number($0) } ?? .null
            decisions.append(RuleDecision(isPositive: isPositive, details: details))
        }
        return decisions
    }

    private func rowKey(_ row: Int, inputs: RowBlock, own: RowBlock) throws(AssayError) -> Text {
        if let key {
            guard let value = own[key]?.value(at: row) else {
                throw AssayError(
                    .invalidArgument, "row \(own.firstRow + row) (counted from 0) has no key in '\(key)', so it cannot be drawn for")
            }
            return value.name
        }
        var object = JSONObject()
        for column in inputs.columns {
            object[column.name.string] = column.value(at: row).map { value in
                switch value {
                // Beyond 2⁵³ integers have no canonical number.
                case .integer(let value): value.magnitude < 1 << 53 ? .integer(value) : .string(String(value))
                case .fraction(let value): value.isFinite ? .number(value) : .string(value > 0 ? "Infinity" : "-Infinity")
                case .text(let text): .string(text.string)
                case .timestamp(let value): .string("timestamp \(value)")
                }
            } ?? .null
        }
        return Text("sha256:\(SHA256Hasher.digest(of: try JSONValue.object(object).canonicalBytes()).hex)")
    }
}
