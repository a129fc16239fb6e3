internal import AssayColumns
internal import AssayTerms
internal import CArrowABI

/// Collects one column's values from batches of any length until a block is full.
struct ColumnAssembler {
    private let name: Text
    /// The type of the arrays that come in; it may change from file to file.
    private var source: ColumnType
    private let target: ColumnType
    private let dictionary = TextDictionary()

    private var count = 0
    private var bytes: [UInt8] = []
    private var integers: [Int64] = []
    private var doubles: [Double] = []
    private var codes: [Int32] = []
    private var validity = Validity(count: RowBlock.standardRowCount, present: true)
    private var hasMissing = false

    /// The column's codes for the current batch's own, `missingText` where the batch's dictionary has a null.
    private var batchCodes: [Int32] = []
    private var batchHasMissingText = false
    /// The batch's codes are the column's own, as they are in most files.
    private var batchIsIdentical = false
    private static let missingText: Int32 = -1
    private var batchTimestamps: [Int64?] = []

    init(name: Text, target: ColumnType) {
        self.name = name
        source = target
        self.target = target
        startBlock()
    }

    /// - Precondition: `canConvert(from: source, to: target)`.
    mutating func startFile(of source: ColumnType) {
        precondition(Self.canConvert(from: source, to: target), "no conversion between the column's types")
        self.source = source
    }

    /// Numbers may be widened, and text may be read as timestamps.
    static func canConvert(from source: ColumnType, to target: ColumnType) -> Bool {
        switch (source, target) {
        case (.boolean, .int64), (.boolean, .double), (.int64, .double), (.text, .timestamp): true
        default: source == target
        }
    }

    private mutating func startBlock() {
        count = 0
        hasMissing = false
        validity = Validity(count: RowBlock.standardRowCount, present: true)
        let capacity = RowBlock.standardRowCount
        switch target {
        case .boolean:
            bytes = []
            bytes.reserveCapacity(capacity)
        case .int64, .timestamp:
            integers = []
            integers.reserveCapacity(capacity)
        case .double:
            doubles = []
            doubles.reserveCapacity(capacity)
        case .text:
            codes = []
            codes.reserveCapacity(capacity)
        }
    }

    /// Maps the dictionary of a new batch's array to the column's own.
    ///
    /// - Throws: `unreadable` where a text is no timestamp and has to be one.
    mutating func startBatch(_ array: ArrowArray) throws(AssayError) {
        guard source == .text else { return }
        guard let dictionary = array.dictionary?.pointee else {
            throw AssayError(.internalFault, "column '\(name)' came without its dictionary")
        }
        batchCodes.removeAll(keepingCapacity: true)
        batchTimestamps.removeAll(keepingCapacity: true)
        batchHasMissingText = false
        // Safe: the shim validates offsets, UTF-8 and indices of foreign files before it hands a batch out.
        let offsets = dictionary.buffers[1]?.assumingMemoryBound(to: Int32.self)
        let characters = dictionary.buffers[2]?.assumingMemoryBound(to: UInt8.self)
        for index in 0..<Int(dictionary.length) {
            let entry = index + Int(dictionary.offset)
            var text: Text?
            if Self.isPresent(dictionary, entry), let offsets {
                let start = Int(offsets[entry])
                let end = Int(offsets[entry + 1])
                text = Text(utf8: UnsafeBufferPointer(start: characters.map { $0 + start }, count: end - start))
                guard text != nil else {
                    throw AssayError(.unreadable, "column '\(name)' has a value that is not valid UTF-8")
                }
            }
            if target == .timestamp {
                batchTimestamps.append(text.flatMap { Timestamp.microseconds(from: $0) })
                batchCodes.append(text == nil ? Self.missingText : 0)
            } else {
                batchCodes.append(text.map { self.dictionary.code(for: $0) } ?? Self.missingText)
            }
            if text == nil { batchHasMissingText = true }
        }
        batchIsIdentical = batchCodes.indices.allSatisfy { batchCodes[$0] == Int32($0) }
    }

    /// Appends `length` rows of the batch's array from `start` on.
    ///
    /// - Parameter firstRow: the data set's number of the first of them, for messages.
    mutating func append(_ array: ArrowArray, from start: Int, length: Int, firstRow: Int) throws(AssayError) {
        let first = start + Int(array.offset)
        // The null count may be unknown (-1).
        if array.null_count != 0, let bitmap = array.buffers[0]?.assumingMemoryBound(to: UInt8.self) {
            for row in 0..<length where bitmap[(first + row) >> 3] >> UInt8((first + row) & 7) & 1 == 0 {
                markMissing(count + row)
            }
        }
        guard let data = array.buffers[1] else {
            // A producer may leave out the buffer of a column without values.
            appendPlaceholders(length)
            count += length
            return
        }
        // Safe: by the C data interface the buffer holds offset + length values of the array's type.
        switch (source, target) {
        case (.boolean, _):
            let bits = data.assumingMemoryBound(to: UInt8.self)
            func bit(_ row: Int) -> UInt8 { bits[(first + row) >> 3] >> UInt8((first + row) & 7) & 1 }
            switch target {
            case .int64: for row in 0..<length { integers.append(Int64(bit(row))) }
            case .double: for row in 0..<length { doubles.append(Double(bit(row))) }
            default: for row in 0..<length { bytes.append(bit(row)) }
            }
        case (.int64, .double):
            let values = data.assumingMemoryBound(to: Int64.self)
            for row in first..<(first + length) { doubles.append(Double(values[row])) }
        case (.int64, _), (.timestamp, _):
            let values = data.assumingMemoryBound(to: Int64.self) + first
            integers.append(contentsOf: UnsafeBufferPointer(start: values, count: length))
        case (.double, _):
            let values = UnsafeBufferPointer(start: data.assumingMemoryBound(to: Double.self) + first, count: length)
            doubles.append(contentsOf: values)
            // pandas' view: NaN is a missing value.
            for row in 0..<length where values[row].isNaN { markMissing(count + row) }
        case (.text, _):
            let values = UnsafeBufferPointer(start: data.assumingMemoryBound(to: Int32.self) + first, count: length)
            if target == .text {
                appendTexts(values)
            } else {
                try appendTimestamps(values, firstRow: firstRow)
            }
        }
        count += length
    }

    private mutating func appendTexts(_ values: UnsafeBufferPointer<Int32>) {
        if !hasMissing, !batchHasMissingText {
            if batchIsIdentical {
                codes.append(contentsOf: values)
            } else {
                let table = batchCodes
                codes.append(contentsOf: values.lazy.map { table[Int($0)] })
            }
            return
        }
        for (row, value) in values.enumerated() {
            // The index of a missing row may be anything.
            guard validity[count + row], batchCodes[Int(value)] != Self.missingText else {
                codes.append(0)
                markMissing(count + row)
                continue
            }
            codes.append(batchCodes[Int(value)])
        }
    }

    private mutating func appendTimestamps(
        _ values: UnsafeBufferPointer<Int32>, firstRow: Int
    ) throws(AssayError) {
        for (row, value) in values.enumerated() {
            guard validity[count + row], batchCodes[Int(value)] != Self.missingText else {
                integers.append(0)
                markMissing(count + row)
                continue
            }
            guard let microseconds = batchTimestamps[Int(value)] else {
                throw AssayError(
                    .unreadable,
                    "row \(firstRow + row + 1), column \(ValueList.quoted(name)): the value is not of type timestamp, "
                        + "which the schema gives the column; write it like 2026-01-31 or 2026-01-31T09:30:00Z")
            }
            integers.append(microseconds)
        }
    }

    private mutating func markMissing(_ row: Int) {
        validity.markMissing(row)
        hasMissing = true
    }

    private mutating func appendPlaceholders(_ length: Int) {
        switch target {
        case .boolean: bytes.append(contentsOf: repeatElement(0, count: length))
        case .int64, .timestamp: integers.append(contentsOf: repeatElement(0, count: length))
        case .double: doubles.append(contentsOf: repeatElement(0, count: length))
        case .text: codes.append(contentsOf: repeatElement(0, count: length))
        }
        for row in count..<(count + length) { markMissing(row) }
    }

    /// The rows collected, as a column; the next block begins.
    mutating func finishBlock() -> Column {
        let values: Column.Values =
            switch target {
            case .boolean: .boolean(bytes)
            case .int64: .int64(integers)
            case .timestamp: .timestamp(integers)
            case .double: .double(doubles)
            case .text: .text(codes: codes, dictionary: dictionary)
            }
        let column = Column(
            name: name, values: values, validity: hasMissing ? Validity(count: count, words: validity.words) : nil)
        startBlock()
        return column
    }

    private static func isPresent(_ array: ArrowArray, _ entry: Int) -> Bool {
        guard array.null_count != 0, let bitmap = array.buffers[0]?.assumingMemoryBound(to: UInt8.self) else {
            return true
        }
        return bitmap[entry >> 3] >> UInt8(entry & 7) & 1 == 1
    }
}
