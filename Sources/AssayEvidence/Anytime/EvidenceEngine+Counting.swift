package import AssayColumns
import AssayData
import AssayMetrics
package import AssayTerms

extension EvidenceEngine {
    /// The result of one check with what is counted for an interval that holds at all times: a tally of shares, or a mean's numbers; `nil` of checks
    /// without such a
    /// form, and where nothing was counted.
    package struct Counted: Sendable {
        package var result: CheckResult
        package var tally: AnytimeTally?
        package var numbers: AnytimeNumbers?
    }

    /// - Parameters:
    ///   - range: the greatest error that a row is taken to have, where the check's form needs one.
    ///   - numbered: the column by which rows of a mean are told apart.
    /// - Throws: as ``compute(_:scorer:reference:computedAt:progress:)``.
    package static func counted(
        _ request: EvidenceRequest, blocks: [RowBlock], range: Double? = nil, numbered: Text? = nil, reference: DriftProfile? = nil
    ) throws(AssayError) -> Counted {
        guard request.checks.count == 1, let check = request.checks.first else {
            throw AssayError(.internalFault, "what is counted is counted for one check")
        }
        let pass = try pass(of: request, blocks: blocks, scorer: nil, reference: reference)
        let evaluator = CheckEvaluator(pass: pass, dataColumns: blocks.first?.columns.map(\.name) ?? [], features: nil)
        let result = try evaluator.result(of: check)
        guard let form = AnytimeForm(check: check.id) else { return Counted(result: result) }
        if form.shape == .mean {
            let kept = try pass.plan.condition.map { (condition) throws(AssayError) in try conditioned(blocks, condition) } ?? blocks
            let numbers = try AnytimeNumbers(check.id, request, kept, positive: pass.positive, range: range, numbered: numbered)
            return Counted(result: result, numbers: result.value == nil ? nil : numbers)
        }
        guard form.isWithinClasses else { return Counted(result: result, tally: AnytimeTally(result)) }
        let parts = try evaluator.confusions(of: check, form).flatMap { group, confusion in
            form.rates.compactMap { rate -> AnytimeTally.Part? in
                let counted = rate.counted?.proportion(of: confusion)
                guard let counted, counted.trials > 0 else { return nil }
                return AnytimeTally.Part(group: form.part(rate, group), events: Int64(counted.successes), rows: Int64(counted.trials))
            }
        }
        return Counted(result: result, tally: parts.isEmpty ? nil : AnytimeTally(parts: parts))
    }

    /// As ``counted(_:blocks:range:numbered:reference:)``, on a thread of its own.
    package static func countedAside(
        _ request: EvidenceRequest, blocks: [RowBlock], range: Double? = nil, numbered: Text? = nil, reference: DriftProfile? = nil
    ) async throws -> Counted {
        try await OwnThread.run { try counted(request, blocks: blocks, range: range, numbered: numbered, reference: reference) }
    }
}

extension CheckEvaluator {
    /// The counts of a binary decision that a check compares, by group.
    fileprivate func confusions(of check: CheckRequest, _ form: AnytimeForm) throws(AssayError) -> [(group: Text, confusion: Confusion)] {
        if form.shape == .difference || form.shape == .ratio {
            guard let rule = check.privileged, let index = pass.plan.rules.firstIndex(of: rule) else { return [] }
            let table = pass.ruleTables[index]
            return [("unprivileged", table.confusion(group: 0)), ("privileged", table.confusion(group: 1))]
        }
        guard let grouping = try grouping(form.comparesGroups ? pass.request.frame(of: check) : check.groupColumns) else { return [] }
        guard form.comparesGroups else { return [("", joined(grouping.groups.map(\.state)).confusion ?? Self.noRows)] }
        return grouping.groups.map { ($0.name, $0.state.confusion ?? Self.noRows) }
    }
}

extension AnytimeForm.Rate {
    /// `nil` for a share of all rows, which results give.
    fileprivate var counted: AIF360Rate? {
        switch self {
        case .all: nil
        case .truePositive: .truePositiveRate
        case .falsePositive: .falsePositiveRate
        case .trueNegative: .trueNegativeRate
        case .positivePredictive: .positivePredictiveValue
        }
    }
}
