import ArgumentParser
import AssayEvidence
import AssayMetrics

/// A reduction's constraint by its name; names with hyphens are the same names.
enum GoalName: ExpressibleByArgument {
    case parity(ReductionConstraint)
    case groupLoss

    init?(argument: String) {
        let name = argument.replacing("-", with: "_")
        if name == ReductionGoal.groupLossName {
            self = .groupLoss
        } else if let constraint = ReductionConstraint(rawValue: name) {
            self = .parity(constraint)
        } else {
            return nil
        }
    }

    private var name: String {
        switch self {
        case .parity(let constraint): constraint.rawValue
        case .groupLoss: ReductionGoal.groupLossName
        }
    }

    var defaultValueDescription: String { name.replacing("_", with: "-") }

    static var allValueStrings: [String] {
        (ReductionConstraint.allCases.map(\.rawValue) + [ReductionGoal.groupLossName]).map { $0.replacing("_", with: "-") }
    }
}
