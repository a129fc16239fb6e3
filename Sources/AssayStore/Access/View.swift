package import AssayTerms

/// What of the records somebody sees, and where it is noted what they looked at.
package struct View: Sendable {
    /// To what they may do `read`.
    package let reading: Reach
    /// To what they may do `read_sensitive`.
    package let readingSensitive: Reach
    package let trail: AccessTrail

    package init(of principal: Principal, trail: AccessTrail = AccessTrail()) {
        reading = principal.reach(.read)
        readingSensitive = principal.reach(.readSensitive)
        self.trail = trail
    }

    /// Of everything, for what is decided about a record and does not depend on who asks.
    package static var whole: View { View(of: .localOperator) }

    /// Whether there is nothing to leave out of experiments and models.
    package var isWhole: Bool { reading.isTotal }

    /// Whether the bytes of a data set may be read by somebody who may read what they stand in. A data set without a class
    /// is as readable as what it stands in, unless it is denied by name.
    package func showsBytes(ofDataset name: Text, class datasetClass: DatasetClass?) -> Bool {
        guard !reading.denies(dataset: name, class: datasetClass) else { return false }
        return datasetClass != .rawPersonal || readingSensitive.admits(dataset: name, class: datasetClass)
    }
}
