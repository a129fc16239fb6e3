package import AssayMetrics

/// What a reduction holds to.
package enum ReductionGoal: Hashable, Sendable {
    /// Rates that are alike over groups.
    case parity(ReductionConstraint, ParityBound)
    /// A mean loss that no group's exceeds.
    case groupLoss(GroupLoss, upperBound: Double)

    /// The name of the second in documents and on the command line; the first has the constraint's.
    package static let groupLossName = "bounded_group_loss"

    package var name: String {
        switch self {
        case .parity(let constraint, _): constraint.rawValue
        case .groupLoss: Self.groupLossName
        }
    }

    /// Whether models answer numbers, not decisions.
    package var isOfNumbers: Bool {
        switch self {
        case .parity, .groupLoss(.zeroOne, _): false
        case .groupLoss(.square, _), .groupLoss(.absolute, _): true
        }
    }
}

extension GroupLoss {
    package var name: String {
        switch self {
        case .zeroOne: "zero_one"
        case .square: "square"
        case .absolute: "absolute"
        }
    }

    package var range: ClosedRange<Double>? {
        switch self {
        case .zeroOne: nil
        case .square(let range), .absolute(let range): range
        }
    }

    /// - Returns: `nil` for a name that is none, or a range where there is none or none where there is one.
    package init?(name: String, range: ClosedRange<Double>?) {
        switch (name, range) {
        case ("zero_one", nil): self = .zeroOne
        case ("square", let range?): self = .square(range)
        case ("absolute", let range?): self = .absolute(range)
        default: return nil
        }
    }
}
