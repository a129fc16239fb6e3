/// How many rows of the reference and of the current data fall into each cell: a category, a bin, a value.
package struct CellCounts: Hashable, Sendable {
    package let reference: [Int]
    package let current: [Int]

    package init(reference: [Int], current: [Int]) {
        precondition(reference.count == current.count, "both samples have the same cells")
        self.reference = reference
        self.current = current
    }

    package var count: Int { reference.count }
    package var referenceTotal: Int { reference.reduce(0, +) }
    package var currentTotal: Int { current.reduce(0, +) }

    /// The same rows, with cells too small for a chi-square approximation put together into one.
    ///
    /// Which cells those are depends on the cells' sums over both samples only, which carry no sign of a difference
    /// between them, so the test keeps its level. A cell stands alone where both samples together would, by their sizes,
    /// give it at least `expected` rows on either side; if what is left over falls short too, the smallest kept cell joins
    /// it.
    package func merged(expected: Double) -> CellCounts {
        let referenceTotal = Double(referenceTotal)
        let currentTotal = Double(currentTotal)
        let smallerShare = min(referenceTotal, currentTotal) / (referenceTotal + currentTotal)
        func isLarge(_ sum: Int) -> Bool { Double(sum) * smallerShare >= expected }
        var kept: [Int] = []
        var restReference = 0
        var restCurrent = 0
        for index in reference.indices {
            if isLarge(reference[index] + current[index]) {
                kept.append(index)
            } else {
                restReference += reference[index]
                restCurrent += current[index]
            }
        }
        if restReference + restCurrent > 0, !isLarge(restReference + restCurrent),
            let smallest = kept.indices.min(by: {
                reference[kept[$0]] + current[kept[$0]] < reference[kept[$1]] + current[kept[$1]]
            })
        {
            restReference += reference[kept[smallest]]
            restCurrent += current[kept[smallest]]
            kept.remove(at: smallest)
        }
        var counts = (reference: kept.map { reference[$0] }, current: kept.map { current[$0] })
        if restReference + restCurrent > 0 {
            counts.reference.append(restReference)
            counts.current.append(restCurrent)
        }
        return CellCounts(reference: counts.reference, current: counts.current)
    }
}
