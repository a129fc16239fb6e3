import AssayMetrics
import AssayTerms

/// The definitions behind drift results, and results made from answers.
enum DriftDescriptors {
    static func dataset(_ mode: DriftRequest.Mode) -> CheckDescriptor {
        CheckDescriptor(
            id: "drift.dataset", convention: mode == .evidently ? .evidently : .assay, direction: .lowerIsBetter,
            kind: .whole, needs: [], sentence: "The share of judged columns that drifted.",
            source: mode == .evidently
                ? "Evidently 0.7.21 DataDriftPreset" : "Assay: docs/design/drift.md, the strict rule", least: 0,
            greatest: 1)
    }

    static let missingShare = CheckDescriptor(
        id: "drift.missing_share", convention: .assay, direction: .higherIsBetter, kind: .counted, needs: [.column],
        sentence: "How often shares of missing rows differ this much without a change.",
        source: "test of two proportions, Fisher's where few rows are missing", least: 0, greatest: 1)

    static func descriptor(_ method: DriftMethod, _ mode: DriftRequest.Mode) -> CheckDescriptor {
        let isDistance = !method.givesPValue || (mode == .strict && method == .totalVariation)
        let unbounded: [DriftMethod] = [.psi, .wasserstein, .kullbackLeibler, .energy]
        return CheckDescriptor(
            id: "drift." + method.rawValue, convention: mode == .evidently ? .evidently : .assay,
            direction: isDistance ? .lowerIsBetter : .higherIsBetter, kind: .whole, needs: [.column],
            sentence: isDistance
                ? "How far the column's distributions lie apart; 0 is no difference."
                : "How often two samples of one distribution differ this much.",
            source: mode == .evidently
                ? "Evidently 0.7.21 stattest '\(method.evidentlyName)'" : "docs/design/drift.md, \(method.rawValue)",
            least: 0, greatest: unbounded.contains(method) ? nil : 1)
    }

    static func result(of answer: DriftAnswer, _ facts: DriftFacts, _ mode: DriftRequest.Mode) -> CheckResult {
        result(of: answer, facts, descriptor(answer.method, mode))
    }

    /// The result of the share of missing rows, which counts these and not the values.
    static func missing(_ answer: DriftAnswer, _ facts: DriftFacts) -> CheckResult {
        var answer = answer
        answer.details["test"] = .text(Text(answer.method.rawValue))
        return result(of: answer, facts, missingShare)
    }

    private static func result(
        of answer: DriftAnswer, _ facts: DriftFacts, _ descriptor: CheckDescriptor
    ) -> CheckResult {
        var result = CheckResult(
            descriptor: descriptor, column: facts.name, value: answer.value,
            groups: [
                CheckResult.Group(group: "reference", count: facts.reference.presentCount, value: nil),
                CheckResult.Group(group: "current", count: facts.current.presentCount, value: nil),
            ],
            rows: facts.reference.presentCount + facts.current.presentCount, undefined: answer.undefined)
        var details = answer.details
        details["statistic"] = answer.statistic.flatMap { $0.isFinite ? .number($0) : nil }
        details["threshold"] = answer.threshold.map { .number($0) }
        details["drifted"] = answer.isDrift.map { .flag($0) }
        details["bins"] = answer.bins.map { .text(Text($0)) }
        if let cells = answer.cells, cells.count <= DriftAnswer.shownCells {
            details["reference_counts"] = .list(cells.reference.map { .integer(Int64($0)) })
            details["current_counts"] = .list(cells.current.map { .integer(Int64($0)) })
            if !answer.edges.isEmpty { details["edges"] = .list(answer.edges.map { .number($0) }) }
            if !answer.cellNames.isEmpty { details["cells"] = .list(answer.cellNames.map { .text($0) }) }
        }
        details["missing_reference"] = .integer(Int64(facts.reference.missingCount))
        details["missing_current"] = .integer(Int64(facts.current.missingCount))
        let infinite = facts.reference.infiniteCount + facts.current.infiniteCount
        if infinite > 0 { details["infinite"] = .integer(Int64(infinite)) }
        result.details = details
        return result
    }

    /// What a result of this id says; `nil` where it is none of drift's.
    static func sentence(of id: String) -> String? {
        let whole = [dataset(.strict), missingShare, RowDrift.concept, RowDrift.multivariate, RowDrift.classifier, RowDrift.textClassifier]
        return (whole + DriftMethod.allCases.map { descriptor($0, .strict) }).first { $0.id == id }?.sentence
    }
}
