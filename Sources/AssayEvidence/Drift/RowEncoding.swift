import AssayColumns
import AssayMetrics
import AssayTerms

/// Sampled rows of two data sets as numbers, for a classifier.
///
/// A column of numbers becomes its distance from the mean of both samples in standard deviations, and where a row misses
/// it a column that says so; a column of at most fifty values a column for each; other texts their words.
struct RowEncoding {
    static let valueLimit = 50
    /// Into so many columns words are hashed where texts are one column of many.
    private static let wordWidth = 256
    /// Where a text stands alone.
    static let textWidth = 4_096

    private var width = 0
    private var entries: [[(column: Int, value: Double)]]

    init(_ rows: [[ColumnValue?]]) {
        entries = rows.map { _ in [] }
        for column in rows.first?.indices ?? 0..<0 { add(rows.map { $0[column] }) }
    }

    /// One column of text by its words alone.
    init(words texts: [Text?]) {
        entries = texts.map { text in text.map { Self.words($0, width: Self.textWidth) } ?? [] }
        width = Self.textWidth
    }

    var table: SparseRows {
        var table = SparseRows(width: width)
        for row in entries { table.append(row) }
        return table
    }

    private mutating func add(_ values: [ColumnValue?]) {
        let present = values.compactMap { $0 }
        if present.count < values.count {
            for (row, value) in values.enumerated() where value == nil { entries[row].append((width, 1)) }
            width += 1
        }
        let numbers = present.compactMap(\.number)
        if numbers.count == present.count {
            guard !numbers.isEmpty else { return }
            let mean = numbers.reduce(0) { $0 + $1 / Double(numbers.count) }
            let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / Double(numbers.count) }
            let deviation = variance.squareRoot()
            guard deviation > 0, deviation.isFinite else { return }
            for (row, value) in values.enumerated() {
                if let number = value?.number { entries[row].append((width, (number - mean) / deviation)) }
            }
            width += 1
            return
        }
        let distinct = Set(present)
        if distinct.count <= Self.valueLimit {
            var places: [ColumnValue: Int] = [:]
            for (index, value) in distinct.sorted().enumerated() { places[value] = width + index }
            for (row, value) in values.enumerated() {
                if let value, let place = places[value] { entries[row].append((place, 1)) }
            }
            width += distinct.count
        } else {
            for (row, value) in values.enumerated() {
                guard case .text(let text)? = value else { continue }
                entries[row] += Self.words(text, width: Self.wordWidth).map { (width + $0.column, $0.value) }
            }
            width += Self.wordWidth
        }
    }

    /// The words in lower case, hashed by FNV-1a; each counted as `1 + log(count)`, the whole of length 1.
    private static func words(_ text: Text, width: Int) -> [(column: Int, value: Double)] {
        var counts: [Int: Int] = [:]
        var hash: UInt64?
        func flush() {
            if let finished = hash { counts[Int(finished % UInt64(width)), default: 0] += 1 }
            hash = nil
        }
        for scalar in text.string.lowercased().unicodeScalars {
            guard scalar.properties.isAlphabetic || scalar.properties.numericType != nil else {
                flush()
                continue
            }
            var value = hash ?? 0xCBF2_9CE4_8422_2325
            for byte in String(scalar).utf8 { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            hash = value
        }
        flush()
        let sizes = counts.sorted { $0.key < $1.key }.map { ($0.key, 1 + naturalLogarithm(Double($0.value))) }
        let length = sizes.reduce(0) { $0 + $1.1 * $1.1 }.squareRoot()
        return sizes.map { (column: $0.0, value: $0.1 / length) }
    }
}
