package import AssayTerms

/// docs/measures.md: every check of the catalogue, by family, in Markdown.
package enum MeasuresPage {
    package static func text(_ descriptors: [CheckDescriptor] = CheckCatalogue.descriptors) -> String {
        var lines = [
            "# Measures", "",
            "Every check this build computes, written by `assay measures-page` from the catalogue; a test holds this page to it. "
                + "How ids are formed and where numbers differ from the libraries': [design/measures.md](design/measures.md).",
            "",
            "*Kind*: counted (whole numbers; equal bits in any order of rows), summed (folded in order), whole (keeps all values). "
                + "*Direction*: ↑ higher is better, ↓ lower is better, 0 or 1 where that is parity. *Range*: what the definition "
                + "allows; a limit beyond it is refused.", "",
        ]
        for family in families(descriptors) {
            lines += ["## \(family)", ""]
            lines += ["| id | what it says | needs | kind | direction | range | source |", "|---|---|---|---|---|---|---|"]
            for descriptor in descriptors where Self.family(descriptor) == family { lines.append(row(descriptor)) }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    private static func family(_ descriptor: CheckDescriptor) -> String {
        String(descriptor.id.prefix { $0 != "." })
    }

    private static func families(_ descriptors: [CheckDescriptor]) -> [String] {
        descriptors.map(family).reduce(into: []) { found, family in
            if !found.contains(family) { found.append(family) }
        }
    }

    private static func row(_ descriptor: CheckDescriptor) -> String {
        let cells = [
            "`\(descriptor.id)`" + (descriptor.definition == 1 ? "" : " (definition \(descriptor.definition))"),
            descriptor.sentence, descriptor.needs.map(\.rawValue).joined(separator: ", "), descriptor.kind.rawValue,
            direction(descriptor.direction),
            "\(descriptor.least.map { "\($0)" } ?? "−∞") … \(descriptor.greatest.map { "\($0)" } ?? "∞")", descriptor.source,
        ]
        // A bar within a cell would begin the next one.
        return "| " + cells.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
            .joined(separator: " | ") + " |"
    }

    private static func direction(_ direction: CheckDescriptor.Direction) -> String {
        switch direction {
        case .higherIsBetter: "↑"
        case .lowerIsBetter: "↓"
        case .zeroIsParity: "0"
        case .oneIsParity: "1"
        case .none: "–"
        }
    }
}
