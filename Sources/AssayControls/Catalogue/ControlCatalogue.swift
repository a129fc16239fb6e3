package import AssayTerms

/// All controls this build knows, with the evidence codes, sources and uncertainties they name.
package struct ControlCatalogue: Sendable {
    /// Sorted by id.
    package let frameworks: [ControlFramework]
    /// In the order of the file.
    package let codes: [EvidenceCode]
    package let sources: [ControlSource]
    package let uncertainties: [OpenUncertainty]
    private let codesByID: [Text: EvidenceCode]

    package init(frameworks: [ControlFramework], codes: [EvidenceCode], sources: [ControlSource], uncertainties: [OpenUncertainty]) {
        self.frameworks = frameworks.sorted { $0.id < $1.id }
        self.codes = codes
        self.sources = sources
        self.uncertainties = uncertainties
        codesByID = Dictionary(codes.map { ($0.id, $0) }) { first, _ in first }
    }

    /// The catalogue carried inside the program, read once.
    private static let shippedResult = Result<ControlCatalogue, AssayError> { () throws(AssayError) in
        try ControlsReader.read(ControlFiles.shipped)
    }

    /// The catalogue carried inside the program.
    ///
    /// - Throws: `invalidArgument` with every problem by file and line; a test holds that there is none.
    package static func shipped() throws(AssayError) -> ControlCatalogue { try shippedResult.get() }

    package func code(_ id: Text) -> EvidenceCode? { codesByID[id] }

    package func uncertainty(_ id: Int) -> OpenUncertainty? { uncertainties.first { $0.id == id } }

    package func control(_ id: Text) -> Control? {
        for framework in frameworks {
            if let control = framework.controls.first(where: { $0.id == id }) { return control }
        }
        return nil
    }

    /// - Throws: `notFound`, naming the frameworks there are.
    package func framework(_ id: Text) throws(AssayError) -> ControlFramework {
        if let framework = frameworks.first(where: { $0.id == id }) { return framework }
        throw AssayError(
            .notFound,
            "There is no framework '\(id.string.prefix(64))'; there are \(frameworks.map(\.id.string).joined(separator: ", ")).")
    }

    /// Whether this is a framework, or `framework/class` of a class that some control of it names.
    package func knows(_ brought: Text) -> Bool {
        let parts = brought.string.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map { Text(String($0)) }
        guard let framework = frameworks.first(where: { $0.id == parts[0] }) else { return false }
        return parts.count == 1 || framework.controls.contains { $0.classes.contains(parts[1]) }
    }

    /// Every word that some control uses for whom it binds, sorted.
    package var roles: [Text] { Set(frameworks.flatMap(\.controls).flatMap(\.roles)).sorted() }

    /// Every class of system and scope of a day that some control names, sorted.
    package var classes: [Text] {
        let controls = frameworks.flatMap(\.controls)
        return Set(controls.flatMap(\.classes) + controls.flatMap { $0.starts.map(\.scope) }).subtracting(["all"]).sorted()
    }
}
