import AssayModels
package import AssayTerms
import Synchronization

/// What a store of features holds at this moment, for whoever answers requests; it is exchanged at once when the file is another.
package final class FeatureStore: Sendable {
    /// How rows were found, by the word that records have for it.
    package struct Counts: Sendable {
        package fileprivate(set) var rows: [FeatureMark.Found: UInt64] = [:]
    }

    private struct State {
        var values: FeatureValues?
        var fault = ""
        var counts = Counts()
    }

    package let settings: ServingFeatures
    package let view: Text
    package let viewDigest: SHA256Digest
    /// Those of the view, which stay what they are.
    package let entities: [FeatureValues.Field]
    package let features: [FeatureValues.Field]
    private let state: Mutex<State>

    package init(_ settings: ServingFeatures, values: FeatureValues) {
        self.settings = settings
        view = values.view
        viewDigest = values.viewDigest
        entities = values.entities
        features = values.features
        state = Mutex(State(values: values))
    }

    /// - Throws: `unavailable`, with a ``ModelOutage`` as its cause, while the store cannot be read.
    package func values() throws(AssayError) -> FeatureValues {
        let (values, fault) = state.withLock { ($0.values, $0.fault) }
        guard let values else {
            throw AssayError(
                .unavailable, "The features of the view '\(view)' cannot be looked up: \(fault). Ask again later.",
                cause: ModelOutage(.restarting, retrySeconds: 5, isOfFeatures: true))
        }
        return values
    }

    /// Puts what was read in place of what was there, or has every lookup refused until the store is that of its view again.
    ///
    /// - Returns: what was there, so that it is the caller's to let go: freeing millions of values takes a while.
    package func replace(with read: Result<FeatureValues, AssayError>) -> FeatureValues? {
        var values: FeatureValues?
        var fault = ""
        switch read {
        case .failure: fault = "its store cannot be read"
        case .success(let fresh):
            if fresh.view == view, fresh.viewDigest == viewDigest {
                values = fresh
            } else {
                fault = "its store holds another view than when the gateway was started"
            }
        }
        return state.withLock { state in
            let before = state.values
            state.values = values
            state.fault = fault
            return before
        }
    }

    func note(_ found: [FeatureMark.Found]) {
        state.withLock { state in
            for one in found { state.counts.rows[one, default: 0] += 1 }
        }
    }

    package var counts: Counts { state.withLock { $0.counts } }
}
