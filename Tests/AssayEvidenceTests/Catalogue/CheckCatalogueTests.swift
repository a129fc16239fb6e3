import AssayEvidence
import AssayTerms
import Testing

/// The goal: every check is named once, in its family, and explained. The method: laws over the whole catalogue.
@Suite struct CheckCatalogueTests {
    @Test func idsAreUniqueAndInTheirFamily() {
        #expect(Set(CheckCatalogue.ids.map { Text($0) }).count == CheckCatalogue.ids.count)
        for descriptor in CheckCatalogue.descriptors {
            let family = descriptor.id.prefix { $0 != "." }
            let conventions: [CheckDescriptor.Convention] =
                switch family {
                // Some have no function in scikit-learn and are stated as our own.
                case "performance": [.scikitLearn, .assay]
                case "fairness": [.fairlearn, .assay]
                case "aif360": [.aif360]
                case "aequitas": [.aequitas]
                case "ll144": [.ll144]
                case "quality", "privacy", "drift", "service": [.assay]
                case "estimated": [.nannyML]
                default: []
                }
            #expect(conventions.contains(descriptor.convention), "\(descriptor.id)")
        }
    }

    @Test func eachIsExplainedModestly() {
        for descriptor in CheckCatalogue.descriptors {
            #expect(descriptor.sentence.hasSuffix(".") && descriptor.sentence.count <= 90, "\(descriptor.id)")
            #expect(!descriptor.source.isEmpty)
            #expect(descriptor.definition >= 1)
            #expect(!descriptor.needs.isEmpty)
        }
    }

    @Test(arguments: [
        ("fairness.demographic_parity_diference", "fairness.demographic_parity_difference"),
        ("performance.acuracy", "performance.accuracy"),
        ("Performance.F1", "performance.f1"),
    ])
    func anUnknownIdNamesNearOnes(id: String, near: String) {
        #expect {
            try CheckCatalogue.descriptor(id: id)
        } throws: { error in
            "\(error)".contains("did you mean") && "\(error)".contains(near)
        }
    }

    @Test func aStrangeIdNamesTheFamilies() {
        #expect {
            try CheckCatalogue.descriptor(id: "x")
        } throws: { error in
            CheckCatalogue.families.allSatisfy("\(error)".contains) && "\(error)".contains("docs/measures.md")
        }
    }
}
