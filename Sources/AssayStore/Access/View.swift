package import AssayTerms

/// What of the records somebody sees.
package struct View: Hashable, Sendable {
    /// To what they may do `read`.
    package let reading: Reach
    /// To what they may do `read_sensitive`.
    package let readingSensitive: Reach

    package init(of principal: Principal) {
        reading = principal.reach(.read)
        readingSensitive = principal.reach(.readSensitive)
    }

    /// Whether there is nothing to leave out of experiments and models.
    package var isWhole: Bool { reading.isTotal }
}
