import AssayTerms

/// What is kept of a judged column: who it is, and how many rows each data set has of it.
struct DriftFacts: Sendable {
    struct Rows: Sendable {
        /// With a finite value.
        let presentCount: Int
        let missingCount: Int
        let infiniteCount: Int

        init(_ side: DriftSide) {
            presentCount = side.presentCount
            missingCount = side.missingCount
            infiniteCount = side.infiniteCount
        }
    }

    let name: Text
    let reference: Rows
    let current: Rows
    /// Of a reference that is a sketch.
    let rankError: Double

    init(_ pair: DriftPair) {
        name = pair.name
        reference = Rows(pair.reference)
        current = Rows(pair.current)
        rankError = pair.reference.rankError
    }
}
