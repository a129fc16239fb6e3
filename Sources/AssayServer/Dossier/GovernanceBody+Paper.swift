import AssayJSON
import AssayTerms
import AssayWorkflows

extension GovernanceBody {
    /// The members that say what a paper is about.
    static let addressNames = ["model", "version", "dataset"]

    /// What the paper is about: `model` and perhaps `version`, or `dataset`, or nothing of these.
    func address() throws -> PaperAddress {
        let model = try optionalText("model")
        return try PaperAddress(
            model: model, version: model == nil || !has("version") ? nil : Int64(try number("version")), dataset: try optionalText("dataset"))
    }
}

extension Exchange {
    /// What a list of papers is asked about, by the query; `nil` for everything.
    func paperAddress() throws -> PaperAddress? {
        let address = try PaperAddress(
            model: queryValue("model").map { Text($0) },
            version: try queryValue("version").map { Int64(try GovernanceBody.versionNumber($0)) },
            dataset: queryValue("dataset").map { Text($0) })
        return address.model == nil && address.dataset == nil ? nil : address
    }

    /// `true` and `false` of the query; `nil` where it says nothing.
    func queryFlag(_ name: Text) throws -> Bool? {
        switch queryValue(name) {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw AssayError(.invalidArgument, "'\(name)' is true or false.")
        }
    }

    func resultLimit() throws -> Int? {
        guard let text = queryValue("max_results") else { return nil }
        guard let number = Int(text), (1...1_000).contains(number) else {
            throw AssayError(.invalidArgument, "'max_results' is a whole number from 1 to 1000.")
        }
        return number
    }
}
