import Crypto

/// What a statement of evidence claims: its digest is the name that entries of the log and decisions have for it.
///
/// The claim is the statement's digests of subjects and inputs, parameters, provenance and results, in RFC 8785's form, without times,
/// names and the words that explain a result. Docs: `docs/design/evidence.md`, "Claims".
enum StatementClaim {
    /// In hexadecimal; `nil` if the statement is not of the form that evidence has.
    static func digest(of statement: JSONText) -> String? {
        guard statement["_type"]?.string == "https://in-toto.io/Statement/v1",
            statement["predicateType"]?.string == "urn:assay:evidence:v1", let predicate = statement["predicate"],
            let subjects = statement["subject"]?.array.flatMap({ all($0.map(sha256)) }),
            let inputs = predicate["inputs"]?.array.flatMap({ all($0.map(input)) }),
            let parameters = predicate["parameters"], let provenance = predicate["provenance"],
            let results = predicate["results"]?.array.flatMap({ all($0.map(result)) })
        else { return nil }
        let claim = JSONText([
            "claim": .string("urn:assay:claim:v1"), "subjects": sorted(subjects), "inputs": sorted(inputs), "parameters": parameters,
            "provenance": provenance, "results": sorted(results),
        ])
        return LogVerifyingKey.hexadecimal(Array(SHA256.hash(data: claim.canonical)))
    }

    private static func all(_ values: [JSONText?]) -> [JSONText]? {
        let found = values.compactMap(\.self)
        return found.count == values.count ? found : nil
    }

    private static func sorted(_ values: [JSONText]) -> JSONText {
        .array(values.map { ($0, $0.canonical) }.sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0))
    }

    private static func sha256(_ value: JSONText) -> JSONText? { value["digest"]?["sha256"] }

    private static func input(_ input: JSONText) -> JSONText? {
        guard let role = input["role"], let digest = sha256(input) else { return nil }
        var object: [String: JSONText] = ["role": role, "digest": digest]
        object["rows"] = present(input["rows"])
        return JSONText(object)
    }

    private static func result(_ result: JSONText) -> JSONText? {
        guard let id = result["id"], let definition = result["definition"], let rows = result["rows"],
            let groups = result["groups"]?.array.flatMap({ all($0.map(group)) })
        else { return nil }
        let excluded = ["missing_group", "missing_label", "missing_prediction"].map {
            ($0, present(result["excluded"]?[$0]) ?? .number(0))
        }
        var object: [String: JSONText] = [
            "id": id, "definition": definition, "column": result["column"] ?? .null, "privileged": result["privileged"] ?? .null,
            "value": result["value"] ?? .null, "interval": interval(result["interval"]),
            "groups": .array(groups.sorted { name($0).utf8.lexicographicallyPrecedes(name($1).utf8) }),
            "rows": rows, "excluded": JSONText(Dictionary(uniqueKeysWithValues: excluded)),
        ]
        if let details = result["details"], details != .null, details != .object([:]) { object["details"] = details }
        return JSONText(object)
    }

    private static func name(_ group: JSONText) -> String { group["group"]?.string ?? "" }

    private static func group(_ group: JSONText) -> JSONText? {
        guard let name = group["group"], let count = group["count"] else { return nil }
        var object: [String: JSONText] = ["group": name, "count": count, "value": group["value"] ?? .null]
        if let interval = present(group["interval"]) { object["interval"] = Self.interval(interval) }
        return JSONText(object)
    }

    private static func interval(_ interval: JSONText?) -> JSONText {
        guard let interval = present(interval) else { return .null }
        var object: [String: JSONText] = [:]
        for name in ["low", "high", "level", "method"] { object[name] = interval[name] ?? .null }
        // A seed that doubles hold is a number, by whatever way it was written.
        let seed = interval["seed"]?.string.flatMap { UInt64($0) }
        object["seed"] = seed.flatMap { $0 < 1 << 53 ? .number(Double($0)) : nil } ?? interval["seed"] ?? .null
        return JSONText(object)
    }

    private static func present(_ value: JSONText?) -> JSONText? { value == .null ? nil : value }
}
