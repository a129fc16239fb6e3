import ArgumentParser
import AssayMetrics

/// A loss by its name, without the range it is of.
enum LossName: String, ExpressibleByArgument, CaseIterable {
    case zeroOne = "zero-one"
    case square
    case absolute

    func loss(_ range: ClosedRange<Double>) -> GroupLoss {
        switch self {
        case .zeroOne: .zeroOne
        case .square: .square(range)
        case .absolute: .absolute(range)
        }
    }
}
