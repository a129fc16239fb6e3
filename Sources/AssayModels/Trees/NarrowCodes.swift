/// Rows' 8-bit ranks among the thresholds of some trees.
struct NarrowCodes: RowCodes {
    typealias Lanes = SIMD16<Int8>

    let rowCount: Int
    let stride: Int
    let codes: [Int8]
    let hasMissing: Bool

    /// - Complexity: O(rows × features that the trees compare), one look-up each.
    init(_ wide: RankCodes, _ ranks: NarrowRanks) {
        rowCount = wide.rowCount
        stride = wide.stride
        hasMissing = wide.hasMissing
        let (stride, hasMissing, total) = (wide.stride, wide.hasMissing, wide.codes.count)
        codes = [Int8](unsafeUninitializedCapacity: total) { codes, count in
            codes.initialize(repeating: 0)
            wide.codes.withUnsafeBufferPointer { wide in
                for (feature, table) in ranks.tables {
                    table.withUnsafeBufferPointer { table in
                        for place in (feature * stride)..<((feature + 1) * stride) {
                            let code = wide[place]
                            codes[place] = hasMissing && code == RankCodes.missing ? Int8.max : table[Int(code)]
                        }
                    }
                }
            }
            count = total
        }
    }
}
