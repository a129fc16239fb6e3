package import AssayExplain

/// How answers are explained.
package enum Explaining: Sendable {
    case nothing
    /// A model this build reads, by its own numbers.
    case native(NativeExplainer)
    case kernel(KernelExplanations)
}
