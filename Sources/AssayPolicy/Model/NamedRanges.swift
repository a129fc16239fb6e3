import AssayTerms

/// The ranges of a numeric column by which `for-each` tells rows apart, where the policy says where they end: `age:30,60`, `age:<=40`. One
/// whole number from 2 to 100 is how many there are to be, by quantiles, as `assay performance --slice` reads it.
///
/// The same reading as AssayColumns' `ColumnBins`, which cuts the columns: policies are pure and may not import it.
struct NamedRanges {
    /// As written.
    let edges: [Double]
    /// Why it is most likely not what was meant; `nil` where nothing is odd.
    let problem: String?

    /// `nil` for a column alone, and for a number of quantiles.
    init?(_ text: Text) {
        guard let cut = text.string.lastIndex(of: ":"), cut != text.string.startIndex else { return nil }
        var right = text.string[text.string.index(after: cut)...]
        let isEdge = right.hasPrefix("<=")
        if isEdge { right = right.dropFirst(2) }
        let parts = right.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap(Self.number)
        guard numbers.count == parts.count else {
            // A column may have such a name; ranges begin with a digit, a sign or nothing.
            guard right.isEmpty || isEdge || parts.contains(where: { Self.number($0) != nil }) else { return nil }
            (edges, problem) = ([], "'\(right)' is no list of numbers at which ranges end, such as age:30,60")
            return
        }
        if !isEdge, numbers.count == 1, let count = Int(exactly: numbers[0]), (2...100).contains(count) { return nil }
        edges = numbers
        problem = zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
            ? nil : "the numbers at which ranges end stand in ascending order, each once"
    }

    /// How many ranges there are.
    var count: Int { Set(edges).count + 1 }

    private static func number(_ text: some StringProtocol) -> Double? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }), let number = Double(String(text)), number.isFinite
        else { return nil }
        return number + 0
    }
}
