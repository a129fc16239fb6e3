import AssayColumns
import AssayMetrics
import AssayTerms

/// One column of both data sets, put side by side. It is judged on one thread and then given up.
final class DriftPair {
    let reference: DriftSide
    let current: DriftSide

    /// The numbers of both in one ascending list; `nil` where the column holds none. Sorted when it is first asked for.
    private(set) lazy var sample: PooledSample? = {
        guard case .numbers(let left, _) = reference.values, case .numbers(let right, _) = current.values else { return nil }
        return PooledSample(reference: left, current: right)
    }()
    /// The texts of both by their bytes.
    let texts: [Text]
    private let textCells: CellCounts?

    /// - Throws: `invalidArgument` where one has numbers and the other text.
    init(reference: DriftSide, current: DriftSide) throws(AssayError) {
        self.reference = reference
        self.current = current
        switch (reference.values, current.values) {
        case (.numbers, .numbers):
            texts = []
            textCells = nil
        case (.texts(let left), .texts(let right)):
            var names: [Text] = []
            var counts: (reference: [Int], current: [Int]) = ([], [])
            var (i, j) = (0, 0)
            while i < left.count || j < right.count {
                let takesLeft = j == right.count || (i < left.count && left[i].text <= right[j].text)
                let takesRight = i == left.count || (j < right.count && right[j].text <= left[i].text)
                names.append(takesLeft ? left[i].text : right[j].text)
                counts.reference.append(takesLeft ? left[i].count : 0)
                counts.current.append(takesRight ? right[j].count : 0)
                if takesLeft { i += 1 }
                if takesRight { j += 1 }
            }
            texts = names
            textCells = CellCounts(reference: counts.reference, current: counts.current)
        default:
            texts = []
            textCells = nil
            let domains = (reference.type.domain, current.type.domain)
            if domains.0 != domains.1, reference.presentCount > 0, current.presentCount > 0 {
                throw AssayError(
                    .invalidArgument,
                    "column \(ValueList.quoted(reference.name)) holds \(domains.0.rawValue) in the reference and "
                        + "\(domains.1.rawValue) in the current data; give both one type with --schema")
            }
        }
    }

    var name: Text { reference.name }
    var facts: DriftFacts { DriftFacts(self) }
    var holdsNumbers: Bool {
        if case .numbers = reference.values, case .numbers = current.values { true } else { false }
    }

    /// Each distinct value or text as a cell; `nil` where they were not counted.
    var cells: CellCounts? { sample?.cells ?? textCells }

    /// The cells' names, as far as there are few enough to be shown.
    func cellNames(limit: Int) -> [Text] {
        if let sample {
            guard sample.values.count <= limit else { return [] }
            return sample.values.map { ColumnValue($0)?.name ?? "" }
        }
        return texts.count <= limit ? texts : []
    }

    var distinctCount: Int { sample?.values.count ?? texts.count }

    var areWhole: Bool {
        if case .numbers(_, true) = reference.values, case .numbers(_, true) = current.values {
            return !reference.hasMissing && !current.hasMissing
        }
        return false
    }

    /// The rows of both and their range, where both are numbers row by row and neither is empty.
    var numberRows: (reference: [Double], current: [Double], range: ClosedRange<Double>)? {
        guard case .numbers(let left, _) = reference.values, case .numbers(let right, _) = current.values,
            let first = left.range, let second = right.range, let referenceRows = reference.rowNumbers,
            let currentRows = current.rowNumbers
        else { return nil }
        let range = min(first.lowerBound, second.lowerBound)...max(first.upperBound, second.upperBound)
        return (referenceRows, currentRows, range)
    }

    /// One code a row of both, in the order of the rows; `nil` where that was not kept.
    var rowCodes: (reference: [Int32], current: [Int32])? {
        if let left = reference.rowNumbers, let right = current.rowNumbers, let sample {
            let codes: ([Double]) -> [Int32] = { rows in
                rows.map { Int32(Self.place(of: $0, in: sample.values)) }
            }
            return (codes(left), codes(right))
        }
        guard let left = reference.rowTexts, let right = current.rowTexts else { return nil }
        var places: [Text: Int32] = [:]
        for (index, text) in texts.enumerated() { places[text] = Int32(index) }
        return (left.map { places[$0] ?? 0 }, right.map { places[$0] ?? 0 })
    }

    private static func place(of value: Double, in values: [Double]) -> Int {
        var low = 0
        var high = values.count - 1
        while low < high {
            let middle = (low + high) / 2
            if values[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
