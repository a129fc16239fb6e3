package import AssayTerms

/// Reads which versions are scored by HTTP services, `upstreams/v1`, or lists everything that is wrong with the file by line and column.
package struct UpstreamsReader: DocumentReading {
    private static let limit = 1_000

    var problems: [PolicyProblems.Problem] = []

    /// - Parameter source: UTF-8, at most 256 KiB.
    /// - Throws: `PolicyProblems`, sorted by place.
    package static func read(_ source: [UInt8]) throws(PolicyProblems) -> [ServingUpstream] {
        try UpstreamsReader().document(source, noun: "file of upstreams") { $0.upstreams($1) }
    }

    private mutating func upstreams(_ node: YAMLNode) -> [ServingUpstream]? {
        guard let fields = fields(node, UpstreamsTables.file) else { return nil }
        requireFormat(UpstreamsTables.format, " for upstreams,", in: fields)
        let items = self.items("upstreams", in: fields) ?? []
        if items.count > Self.limit { report(fields.keyPosition("upstreams"), "there are more than \(Self.limit) upstreams") }
        var found: [ServingUpstream] = []
        for item in items {
            guard let upstream = upstream(item) else { continue }
            let isSame = { (other: ServingUpstream) in
                other.model == upstream.model && (other.version == nil || upstream.version == nil || other.version == upstream.version)
                    && (other.manifest == nil || upstream.manifest == nil || other.manifest == upstream.manifest)
            }
            if found.contains(where: isSame) { report(item.position, "another upstream may mean the same version of '\(upstream.model)'; name both by version, or both by manifest") }
            found.append(upstream)
        }
        return found
    }

    private mutating func upstream(_ node: YAMLNode) -> ServingUpstream? {
        guard let fields = fields(node, UpstreamsTables.upstream) else { return nil }
        let model = text("model", in: fields)
        let version = integer("version", in: fields)
        var manifest: SHA256Digest?
        if fields.has("manifest"), let text = text("manifest", in: fields) {
            manifest = SHA256Digest(hex: text.string)
            if manifest == nil { report(fields.keyPosition("manifest"), "'manifest' is 64 hexadecimal digits in lower case") }
        }
        if !fields.has("version"), !fields.has("manifest") { report(fields.position, "this upstream needs 'version' or 'manifest'") }
        let url = text("url", in: fields)
        if let url, let node = fields["url"], !Self.isAddress(url.string) {
            report(node.position, "'url' is written http://HOST:PORT/PATH or https://…, without user, query or fragment")
        }
        let form = word(ServingUpstream.Form.self, "protocol", in: fields)
        let health = text("health", in: fields)
        if let health, let node = fields["health"], !health.string.hasPrefix("/") || !health.string.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }) {
            report(node.position, "'health' is a path of the same host and begins with '/'")
        }
        let token = text("token", in: fields)
        if let token, let node = fields["token"], !["env:", "file:", "vault:"].contains(where: { token.string.hasPrefix($0) }) {
            report(node.position, "'token' says where the token stands (env:NAME, file:PATH or vault:MOUNT/PATH#FIELD), and never what it is")
        }
        let (seconds, requests) = (integer("timeout-seconds", in: fields) ?? 30, integer("concurrent-requests", in: fields) ?? 8)
        guard let model, let url, let form else { return nil }
        return ServingUpstream(
            model: model, version: version, manifest: manifest, url: url.string, form: form, timeoutSeconds: seconds, concurrentRequests: requests,
            health: health?.string, token: token)
    }

    private static func isAddress(_ url: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: url.hasPrefix) else { return false }
        let rest = url.utf8.dropFirst(scheme.utf8.count)
        return rest.first.map { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") } ?? false
            && rest.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"@#?\\\"<>".utf8.contains($0) }
    }
}
