package import AssayTerms

/// Reads who may ask a gateway, `callers/v1`, or lists everything that is wrong with the file by line and column. YAML, and so JSON.
package struct CallersReader: DocumentReading {
    private static let callerLimit = 10_000
    /// A rate without a burst allows at once what it allows in so many seconds.
    private static let burstSeconds: Int64 = 10

    var problems: [PolicyProblems.Problem] = []

    /// - Parameter source: UTF-8, at most 256 KiB.
    /// - Returns: at least one caller; names and keys stand once each.
    /// - Throws: `PolicyProblems`, sorted by place.
    package static func read(_ source: [UInt8]) throws(PolicyProblems) -> [GatewayCaller] {
        try CallersReader().document(source, noun: "file of callers") { $0.callers($1) }
    }

    private mutating func callers(_ node: YAMLNode) -> [GatewayCaller]? {
        guard let fields = fields(node, CallersTables.file) else { return nil }
        requireFormat(CallersTables.format, " for callers,", in: fields)
        let shared = limits("limits", in: fields, over: CallerLimits())
        var names: [Text: Int] = [:]
        var keys: [SHA256Digest: Int] = [:]
        let items = self.items("callers", in: fields) ?? []
        if items.count > Self.callerLimit { report(fields.keyPosition("callers"), "there are more than \(Self.callerLimit) callers") }
        return items.compactMap { item in
            guard let caller = self.caller(item, shared, &keys) else { return nil }
            if let line = names[caller.name] { report(item.position, "a caller named '\(caller.name)' starts on line \(line) already") }
            names[caller.name] = names[caller.name] ?? item.position.line
            return caller
        }
    }

    private mutating func caller(_ node: YAMLNode, _ shared: CallerLimits, _ known: inout [SHA256Digest: Int]) -> GatewayCaller? {
        guard let fields = fields(node, CallersTables.caller) else { return nil }
        let name = identifier("name", in: fields)
        let models = texts("models", in: fields)
        var keys: [SHA256Digest] = []
        let items = self.items("keys", in: fields) ?? []
        if items.count > 2 { report(fields.keyPosition("keys"), "'keys' has \(items.count) items; at most 2 are allowed") }
        for item in items {
            guard let text = text(item, what: "an item of 'keys'", limit: 71) else { continue }
            guard text.string.hasPrefix("sha256:"), let digest = SHA256Digest(hex: String(text.string.dropFirst(7))) else {
                report(item.position, "an item of 'keys' is sha256: and 64 hexadecimal digits, as assay gateway-key prints it, and never the key itself")
                continue
            }
            if let line = known[digest] {
                report(item.position, "this key stands on line \(line) already; each belongs to one caller")
            }
            known[digest] = known[digest] ?? item.position.line
            keys.append(digest)
        }
        let limits = self.limits("limits", in: fields, over: shared)
        guard let name, let models, !keys.isEmpty else { return nil }
        return GatewayCaller(name: name, keys: keys, models: models, limits: limits)
    }

    private mutating func limits(_ key: Text, in outer: Fields, over shared: CallerLimits) -> CallerLimits {
        guard let node = outer[key], let fields = fields(node, CallersTables.limits) else { return shared }
        var limits = shared
        limits.requests = rate("requests-per-second", "request-burst", in: fields, over: shared.requests)
        limits.rows = rate("rows-per-second", "row-burst", in: fields, over: shared.rows)
        limits.cost = rate("cost-per-second", "cost-burst", in: fields, over: shared.cost)
        limits.bodyBytes = integer("body-bytes", in: fields) ?? shared.bodyBytes
        limits.rowsPerRequest = integer("rows-per-request", in: fields) ?? shared.rowsPerRequest
        limits.concurrentRequests = integer("concurrent-requests", in: fields) ?? shared.concurrentRequests
        return limits
    }

    private mutating func rate(_ key: Text, _ burst: Text, in fields: Fields, over shared: CallerLimits.Rate?) -> CallerLimits.Rate? {
        guard fields.has(key) else {
            if fields.has(burst) { report(fields.keyPosition(burst), "'\(burst)' needs '\(key)' beside it") }
            return shared
        }
        let atOnce = integer(burst, in: fields).map { Int64($0) }
        guard let perSecond = integer(key, in: fields).map({ Int64($0) }) else { return nil }
        return .init(perSecond: perSecond, burst: atOnce ?? min(CallerLimits.Rate.greatest, perSecond * Self.burstSeconds))
    }
}
