/// Where a model version stands. The raw value is MLflow's written form.
package enum ModelStage: String, Sendable, CaseIterable {
    case none = "None"
    case staging = "Staging"
    case production = "Production"
    case archived = "Archived"

    /// The stage of that name, whatever the case of its letters.
    package init?(anyCase name: some StringProtocol) {
        let lower = name.lowercased()
        guard let stage = Self.allCases.first(where: { $0.rawValue.lowercased() == lower }) else { return nil }
        self = stage
    }

    /// Whether versions can be archived to make room in it.
    package var isActive: Bool { self == .staging || self == .production }
}
