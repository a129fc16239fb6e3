import AssayJSON
import AssayTerms

/// Roles and proposals in words for a terminal.
enum AccessText {
    /// What to say of a change that waits; `nil` where it was made.
    static func waiting(_ answer: JSONValue) -> String? {
        guard let proposal = answer["waiting"], let id = proposal["id"]?.string else { return nil }
        return "This takes two people. It waits until another one who may do it runs: assay role confirm \(id)\n"
    }

    static func role(_ role: JSONValue) -> String {
        var text = role["role"]?.string ?? ""
        if role["shipped"]?.bool == true { text += "  (shipped)" }
        if let title = role["title"]?.string, !title.isEmpty { text += "  \(title.printable)" }
        text += "\n"
        for grant in role["grants"]?.array ?? [] { text += "  \(Self.grant(grant))\n" }
        return text
    }

    static func proposal(_ proposal: JSONValue) -> String {
        var text = "\(proposal["id"]?.string ?? "")  \(proposal["kind"]?.string ?? "")"
        text += "  by \(proposal["proposed_by"]?.string ?? "")  needs '\(proposal["verb"]?.string ?? "")'\n"
        guard let change = proposal["change"] else { return text }
        if let role = change["role"]?.string { text += "  role \(role)\n" }
        for grant in change["grants"]?.array ?? [] { text += "  \(Self.grant(grant))\n" }
        if let user = change["user"]?.string {
            let roles = (change["roles"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
            text += "  user \(user): \(roles.isEmpty ? "no role" : roles)\n"
        }
        if let dataset = change["dataset"]?.string {
            text += "  data set '\(dataset.printable)': \(change["to"]?.string ?? "no class")\n"
        }
        if let name = change["policy"]?.string, let version = change["version"]?.string {
            text += "  policy \(name.printable) \(version.printable); sha256:\(change["digest"]?.string ?? "")\n"
            text += loosenings(proposal)
        }
        if proposal["kind"]?.string == "questionnaire.publish" {
            text += "  questionnaire; sha256:\(change["digest"]?.string ?? "")\n\(loosenings(proposal))"
        }
        if let model = change["model_id"]?.string {
            text += "  model \(model): EU class \(change["eu_class"]?.string ?? "?"), tier \(change["tier"]?.string ?? "?"), by "
            text += "\(change["questionnaire"]?.string?.printable ?? "?"); for: \(change["purpose"]?.string?.printable ?? "?")\n"
        }
        return text
    }

    /// In what a policy or questionnaire that waits asks for less, a line each.
    static func loosenings(_ proposal: JSONValue) -> String {
        (proposal["change"]?["before"]?["asks_less"]?.array ?? []).compactMap(\.string).map { "  \($0.printable)\n" }.joined()
    }

    private static func grant(_ grant: JSONValue) -> String {
        let verbs = (grant["verbs"]?.array ?? []).compactMap(\.string).joined(separator: ",")
        return "\(grant["effect"]?.string ?? "") \(verbs) on \((grant["resource"]?.string ?? "").printable)"
    }
}
