package import AssayTerms

/// The place a change would put a version into.
package enum GateTarget: Hashable, Sendable {
    case stage(Text)
    case alias(Text)
    /// Being registered at all.
    case registration
    /// The model going out of use for good.
    case retirement

    /// `stage Production`, `alias champion`, `registration`: as approvals bind it. Stages and aliases are written
    /// in lower case here but for the names MLflow gives its stages, so that one place has one name.
    package var text: Text {
        switch self {
        case .stage(let stage):
            let known = (["None", "Staging", "Production", "Archived"] as [Text]).first { Folding.areEqual($0, stage) }
            return Text("stage \(known ?? Folding.fold(stage))")
        case .alias(let alias): return Text("alias \(Folding.fold(alias))")
        case .registration: return "registration"
        case .retirement: return "retirement"
        }
    }

    /// Out of use: nothing stops a version from going there because of what it is used for.
    var isRetirement: Bool { self == .retirement || text == "stage Archived" }

    /// The command line's words for it: `--stage Production`.
    var option: String {
        switch self {
        case .stage: "--stage \(ShellText.quoted(String(text.string.dropFirst("stage ".count))))"
        case .alias(let alias): "--alias \(ShellText.quoted(alias.string))"
        case .registration: "--registration"
        case .retirement: "--retirement"
        }
    }
}
