package import AssayColumns
import AssayMetrics
import AssayTerms

/// Signs that somebody asks a model in order to copy it: rows unlike those of ordinary traffic, or close to where the decision turns.
///
/// Attacks that copy a model ask about rows spread over the whole space of inputs, or search along the boundary (Tramèr et al. 2016, sections 4
/// and 5; Papernot et al. 2017; Juuti et al. 2019). Each of the two shares that ``ExtractionReference`` bounds is counted over what one caller asks
/// one version; a sign is raised when what was counted speaks against a share as small as the bound: `M(bound) ≥ 1/α` of
/// ``SequentialProportion``, with the share above the bound; looking after every request costs nothing.
///
/// One row of a request is counted, since the rows of a request belong together, and one that was counted among the last ``remembered`` is not
/// counted again: copies of a row are no further evidence. Requests that bring nothing new count as nothing.
///
/// Error rate: whoever's requests are independent and like the reference's raises a given sign with probability α = 0.001 at most, beside the 0.001
/// by which the bound itself may be too low. That holds for one of these objects, however long it counts; who begins a new one for each
/// window of time has α in each window, so over 365 days some 0.31 for one caller, version and sign.
///
/// It is a sign and no proof: a caller whose cases are of a kind of their own raises it too. PRADA's test of distances is left out: it keeps every
/// row asked about, and its threshold has no error rate that holds while one keeps looking.
///
/// - Complexity: O(columns) a request, a small multiple where rows repeat; memory two pairs of counts and ``remembered`` digests.
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

    /// How many counted rows are known again.
    package static let remembered = 1_024
    /// How many rows of a request are looked at for one that is new.
    private static let tries = 64

    private let reference: ExtractionReference
    private var draw: SplitMix64
    private let key: UInt64
    private var seen: Set<UInt64> = []
    /// The digests in the order they came, in a ring.
    private var order: [UInt64] = []
    private var oldest = 0
    private var atypical = SequentialProportion()
    private var near = SequentialProportion()
    package private(set) var raised: Set<Sign> = []

    /// - Parameter seed: of the draw of rows and of their digests; whoever asks should not know it.
    package init(_ reference: ExtractionReference, seed: UInt64) {
        self.reference = reference
        draw = SplitMix64(seed: seed)
        key = draw.next()
    }

    /// Counts one row of those that were answered, drawn at random among the new ones.
    ///
    /// - Returns: the signs that it raised first.
    package mutating func add(_ inputs: [Column], rowCount: Int, probabilities: [[Double]]?) -> [Sign] {
        guard rowCount > 0, let row = newRow(inputs, rowCount) else { return [] }
        let columns = inputs.map { $0.gathered([row]) }
        let outside = ExtractionReference.outside(columns, reference.bands, 1)
        atypical.add(.init(successes: outside[0] > reference.usualOutside ? 1 : 0, trials: 1))
        if let probabilities, !probabilities.isEmpty {
            near.add(.init(successes: ExtractionReference.near(probabilities.map { [$0[row]] }, 1)[0] ? 1 : 0, trials: 1))
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

    /// A row that is not among those that were counted last, from a random one on.
    private mutating func newRow(_ inputs: [Column], _ rowCount: Int) -> Int? {
        let first = Int(draw.next() % UInt64(rowCount))
        for step in 0..<min(Self.tries, rowCount) {
            let row = (first + step) % rowCount
            let digest = self.digest(inputs, row)
            guard seen.insert(digest).inserted else { continue }
            if order.count < Self.remembered {
                order.append(digest)
            } else {
                seen.remove(order[oldest])
                order[oldest] = digest
                oldest = (oldest + 1) % Self.remembered
            }
            return row
        }
        return nil
    }

    /// Of the row's values, column by column, under a key that nobody outside knows: nobody can make rows that are taken for each other.
    private func digest(_ inputs: [Column], _ row: Int) -> UInt64 {
        var digest = key
        func append(_ value: UInt64) {
            var mixed = SplitMix64(seed: digest ^ value)
            digest = mixed.next()
        }
        for column in inputs {
            guard column.isPresent(row) else {
                append(0)
                continue
            }
            append(1)
            switch column.values {
            case .boolean(let values): append(UInt64(values[row]))
            case .int64(let values), .timestamp(let values): append(UInt64(bitPattern: values[row]))
            case .double(let values): append(values[row].bitPattern)
            case .text(let codes, let dictionary):
                let text = dictionary[codes[row]]
                append(UInt64(text.utf8Count))
                for byte in text.utf8 { append(UInt64(byte)) }
            }
        }
        return digest
    }
}
