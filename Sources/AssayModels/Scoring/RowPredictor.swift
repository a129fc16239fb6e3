package import AssayColumns
package import AssayJSON
package import AssayTerms

/// Something that predicts rows.
package protocol RowPredictor: Sendable {
    var form: ModelForm { get }

    /// How many reasons of the model's own a row can have; 0 for one that gives none.
    var reasonCount: Int { get }

    /// What the model says of the rows, block by block. Blocks the calling thread; the blocks are one request, which either is
    /// answered or is not.
    ///
    /// - Parameter parameters: MLflow's `params` of the request, an object; `nil` without some.
    /// - Throws: ``ModelOutage`` as the error's cause where the model cannot answer now, whatever the rows.
    func predictions(_ blocks: [RowBlock], parameters: JSONValue?) throws(AssayError) -> [Predictions]

    /// - Throws: what asking for predictions would throw at this moment, whatever the rows.
    func requireReady() throws(AssayError)
}

extension RowPredictor {
    package var reasonCount: Int { 0 }
    package func requireReady() throws(AssayError) {}
}

/// Why a model does not answer for the time being; the cause of an error.
package struct ModelOutage: Error, Hashable, Sendable {
    package enum Kind: Sendable {
        /// It has as many requests as it can hold.
        case busy
        /// Its process has ended and is being started again.
        case restarting
        /// Its process has ended too often and is not started again.
        case stopped
        /// It took longer than it may.
        case late
        /// What it answers cannot be used.
        case unusable
    }

    package let kind: Kind
    /// When asking again may help; `nil` where it will not, or nobody knows.
    package let retrySeconds: Int?
    /// Whether something is out that rows are filled in from, which is no version's doing.
    package let isOfFeatures: Bool

    package init(_ kind: Kind, retrySeconds: Int? = nil, isOfFeatures: Bool = false) {
        self.kind = kind
        self.retrySeconds = retrySeconds
        self.isOfFeatures = isOfFeatures
    }
}
