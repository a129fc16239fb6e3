package import AssayTerms

/// What a seal says of one kind of a run's rows.
package struct SealPart: Hashable, Sendable {
    /// The kinds, in the order in which a seal names them. The raw value is the name in a seal's text.
    package enum Kind: String, Sendable, CaseIterable {
        /// The metric rows of the seal's range alone, in the order of their places; every other part is the whole state.
        case metrics
        /// What the run is: one row.
        case info
        case params
        case tags
        /// The latest value of each metric.
        case latest
        case datasets
        case modelInputs = "model_inputs"
        case modelOutputs = "model_outputs"
        case files

        /// The byte that stands for it in digests.
        package var code: UInt8 {
            switch self {
            case .metrics: UInt8(ascii: "m")
            case .info: UInt8(ascii: "r")
            case .params: UInt8(ascii: "p")
            case .tags: UInt8(ascii: "t")
            case .latest: UInt8(ascii: "l")
            case .datasets: UInt8(ascii: "d")
            case .modelInputs: UInt8(ascii: "i")
            case .modelOutputs: UInt8(ascii: "o")
            case .files: UInt8(ascii: "f")
            }
        }

        /// Whether the server never changes or takes away such a row, so that the same number of them is the same rows.
        package var onlyGrows: Bool {
            switch self {
            case .params, .datasets, .modelInputs, .modelOutputs: true
            case .metrics, .info, .tags, .latest, .files: false
            }
        }
    }

    package let count: Int64
    /// Salted; see ``SealPartHasher``.
    package let digest: SHA256Digest

    package init(count: Int64, digest: SHA256Digest) {
        self.count = count
        self.digest = digest
    }
}
