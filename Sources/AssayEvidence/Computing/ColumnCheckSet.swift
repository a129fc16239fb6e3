import AssayColumns
import AssayTerms

/// The column checks of one request, fed together.
struct ColumnCheckSet: Sendable {
    private let requests: [CheckRequest]
    private var checks: [any ColumnCheck] = []
    private var rowCount = 0

    /// Whether the check is one of these; the others are computed from labels, predictions and groups.
    static func keepsState(_ request: CheckRequest) -> Bool {
        request.id.hasPrefix("privacy.") || request.id.hasPrefix("drift.") || request.id.hasPrefix("estimated.")
            || request.id == ConsistencyCheck.id || ServiceCheck.Kind(id: request.id) != nil
            || ClusterCheck.Kind(rawValue: request.id) != nil
            || (request.id.hasPrefix("quality.") && request.id != "quality.column_absent")
    }

    /// - Throws: `invalidArgument` for an unknown check or an option it does not take.
    init(
        _ requests: [CheckRequest], request: EvidenceRequest, dataColumns: [Text], reference: DriftProfile?
    ) throws(AssayError) {
        self.requests = requests
        for check in requests {
            let descriptor = try CheckCatalogue.descriptor(id: check.id)
            let setting = ColumnCheckSetting(
                descriptor: descriptor, column: check.column, options: try descriptor.filled(check.options),
                request: request, dataColumns: dataColumns, reference: reference)
            checks.append(try Self.check(setting))
        }
    }

    private static func check(_ setting: ColumnCheckSetting) throws(AssayError) -> any ColumnCheck {
        if let kind = ClusterCheck.Kind(rawValue: setting.descriptor.id) { return try ClusterCheck(setting, kind) }
        if let kind = ServiceCheck.Kind(id: setting.descriptor.id) { return try ServiceCheck(setting, kind) }
        switch setting.descriptor.id {
        case CheckCatalogue.attribution.id: return try AttributionDriftCheck(setting)
        case let id where id.hasPrefix("estimated."): return try EstimatedCheck(setting)
        case "privacy.consent": return ConsentCheck(setting)
        case "privacy.pii": return PersonalDataCheck(setting)
        case CheckCatalogue.expectations.id: return try SuiteCheck(setting)
        case ConsistencyCheck.id: return try ConsistencyCheck(setting)
        case "quality.duplicate_rows": return DuplicateRowsCheck(setting)
        case "quality.leakage_auc", "quality.label_error_rate": return LabelCheck(setting)
        case "quality.missing_rate", "quality.outlier_rate", "quality.dominant_value_share", "quality.class_balance",
            "quality.representativeness", "quality.normality_p_value":
            return ColumnQualityCheck(setting)
        case let id where id.hasPrefix("drift."): return try DriftCheck(setting)
        default:
            throw AssayError(.internalFault, "\(setting.descriptor.id) is in the catalogue and nothing computes it")
        }
    }

    mutating func add(_ block: RowBlock) throws(AssayError) {
        rowCount += block.rowCount
        for index in checks.indices { try checks[index].add(block) }
    }

    /// `nil` for a check that is none of these.
    func result(of request: CheckRequest) throws(AssayError) -> CheckResult? {
        guard let index = requests.firstIndex(of: request) else { return nil }
        return try checks[index].result(rowCount: rowCount)
    }
}
