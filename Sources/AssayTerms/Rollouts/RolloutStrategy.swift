/// How a candidate meets traffic before it takes a place. The raw values stand in documents and in the log.
package enum RolloutStrategy: String, Sendable, CaseIterable {
    /// It scores a share of the data sets that are handed in as jobs, larger step by step, and answers no request.
    case batch
    /// It answers all requests at once.
    case realTime = "real-time"
    /// It is asked what the version that answers was asked, and nobody sees its answers.
    case shadow
    /// It answers a share of the requests, larger step by step.
    case canary
    /// It answers a fixed share.
    case ab
    /// It answers whoever asks for it.
    case flag

    /// Whether people are answered by it, in requests or by what becomes of a data set, so that the gate has to let it in before it begins.
    package var answersPeople: Bool { self != .shadow }
    /// Whether requests are drawn to it by share.
    package var drawsByShare: Bool { self == .canary || self == .ab || self == .realTime }
}
