import AssayJSON
import AssayTerms

/// The open request of a version for a place.
enum OpenRequest {
    /// - Throws: `notFound` if nobody has asked.
    static func find(_ name: String, _ version: Int, _ place: PlaceOptions, _ client: ServerClient) async throws(AssayError) -> String {
        let answer = try await client.get(ServerPath.requests, query: [("state", "open"), ("model", name)])
        let wanted = place.text.lowercased()
        let request = (answer["requests"]?.array ?? []).first { request in
            request["version"]?.integer == Int64(version) && request["target"]?.string?.lowercased() == wanted
                && request["action"]?.string == place.action
        }
        guard let id = request?["id"]?.string else {
            throw AssayError(
                .notFound,
                "Nobody has asked for \(place.text) for \(name) version \(version), so there is nothing to approve or to object to. Whoever wants it runs 'assay model promote' or the client's own call first."
            )
        }
        return id
    }
}
