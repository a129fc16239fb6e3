import AssayColumns
import AssayData
import AssayMetrics
import AssayTerms

/// The rows of a file that a reduction is fitted to, in memory, and which of the file's they are.
struct ReductionRows {
    private(set) var features: FeatureMatrix
    /// 1 and 0 of decisions.
    private(set) var labels: [Double] = []
    private(set) var groups: [Int] = []
    private(set) var groupNames: [Text] = []
    private(set) var strata: [Int] = []
    private(set) var stratumCount = 0
    /// Of decisions.
    private(set) var positive: Text?
    /// By row of the file.
    private(set) var isKept: [Bool] = []
    private(set) var excluded = CheckResult.Excluded()
    private(set) var missingFeatureCount = 0
    private(set) var missingControlCount = 0
    private(set) var facts: DataFacts

    /// - Parameter isOfNumbers: labels are numbers and not classes.
    init(
        _ rows: GroupedRows, label: Text, features names: [Text], controls: [Text], isOfNumbers: Bool, progress: (Int) -> Void
    ) throws(AssayError) {
        var coded = rows
        if isOfNumbers { coded.label = nil }
        let table = try coded.table(names + controls + [label])
        var coder = GroupedRows.Coder(coded)
        var controlCoders = controls.map { _ in ValueCoder() }
        features = FeatureMatrix(width: names.count)
        var labelCodes: [Int32] = []
        var groupCodes: [Int32] = []
        var controlCodes: [[Int32]] = []
        let reader = try table.makeReader()
        while let block = try reader.next() {
            let (classes, owners) = try coder.codes(of: block)
            let numbers = isOfNumbers ? try Self.numbers(label, of: block, as: "labels") : []
            var columns: [[Double]] = []
            for name in names { columns.append(try Self.numbers(name, of: block, as: "features")) }
            var controlColumns: [[Int32]] = []
            for (index, name) in controls.enumerated() { controlColumns.append(try controlCoders[index].codes(of: block.required(name))) }
            for row in 0..<block.rowCount {
                isKept.append(false)
                if owners[row] == ValueCoder.missing {
                    excluded.missingGroup += 1
                } else if isOfNumbers ? numbers[row].isNaN : classes[row] == ValueCoder.missing {
                    excluded.missingLabel += 1
                } else if controlColumns.contains(where: { $0[row] == ValueCoder.missing }) {
                    missingControlCount += 1
                } else if columns.contains(where: { $0[row].isNaN }) {
                    missingFeatureCount += 1
                } else {
                    features.append(columns.map { $0[row] })
                    if isOfNumbers { labels.append(numbers[row]) } else { labelCodes.append(classes[row]) }
                    groupCodes.append(owners[row])
                    controlCodes.append(controlColumns.map { $0[row] })
                    isKept[isKept.count - 1] = true
                }
            }
            progress(isKept.count)
        }
        facts = try reader.finish()
        if !isOfNumbers {
            let coding = try coder.binaryCoding()
            labels = labelCodes.map { coding.code(from: $0) == BinaryCoding.positive ? 1 : 0 }
            positive = coding.positiveValue.name
        }
        try name(groupCodes, coder)
        try stratify(controlCodes, controlCoders)
        guard groupNames.count > 1 else {
            throw AssayError(
                .invalidArgument,
                "\(rows.file.name): fewer than two groups have rows with label and features, so there is nothing to make equal")
        }
        guard let first = labels.first, labels.contains(where: { $0 != first }) else {
            throw AssayError(.invalidArgument, "\(rows.file.name): all rows have the same label, so there is nothing to learn")
        }
    }

    /// By row; NaN where there is none.
    static func numbers(_ name: Text, of block: RowBlock, as role: String) throws(AssayError) -> [Double] {
        let values = try NumberColumn(block.required(name)).valuesOrNaN
        if let row = values.firstIndex(where: \.isInfinite) {
            throw AssayError(
                .invalidArgument,
                "column '\(name)' is infinite in row \(block.firstRow + row) (counted from 0), and \(role) must be finite")
        }
        return values
    }

    /// Groups in order of their names; those all of whose rows were left out are none.
    private mutating func name(_ codes: [Int32], _ coder: GroupedRows.Coder) throws(AssayError) {
        let (names, place) = try coder.groupNames()
        var places = [Int?](repeating: nil, count: names.count)
        for code in codes { places[place(code)] = 0 }
        for index in names.indices where places[index] != nil {
            places[index] = groupNames.count
            groupNames.append(names[index])
        }
        groups = codes.map { places[place($0)] ?? 0 }
    }

    /// Combinations of the control columns' values, in order of the first column, then the second, ….
    private mutating func stratify(_ codes: [[Int32]], _ coders: [ValueCoder]) throws(AssayError) {
        var codings: [CategoryCoding] = []
        for coder in coders { codings.append(try coder.categoryCoding()) }
        let ranks = codes.map { row in zip(codings, row).map { $0.code(from: $1) } }
        var places: [[Int32]: Int] = [:]
        for (place, combination) in Set(ranks).sorted(by: { $0.lexicographicallyPrecedes($1) }).enumerated() {
            places[combination] = place
        }
        stratumCount = places.count
        guard stratumCount <= Self.stratumLimit else {
            throw AssayError(
                .limitExceeded,
                "the control columns have \(stratumCount) combinations of values, more than \(Self.stratumLimit); control for fewer")
        }
        strata = ranks.map { places[$0] ?? 0 }
    }

    /// Each multiplies the constraints, and there is a tableau over them.
    private static let stratumLimit = 200
}
