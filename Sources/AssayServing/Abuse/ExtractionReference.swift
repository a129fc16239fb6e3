package import AssayColumns
import AssayMetrics
import AssayTerms

/// What rows of ordinary traffic look like to a model, from a sample of them: what ``ExtractionSigns`` compares with.
///
/// Two shares are bounded from above, each by Wilson's upper bound at 99.9 % of the share in the sample:
///
/// - *atypical* rows: more numeric columns than in 95 % of the sample lie outside the column's central 90 %;
/// - rows *near the boundary*: the two greatest probabilities are less than 0.2 apart (for two classes: |p − ½| < 0.1).
///
/// - Edge cases: fewer than ``leastRows`` rows give no reference, and so no signs; without numeric columns nothing is atypical, without
///   probabilities nothing is near a boundary.
/// - Complexity: O(rows · columns · log rows) once.
package struct ExtractionReference: Sendable {
    package static let leastRows = 100
    private static let tail = 0.05
    private static let closeness = 0.2

    struct Band: Sendable {
        let column: Text
        let low: Double
        let high: Double
    }

    let bands: [Band]
    /// A row is atypical if more of its columns lie outside their bands.
    let usualOutside: Int
    package let atypicalShare: Double
    package let boundaryShare: Double

    /// - Parameter probabilities: of each class, row by row of `block`; `nil` for a model that gives none.
    package init?(_ inputs: [Column], rowCount: Int, probabilities: [[Double]]?) {
        guard rowCount >= Self.leastRows else { return nil }
        var bands: [Band] = []
        for column in inputs {
            let values = Self.numbers(column, rowCount).filter(\.isFinite).sorted()
            guard values.count >= Self.leastRows, let first = values.first, let last = values.last, first < last else { continue }
            let place = Int(Double(values.count) * Self.tail)
            bands.append(Band(column: column.name, low: values[place], high: values[values.count - 1 - place]))
        }
        self.bands = bands
        let outside = Self.outside(inputs, bands, rowCount)
        let usual = outside.sorted()[min(rowCount - 1, Int((Double(rowCount) * (1 - Self.tail)).rounded(.up)))]
        usualOutside = usual
        func bound(_ count: Int) -> Double {
            Self.upperBound(Double(count), Double(rowCount))
        }
        atypicalShare = bands.isEmpty ? 1 : bound(outside.count(where: { $0 > usual }))
        boundaryShare = probabilities.map { bound(Self.near($0, rowCount).count(where: \.self)) } ?? 1
    }

    /// Wilson's upper bound of a chance that holds with 99.9 %.
    private static func upperBound(_ count: Double, _ rows: Double) -> Double {
        let z = NormalDistribution.upperQuantile(tail: 0.001)
        let (rate, spread) = (count / rows, z * z / rows)
        let half = z * ((rate * (1 - rate) + spread / 4) / rows).squareRoot()
        return min(1, (rate + spread / 2 + half) / (1 + spread))
    }

    /// Of each row, in how many columns it lies outside the band; what is missing lies inside.
    static func outside(_ inputs: [Column], _ bands: [Band], _ rowCount: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: rowCount)
        for band in bands {
            guard let column = inputs.first(where: { $0.name == band.column }) else { continue }
            for (row, value) in numbers(column, rowCount).enumerated() where value < band.low || value > band.high { counts[row] += 1 }
        }
        return counts
    }

    static func near(_ probabilities: [[Double]], _ rowCount: Int) -> [Bool] {
        (0..<rowCount).map { row in
            var (first, second) = (-Double.infinity, -Double.infinity)
            for column in probabilities {
                let value = column[row]
                if value > first { (first, second) = (value, first) } else if value > second { second = value }
            }
            return first - second < closeness
        }
    }

    /// NaN for what is missing or no number.
    private static func numbers(_ column: Column, _ rowCount: Int) -> [Double] {
        (0..<rowCount).map { row in
            guard column.isPresent(row) else { return .nan }
            return switch column.values {
            case .double(let values): values[row]
            case .int64(let values): Double(values[row])
            default: .nan
            }
        }
    }
}
