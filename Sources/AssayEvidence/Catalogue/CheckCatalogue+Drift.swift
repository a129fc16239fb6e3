import AssayTerms

extension CheckCatalogue {
    /// Drift by the strict rule against a reference profile.
    static let drift: [CheckDescriptor] = [driftedShare] + distances.map(distance)

    /// The distances one column may be held to.
    private static let distances: [DriftMethod] = [
        .psi, .jensenShannon, .hellinger, .totalVariation, .kullbackLeibler, .wasserstein, .energy,
    ]

    private static let driftedShare: CheckDescriptor = {
        var descriptor = DriftDescriptors.dataset(.strict)
        descriptor.needs = [.anyColumn, .reference]
        descriptor.options = [CheckOption("rate", .number(least: 0.000_001, greatest: 0.5), standard: "0.05")]
        return descriptor
    }()

    private static func distance(_ method: DriftMethod) -> CheckDescriptor {
        var descriptor = DriftDescriptors.descriptor(method, .strict)
        descriptor.needs = [.column, .reference]
        // Distances of numbers as they are have no bins.
        if method != .wasserstein, method != .energy {
            descriptor.options = [CheckOption("bins", .number(least: 2, greatest: 1_000), standard: "10")]
        }
        return descriptor
    }
}
