/// The finite numbers of one sample, as they came or counted.
package enum SampleNumbers: Sendable {
    /// In any order.
    case rows([Double])
    case counted(CountedValues)

    package var count: Int {
        switch self {
        case .rows(let rows): rows.count
        case .counted(let counted): counted.total
        }
    }

    /// Distinct and ascending, with their counts.
    ///
    /// - Complexity: O(n) for rows, which are sorted.
    package var counted: CountedValues {
        switch self {
        case .rows(let rows): CountedValues(rows)
        case .counted(let counted): counted
        }
    }

    /// The least and the greatest; `nil` where there is none.
    package var range: ClosedRange<Double>? {
        switch self {
        case .rows(let rows):
            guard var least = rows.first else { return nil }
            var greatest = least
            for value in rows {
                least = value < least ? value : least
                greatest = value > greatest ? value : greatest
            }
            return least...greatest
        case .counted(let counted):
            guard let least = counted.values.first, let greatest = counted.values.last else { return nil }
            return least...greatest
        }
    }

    /// Whether there are more distinct values than `limit`, found without sorting.
    ///
    /// - Complexity: of rows O(n log `limit`) where there are not; else it ends with the first value too many.
    package func hasMoreDistinctValues(than limit: Int) -> Bool {
        guard case .rows(let rows) = self else {
            if case .counted(let counted) = self { return counted.values.count > limit }
            return false
        }
        var known: [Double] = []
        for value in rows {
            var low = 0
            var high = known.count
            while low < high {
                let middle = (low &+ high) / 2
                if known[middle] < value { low = middle &+ 1 } else { high = middle }
            }
            guard low == known.count || known[low] != value else { continue }
            guard known.count < limit else { return true }
            known.insert(value, at: low)
        }
        return false
    }
}
