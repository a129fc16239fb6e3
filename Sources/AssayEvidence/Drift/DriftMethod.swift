package import AssayTerms

/// A test or distance that compares a column of two data sets.
package enum DriftMethod: String, Sendable, CaseIterable {
    case ks, wasserstein, psi, z
    case jensenShannon = "jensen_shannon"
    case kullbackLeibler = "kl_divergence"
    case chiSquare = "chi_square"
    case anderson
    case cramerVonMises = "cramer_von_mises"
    case mannWhitney = "mann_whitney"
    case tTest = "t_test"
    case energy = "energy_distance"
    case hellinger
    case totalVariation = "total_variation"
    case fisherExact = "fisher_exact"
    case eppsSingleton = "epps_singleton"
    case gTest = "g_test"
    case meanDiscrepancy = "empirical_mmd"

    /// Evidently 0.7.21's name for it.
    package var evidentlyName: String {
        switch self {
        case .jensenShannon: "jensenshannon"
        case .kullbackLeibler: "kl_div"
        case .chiSquare: "chisquare"
        case .mannWhitney: "mannw"
        case .energy: "ed"
        case .totalVariation: "TVD"
        case .eppsSingleton: "es"
        default: rawValue
        }
    }

    /// By our name or Evidently's.
    ///
    /// - Throws: `invalidArgument` naming all methods.
    package init(named name: Text) throws(AssayError) {
        let known = Self.allCases.first { $0.rawValue == name.string || $0.evidentlyName == name.string }
        guard let known else {
            throw AssayError(
                .invalidArgument,
                "there is no drift method '\(name)'; the methods are "
                    + Self.allCases.map(\.rawValue).joined(separator: ", ") + " (Evidently's names are taken too)")
        }
        self = known
    }

    /// Whether its value is a p-value, which is small where the data differ, and not a distance.
    package var givesPValue: Bool {
        switch self {
        case .wasserstein, .psi, .jensenShannon, .kullbackLeibler, .energy, .hellinger: false
        default: true
        }
    }

    /// Evidently 0.7.21's default.
    package var evidentlyThreshold: Double {
        switch self {
        case .ks, .chiSquare, .z, .tTest, .mannWhitney, .eppsSingleton: 0.05
        default: 0.1
        }
    }

    /// Whether a value is on the far side of a threshold, as Evidently 0.7.21 compares it; what differs is the threshold
    /// itself.
    package func isDrift(_ value: Double, threshold: Double) -> Bool {
        switch self {
        case .ks, .cramerVonMises: value <= threshold
        case .energy: value > threshold
        default: givesPValue ? value < threshold : value >= threshold
        }
    }

    package var takesNumbers: Bool {
        switch self {
        case .chiSquare, .z, .fisherExact, .gTest, .totalVariation: false
        default: true
        }
    }

    package var takesCategories: Bool {
        switch self {
        case .chiSquare, .z, .fisherExact, .gTest, .totalVariation, .psi, .jensenShannon, .kullbackLeibler, .hellinger:
            true
        default: false
        }
    }
}
