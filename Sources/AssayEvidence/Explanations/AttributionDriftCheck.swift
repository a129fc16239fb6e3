import AssayColumns
import AssayMetrics
import AssayTerms

/// `drift.attribution`: whether the same inputs matter as much as they did.
///
/// Definition: with `a(f)` the mean absolute attribution of input f on the reference's rows, and the inputs in falling order of their mean
/// absolute attribution on these rows, `DCG = Σ a(fᵢ) / log₂(i + 1)` for i from 1; the ideal is the same sum in falling order of `a` itself; the
/// value is DCG over the ideal. It is 1 where the order is the same, and falls most where what mattered most falls far down.
///
/// - Edge cases: an input without an attribution on a row counts there as 0, as one of a row that failed does not occur; inputs of equal
///   attribution keep the reference's order. Undefined where the reference has no attributions, where the rows have none of its inputs, and
///   where nothing mattered on the reference.
/// - Complexity: O(rows · inputs), and one sum an input.
/// - Source: Amazon SageMaker Clarify, "Feature attribution drift for models in production"; its alarm is at values below 0.90. Järvelin and
///   Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques, ACM Transactions on Information Systems 20.
struct AttributionDriftCheck: ColumnCheck {
    /// How the recorder calls an input's attribution.
    static let prefix = "@shap:"

    private let setting: ColumnCheckSetting
    private let reference: DriftProfile
    private var sums: [Double]
    private var counts: [Int]

    init(_ setting: ColumnCheckSetting) throws(AssayError) {
        guard let reference = setting.reference else {
            throw AssayError(.invalidArgument, "\(setting.descriptor.id) needs a reference profile (--reference)")
        }
        self.setting = setting
        self.reference = reference
        sums = reference.attributions.map { _ in 0 }
        counts = reference.attributions.map { _ in 0 }
    }

    mutating func add(_ block: RowBlock) throws(AssayError) {
        for (index, input) in reference.attributions.enumerated() {
            guard let column = block[Text(Self.prefix + input.name.string)] else { continue }
            let numbers = try NumberColumn(column)
            let present = numbers.values.indices.filter { (numbers.validity?[$0] ?? true) && numbers.values[$0].isFinite }
            sums[index] += blockedSum(of: present.map { numbers.values[$0].magnitude })
            counts[index] += present.count
        }
    }

    func result(rowCount: Int) -> CheckResult {
        func missing(_ reason: String) -> CheckResult { setting.result(value: nil, rows: rowCount, undefined: reason) }
        guard !reference.attributions.isEmpty else {
            return missing("the reference profile has no attributions; add them with assay explain MODEL DATA --add-to-profile PROFILE")
        }
        let explained = counts.max() ?? 0
        guard explained > 0 else { return missing("no row has an attribution; the gateway records them of models that it explains") }
        let total = sums.reduce(0, +)
        guard total > 0, total.isFinite else { return missing("no input moved any of these rows") }
        let now = sums.map { $0 / total }
        let before = reference.attributions.map(\.share)
        guard let value = RankGain.normalized(gains: before, scores: now) else { return missing("no input mattered on the reference's rows") }
        let groups = reference.attributions.indices.map { index in
            CheckResult.Group(group: reference.attributions[index].name, count: counts[index], value: now[index])
        }
        var result = setting.result(value: value, measure: "share_of_attribution", groups: groups, rows: explained)
        result.details["reference"] = .list(before.map { .number($0) })
        return result
    }
}
