/// Where a row's label is: a row of one of several tables.
struct LabelPlace: Sendable {
    /// -1 without one.
    var table: Int32
    var row: Int32

    static let none = LabelPlace(table: -1, row: -1)
    var isThere: Bool { table >= 0 }
}
