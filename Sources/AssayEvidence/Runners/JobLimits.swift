/// What a confined job may use.
package struct JobLimits: Sendable, Hashable {
    /// Address space of the child, which counts mapped libraries and reserved memory too.
    package var memoryBytes: UInt64 = 16 << 30
    package var processorSeconds: UInt64 = 600
    /// Wall-clock time, after which the child is killed.
    package var timeSeconds: Double = 900
    package var descriptors: UInt64 = 256
    /// The longest answer that is read.
    package var answerBytes = 64 << 20
    /// Of the child's standard error this much is kept for the log.
    package var errorBytes = 64 << 10

    package init() {}
}
