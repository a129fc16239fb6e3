import AssayColumns

/// One bit a row, bit `i % 64` of word `i / 64`; bits past the last row are clear.
struct RowBits {
    let count: Int
    private(set) var words: [UInt64]

    /// No row.
    init(count: Int) {
        self.count = count
        words = [UInt64](repeating: 0, count: (count + 63) / 64)
    }

    @inline(__always)
    init(count: Int, where holds: (Int) -> Bool) {
        self.init(count: count)
        for word in words.indices {
            let start = word &* 64
            var bits: UInt64 = 0
            for row in start..<min(start &+ 64, count) { bits |= (holds(row) ? 1 : 0) &<< UInt64(row &- start) }
            words[word] = bits
        }
    }

    /// The rows without a value.
    init(missingOf validity: Validity) {
        self.init(count: validity.count)
        for word in words.indices { words[word] = ~validity.words[word] }
        if count % 64 != 0 { words[words.count - 1] &= (1 << UInt64(count % 64)) - 1 }
    }

    subscript(row: Int) -> Bool { words[row / 64] >> UInt64(row % 64) & 1 == 1 }

    var setCount: Int { words.reduce(0) { $0 &+ $1.nonzeroBitCount } }

    mutating func formUnion(_ other: RowBits) { for word in words.indices { words[word] |= other.words[word] } }
    mutating func formIntersection(_ other: RowBits) { for word in words.indices { words[word] &= other.words[word] } }
    mutating func subtract(_ other: RowBits) { for word in words.indices { words[word] &= ~other.words[word] } }

    var inverted: RowBits {
        var bits = RowBits(count: count, where: { _ in true })
        bits.subtract(self)
        return bits
    }

    /// The set rows in order.
    var rows: [Int] {
        var rows: [Int] = []
        rows.reserveCapacity(setCount)
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                rows.append(index &* 64 &+ rest.trailingZeroBitCount)
                rest &= rest &- 1
            }
        }
        return rows
    }

    /// Calls `body` with the set rows in order until it gives `false`.
    func forEachRow(_ body: (Int) -> Bool) {
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                guard body(index &* 64 &+ rest.trailingZeroBitCount) else { return }
                rest &= rest &- 1
            }
        }
    }
}

extension Column {
    /// The rows without a value, NaN among them; `nil` where every row has one.
    var missingRows: RowBits? {
        var missing = validity.map { RowBits(missingOf: $0) }
        if case .double(let values) = values {
            let nan = RowBits(count: values.count) { values[$0].isNaN }
            if nan.setCount > 0 {
                if missing == nil { missing = nan } else { missing?.formUnion(nan) }
            }
        }
        return missing
    }
}

/// The data's numbers of the rows in a block, or in the part of it that a condition lets through.
struct SelectedRows {
    let firstRow: Int
    /// Places in the block; `nil` for all.
    var picked: [Int]?

    subscript(row: Int) -> Int { firstRow + (picked?[row] ?? row) }
}
