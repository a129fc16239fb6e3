/// Rows of numbers of which most are 0: for each row the columns that hold something.
package struct SparseRows: Sendable {
    private var starts = [0]
    private var columns: [Int32] = []
    private var values: [Double] = []
    /// How many columns there are; every column named is below it.
    package let width: Int

    package init(width: Int) { self.width = width }

    package var count: Int { starts.count - 1 }

    /// - Precondition: every column lies in `0..<width`.
    package mutating func append(_ entries: [(column: Int, value: Double)]) {
        for entry in entries where entry.value != 0 {
            precondition(entry.column >= 0 && entry.column < width, "an entry lies outside the columns")
            columns.append(Int32(entry.column))
            values.append(entry.value)
        }
        starts.append(columns.count)
    }

    /// The sum over the row's entries of weight times value.
    func product(_ row: Int, _ weights: [Double]) -> Double {
        var sum = 0.0
        for place in starts[row]..<starts[row + 1] { sum += weights[Int(columns[place])] * values[place] }
        return sum
    }

    /// Adds `factor` times the row.
    func add(_ row: Int, times factor: Double, to sums: inout [Double]) {
        for place in starts[row]..<starts[row + 1] { sums[Int(columns[place])] += factor * values[place] }
    }
}
