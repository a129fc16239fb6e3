import Testing

@testable import AssayExplain

/// Goal: what a function of the margin changes for each unit of it is known to its last digits, however near the two margins are.
struct MarginFunctionTests {
    private static let forms: [MarginFunction.Form] = [
        .identity, .logistic(factor: 1), .logistic(factor: -2), .exponential, .logisticLoss(factor: 1, isSecond: true),
        .logisticLoss(factor: 2, isSecond: false),
    ]
    private static let shares: [MarginFunction.Form] = [.shareLoss(isSecond: true), .shareLoss(isSecond: false)]

    /// Where both margins are far apart the difference itself loses nothing.
    @Test func itIsTheDifferenceOverTheDistance() {
        for form in Self.forms {
            let function = MarginFunction(form: form)
            for (a, b) in [(1.5, -2.0), (0.25, 3), (-7, -4), (30, -30), (-0.5, 0.75)] {
                let wanted = (function(a) - function(b)) / (a - b)
                #expect(abs(function.quotient(a, b) - wanted) <= 1e-14 * abs(wanted) + 1e-16, "\(form) at \(a), \(b)")
                #expect(function.quotient(a, b) == function.quotient(b, a))
            }
        }
        for form in Self.shares {
            let function = MarginFunction(form: form)
            for (a, b) in [(0.9, 0.1), (0.3, 0.7), (0.01, 0.5)] {
                let wanted = (function(a) - function(b)) / (a - b)
                #expect(abs(function.quotient(a, b) - wanted) <= 1e-14 * abs(wanted))
            }
        }
    }

    /// Near each other it is the slope between them but for a term of the distance squared.
    @Test(arguments: [0, 1e-16, 1e-12, 1e-9, 1e-7]) func itIsTheSlopeOfNeighbours(distance: Double) {
        for form in Self.forms + Self.shares {
            let function = MarginFunction(form: form)
            for a in [0.125, 0.5, 0.875] {
                let (low, high) = (a - 1e-3, a + 1e-3)
                // Of the function's curve over 2e-3 the slope in the middle is known to its square.
                let slope = (function(high) - function(low)) / (high - low)
                #expect(abs(function.quotient(a, a + distance) - slope) <= 2e-4 * abs(slope), "\(form) at \(a), \(distance) apart")
                #expect(abs(function.quotient(a, a + distance) - function.quotient(a, a)) <= 1e-5 * distance / 1e-7 * abs(slope) + 4e-15 * abs(slope))
            }
        }
    }
}
