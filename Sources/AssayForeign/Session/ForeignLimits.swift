/// What the process of a foreign model may use.
package struct ForeignLimits: Sendable, Hashable {
    /// Address space, which counts mapped libraries and reserved memory too.
    package var memoryBytes: UInt64 = 4 << 30
    /// Processor time of its whole life; 0 where it serves and has no end.
    package var processorSeconds: UInt64 = 900
    /// Wall-clock time to import its library and load.
    package var loadSeconds: Double = 120
    /// Wall-clock time for one block of rows.
    package var scoreSeconds: Double = 120
    /// What it may write, in memory, and nowhere else.
    package var scratchBytes: UInt64 = 64 << 20
    package var descriptors: UInt64 = 512
    /// The longest description of a model, and of its own words about an error.
    package var headerBytes = 4 << 20

    package init() {}
}
