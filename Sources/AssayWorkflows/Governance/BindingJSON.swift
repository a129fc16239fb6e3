import AssayCanonical
package import AssayJSON
package import AssayPolicy
package import AssayTerms

/// What an approval is bound to, as canonical JSON: the text that is kept, entered in the log and digested.
package enum BindingJSON {
    package static func value(of binding: GateBinding, expiresMilliseconds: Int64) -> JSONValue {
        var object: JSONObject = [
            "log": .string(binding.logOrigin.string), "request": .string(binding.request.string),
            "action": .string(binding.action.string), "target": .string(binding.target.string),
            "model": .string(binding.model.string), "version": .string(binding.version.string),
            "manifest": .string(binding.manifest.hex), "policies": .array(binding.policies.map { .string($0.hex) }),
            "claims": .array(binding.claims.map { .string($0.hex) }), "expires_ms": .integer(expiresMilliseconds),
        ]
        // Absent where no policy demands any, so that approvals given before there were documents are what they were.
        if !binding.documents.isEmpty { object["documents"] = .array(binding.documents.map { .string($0.hex) }) }
        object["declared"] = binding.declared.map { .string($0.hex) }
        if !binding.waivers.isEmpty { object["waivers"] = .array(binding.waivers.map { .string($0.string) }) }
        return .object(object)
    }

    /// What the approver saw, without the expiry: two looks at an unchanged request have the same digest.
    package static func digest(of binding: GateBinding) throws(AssayError) -> SHA256Digest {
        SHA256Hasher.digest(of: try value(of: binding, expiresMilliseconds: 0).canonicalBytes())
    }

    /// - Throws: `corrupt` where the stored text is not what ``value(of:expiresMilliseconds:)`` writes.
    package static func binding(from bytes: [UInt8]) throws(AssayError) -> GateBinding {
        let fault = AssayError(.corrupt, "A stored approval cannot be read; it does not count.")
        guard let value = try? JSONValue(parsing: bytes) else { throw fault }
        func text(_ name: String) throws(AssayError) -> Text {
            guard let text = value[name]?.string else { throw fault }
            return Text(text)
        }
        func digests(_ name: String) throws(AssayError) -> [SHA256Digest] {
            guard let list = value[name]?.array else { throw fault }
            let digests = list.compactMap { $0.string.flatMap { SHA256Digest(hex: $0) } }
            guard digests.count == list.count else { throw fault }
            return digests
        }
        guard let manifest = SHA256Digest(hex: try text("manifest").string) else { throw fault }
        let declared = value["declared"]?.string.flatMap { SHA256Digest(hex: $0) }
        guard value["declared"] == nil || declared != nil else { throw fault }
        var waivers: [Text] = []
        if let list = value["waivers"] {
            waivers = list.array?.compactMap { $0.string.map { Text($0) } } ?? []
            guard !waivers.isEmpty, waivers.count == list.array?.count else { throw fault }
        }
        return GateBinding(
            logOrigin: try text("log"), request: try text("request"), action: try text("action"),
            target: try text("target"), model: try text("model"), version: try text("version"), manifest: manifest,
            policies: try digests("policies"), claims: try digests("claims"),
            documents: value["documents"] == nil ? [] : try digests("documents"), declared: declared, waivers: waivers)
    }
}
