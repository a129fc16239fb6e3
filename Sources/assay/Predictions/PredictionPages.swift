import AssayJSON
import AssayTerms

extension ServerClient {
    /// Every segment of a model, in the order they arrived.
    func segments(ofModel model: String, kind: String, version: Int? = nil, since: Int64? = nil, until: Int64? = nil) async throws -> [JSONValue] {
        var segments: [JSONValue] = []
        var after: Int64? = 0
        while let place = after {
            var query = [("model", model), ("kind", kind), ("after", String(place))]
            if let version { query.append(("version", String(version))) }
            if let since { query.append(("since", String(since))) }
            if let until { query.append(("until", String(until))) }
            let page = try await get(ServerPath.predictions, query: query)
            segments += page["segments"]?.array ?? []
            after = page["next"]?.integer
        }
        return segments
    }
}
