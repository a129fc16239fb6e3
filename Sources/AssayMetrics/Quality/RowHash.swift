package import AssayColumns
import AssayTerms

/// Rows as 128 bits each, equal for equal values whatever file, block or order of text codes they come in.
///
/// Numbers are one domain (1 = 1.0 = true); a missing value equals a missing value, as in pandas' `duplicated`. Two different
/// rows share their bits with probability 2⁻¹²⁸ a pair: below 10⁻²⁰ for a billion rows.
package struct RowHash: Sendable {
    package struct Key: Hashable, Sendable {
        let high: UInt64
        let low: UInt64
    }

    private var texts: [Text: [(high: UInt64, low: UInt64)?]] = [:]

    package init() {}

    package mutating func keys(of columns: [Column], rowCount: Int) -> [Key] {
        var high = [UInt64](repeating: 0x243F_6A88_85A3_08D3, count: rowCount)
        var low = [UInt64](repeating: 0x1319_8A2E_0370_7344, count: rowCount)
        func feed(_ row: Int, _ a: UInt64, _ b: UInt64) {
            high[row] = Self.mix(high[row] ^ a)
            low[row] = Self.mix(low[row] &+ b &* 0x9E37_79B9_7F4A_7C15)
        }
        for column in columns {
            let cached = cachedTexts(of: column)
            for row in 0..<rowCount {
                if case .text(let codes, _) = column.values, column.isPresent(row) {
                    let hash = cached[Int(codes[row])] ?? (0, 0)
                    feed(row, hash.high, hash.low)
                    continue
                }
                switch column.value(at: row) {
                case .integer(let value): feed(row, UInt64(bitPattern: value) ^ 0xA5, UInt64(bitPattern: value))
                case .fraction(let value): feed(row, value.bitPattern ^ 0x5A00, value.bitPattern &+ 1)
                case .timestamp(let value): feed(row, UInt64(bitPattern: value) ^ 0x7700_0000, UInt64(bitPattern: value) &+ 2)
                case .text, nil: feed(row, 0xDEAD_BEEF, 0x0BAD_F00D)
                }
            }
        }
        return zip(high, low).map { Key(high: $0, low: $1) }
    }

    /// Hashes of a text column's values by code; the cache is kept by column, since its dictionary only grows.
    private mutating func cachedTexts(of column: Column) -> [(high: UInt64, low: UInt64)?] {
        guard case .text(let codes, let dictionary) = column.values else { return [] }
        var cache = texts.removeValue(forKey: column.name) ?? []
        for row in codes.indices where column.isPresent(row) {
            let code = Int(codes[row])
            while cache.count <= code { cache.append(nil) }
            if cache[code] == nil { cache[code] = Self.hash(dictionary[codes[row]]) }
        }
        texts[column.name] = cache
        return cache
    }

    private static func hash(_ text: Text) -> (high: UInt64, low: UInt64) {
        var high: UInt64 = 0xCBF2_9CE4_8422_2325
        var low: UInt64 = 0x6C62_272E_07BB_0142
        for byte in text.utf8 {
            high = (high ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            low = mix(low ^ UInt64(byte))
        }
        return (mix(high ^ UInt64(text.utf8Count)), low)
    }

    /// SplitMix64's output function, which is a permutation.
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
