/// Rows' values as ranks, feature by feature: what a ``TreeProgram`` asks.
///
/// Codes ascend with the values; a missing value's is the greatest there is, above every rank.
protocol RowCodes: Sendable {
    associatedtype Lanes: RankLanes

    var rowCount: Int { get }
    /// From one feature's codes to the next's; a multiple of ``RankCodes/lanes``.
    var stride: Int { get }
    var codes: [Lanes.Scalar] { get }
    /// Whether any of the values is missing.
    var hasMissing: Bool { get }
}

extension RankCodes: RowCodes {
    typealias Lanes = SIMD8<Int16>
}
