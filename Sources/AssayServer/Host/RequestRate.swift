/// How many requests one may send. The standard is far beyond what MLflow's clients send, and ends what runs away.
package struct RequestRate: Hashable, Sendable {
    package static let standard = RequestRate(perSecond: 2_000, burst: 20_000)

    /// For ever.
    package let perSecond: Int64
    /// At once, after a while without any.
    package let burst: Int64

    /// - Precondition: both from 1 to 1,000,000.
    package init(perSecond: Int64, burst: Int64) {
        precondition((1...1_000_000).contains(perSecond) && (1...1_000_000).contains(burst))
        self.perSecond = perSecond
        self.burst = burst
    }
}
