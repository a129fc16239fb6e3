package import AssayTerms

/// A numeric column cut into ranges, by a name of its own: `age:10` (ten bins of equally many rows), `age:25,40,60` (at
/// edges), `age:<=40` (at one edge).
///
/// Ranges hold what is above the edge before and up to their own, as those of pandas' `cut` and `qcut`. One whole number
/// from 2 to 100 is a number of bins, anything else an edge.
package struct ColumnBins: Hashable, Sendable {
    package enum Cut: Hashable, Sendable {
        case quantiles(Int)
        /// Ascending and distinct.
        case edges([Double])
    }

    package static let binLimit = 100

    /// As written.
    package let name: Text
    package let column: Text
    package let cut: Cut

    /// `nil` for a name that is no such expression, but a column's own.
    package init?(parsing name: Text) {
        let bytes = Array(name.utf8)
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")), colon > 0 else { return nil }
        // Cut at an ASCII character, so both sides are valid UTF-8.
        column = Text(String(decoding: bytes[..<colon], as: UTF8.self))
        self.name = name
        var right = String(decoding: bytes[(colon + 1)...], as: UTF8.self)
        let isEdge = right.hasPrefix("<=")
        if isEdge { right.removeFirst(2) }
        var numbers: [Double] = []
        for part in right.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Self.number(part) else { return nil }
            numbers.append(number)
        }
        if !isEdge, numbers.count == 1, let count = Int(exactly: numbers[0]), (2...Self.binLimit).contains(count) {
            cut = .quantiles(count)
        } else {
            cut = .edges(numbers.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } })
        }
    }

    /// A finite decimal number as people write edges; `nil` for anything else.
    package static func number(_ text: some StringProtocol) -> Double? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }),
            let number = Double(String(text)), number.isFinite
        else { return nil }
        // −0 is the same edge as 0.
        return number + 0
    }

    /// The range of each row as a column of its index; rows without a number have none.
    ///
    /// - Complexity: O(rows · log edges).
    /// - Throws: `invalidArgument` for a column that holds no numbers.
    package func ranges(of column: Column, edges: [Double]) throws(AssayError) -> Column {
        let numbers = try NumberColumn(column)
        let indices = numbers.values.map { value -> Int64 in
            var low = 0
            var high = edges.count
            while low < high {
                let middle = (low + high) / 2
                if edges[middle] >= value { high = middle } else { low = middle + 1 }
            }
            return Int64(low)
        }
        return Column(name: name, values: .int64(indices), validity: numbers.validity)
    }

    /// How a range is called: `<= 25`, `(25, 40]`, `> 60`.
    package static func label(_ index: Int, edges: [Double]) -> Text {
        func text(_ edge: Double) -> String { ShortestDecimal.text(of: edge) }
        guard let first = edges.first, let last = edges.last else { return "all" }
        if index == 0 { return Text("<= \(text(first))") }
        if index >= edges.count { return Text("> \(text(last))") }
        return Text("(\(text(edges[index - 1])), \(text(edges[index]))]")
    }
}
