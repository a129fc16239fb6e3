/// Probabilities of the tails of the distributions that tests refer to.
package enum TailProbability {
    /// How often a standard normal variable exceeds `z`.
    package static func normal(above z: Double) -> Double {
        let half = GammaFunctions.upperRegularized(0.5, z * z / 2) / 2
        return z >= 0 ? half : 1 - half
    }

    /// How often a chi-square variable with `degrees` degrees of freedom exceeds `x`.
    ///
    /// - Precondition: `degrees` is positive, `x` is not negative.
    package static func chiSquare(above x: Double, degrees: Int) -> Double {
        GammaFunctions.upperRegularized(Double(degrees) / 2, x / 2)
    }

    /// How often Student's variable with `degrees` degrees of freedom is farther from 0 than `t`.
    package static func student(beyond t: Double, degrees: Double) -> Double {
        let total = degrees + t * t
        guard total.isFinite else { return 0 }
        return GammaFunctions.betaRegularized(degrees / 2, 0.5, degrees / total, complement: t * t / total)
    }

    /// The value that Student's variable is farther from 0 than with probability `tail`, by bisection to the last bit.
    ///
    /// - Precondition: `0 < tail < 1`; `degrees` is positive.
    package static func studentQuantile(beyond tail: Double, degrees: Double) -> Double {
        precondition(tail > 0 && tail < 1, "a tail probability lies between 0 and 1")
        var low = 0.0
        var high = 2.0
        while student(beyond: high, degrees: degrees) > tail { high *= 2 }
        while true {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { return middle }
            if student(beyond: middle, degrees: degrees) > tail { low = middle } else { high = middle }
        }
    }

    /// The value that a chi-square variable exceeds with probability `tail`, by bisection to the last bit.
    ///
    /// - Precondition: `0 < tail < 1`.
    package static func chiSquareQuantile(tail: Double, degrees: Int) -> Double {
        precondition(tail > 0 && tail < 1, "a tail probability lies between 0 and 1")
        var low = 0.0
        var high = Double(degrees) + 10
        while chiSquare(above: high, degrees: degrees) > tail { high *= 2 }
        while true {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { return middle }
            if chiSquare(above: middle, degrees: degrees) > tail { low = middle } else { high = middle }
        }
    }
}
