/// A confidence interval and how it was made.
package struct Interval: Hashable, Sendable {
    package var low: Double
    package var high: Double
    /// The nominal coverage, for example 0.95.
    package var level: Double
    /// `wilson`, `delong`, `simultaneous-score`.
    package var method: String
    /// The seed of a resampling method; 0 where none was drawn.
    package var seed: UInt64

    package init(low: Double, high: Double, level: Double, method: String, seed: UInt64 = 0) {
        self.low = low
        self.high = high
        self.level = level
        self.method = method
        self.seed = seed
    }
}
