/// Shares of two sets of rows over the same bins or categories: reference against current.
package struct PairedBarChart: Sendable {
    package struct Bin: Sendable {
        package var label: String
        package var first: Double
        package var second: Double

        package init(label: String, first: Double, second: Double) {
            self.label = label
            self.first = first
            self.second = second
        }
    }

    package var title: String
    package var firstName: String
    package var secondName: String
    /// In the order of the axis. Shares, each set adding to at most 1.
    package var bins: [Bin]

    package init(title: String, firstName: String, secondName: String, bins: [Bin]) {
        self.title = title
        self.firstName = firstName
        self.secondName = secondName
        self.bins = bins
    }
}
