package import AssayColumns
import AssayMetrics
import AssayTerms

/// Signs that somebody asks a model in order to copy it: rows unlike those of ordinary traffic, or close to where the decision turns.
///
/// Attacks that copy a model ask about rows spread over the whole space of inputs, or search along the boundary (Tramèr et al. 2016, sections 4
/// and 5; Papernot et al. 2017; Juuti et al. 2019). Each of the two shares that ``ExtractionReference`` bounds is counted over what one caller asks
/// one version; a sign is raised when what was counted speaks against a share as small as the bound: `M(bound) ≥ 1/α` of
/// ``SequentialProportion``, with the share above the bound. Whoever's rows are like the reference's raises a given sign, ever, with
/// probability α = 0.001 at most, beside the 0.001 by which the bound itself may be too low; looking after every request costs nothing.
///
/// It is a sign and no proof: a caller whose cases are of a kind of their own raises it too. PRADA's test of distances is left out: it keeps every
/// row asked about, and its threshold has no error rate that holds while one keeps looking.
///
/// - Complexity: O(rows · columns) a request; memory two pairs of counts.
/// - Source: Tramèr, Zhang, Juels, Reiter, Ristenpart (2016), Stealing machine learning models via prediction APIs, USENIX Security; Juuti, Szyller,
///   Marchal, Asokan (2019), PRADA: Protecting against DNN model stealing attacks, EuroS&P, section 5.
package struct ExtractionSigns: Sendable {
    package enum Sign: String, Sendable, CaseIterable, Comparable {
        /// Rows unlike the reference's.
        case coverage
        /// Rows close to the decision's boundary.
        case boundary

        package static func < (first: Sign, second: Sign) -> Bool { first.rawValue < second.rawValue }
    }

    /// ln(1/0.001).
    private static let limit = 6.907755278982137

    private let reference: ExtractionReference
    private var atypical = SequentialProportion()
    private var near = SequentialProportion()
    package private(set) var raised: Set<Sign> = []

    package init(_ reference: ExtractionReference) { self.reference = reference }

    /// Counts rows that were answered.
    ///
    /// - Returns: the signs that these rows raised first.
    package mutating func add(_ inputs: [Column], rowCount: Int, probabilities: [[Double]]?) -> [Sign] {
        guard rowCount > 0 else { return [] }
        let outside = ExtractionReference.outside(inputs, reference.bands, rowCount)
        atypical.add(.init(successes: Int64(outside.count(where: { $0 > reference.usualOutside })), trials: Int64(rowCount)))
        if let probabilities, !probabilities.isEmpty {
            near.add(.init(successes: Int64(ExtractionReference.near(probabilities, rowCount).count(where: \.self)), trials: Int64(rowCount)))
        }
        var fresh: [Sign] = []
        for (sign, counted, share) in [(Sign.coverage, atypical, reference.atypicalShare), (Sign.boundary, near, reference.boundaryShare)] {
            guard !raised.contains(sign), let rate = counted.rate, rate > share, share < 1,
                counted.logEvidence(against: share) >= Self.limit
            else { continue }
            raised.insert(sign)
            fresh.append(sign)
        }
        return fresh
    }
}
