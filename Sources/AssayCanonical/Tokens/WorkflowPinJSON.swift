package import AssayJSON
package import AssayTerms

/// A ``WorkflowPin`` as JSON: `{"issuer": …, "audience": …, "claims": {NAME: VALUE}}`.
package enum WorkflowPinJSON {
    package static func value(of pin: WorkflowPin) -> JSONValue {
        [
            "issuer": .string(pin.issuer.string), "audience": .string(pin.audience.string),
            "claims": .object(JSONObject(pin.claims.map { ($0.name.string, .string($0.value.string)) })),
        ]
    }

    /// Of the pin in canonical form, by which the log and the tables name it.
    package static func digest(of pin: WorkflowPin) throws(AssayError) -> SHA256Digest {
        SHA256Hasher.digest(of: try value(of: pin).canonicalBytes())
    }

    /// - Throws: `invalidArgument` for a member that is missing, unknown or of another kind, and what ``WorkflowPin`` refuses.
    package static func pin(from value: JSONValue) throws(AssayError) -> WorkflowPin {
        func refusal(_ words: String) -> AssayError { AssayError(.invalidArgument, "'workflow' \(words).") }
        guard let object = value.object else { throw refusal("must be an object") }
        for member in object.members where !["issuer", "audience", "claims"].contains(member.name) {
            throw refusal("has no member '\(member.name)': issuer, audience and claims")
        }
        guard let issuer = value["issuer"]?.string, let audience = value["audience"]?.string else {
            throw refusal("needs 'issuer' and 'audience', strings")
        }
        guard let members = value["claims"]?.object?.members else { throw refusal("needs 'claims', an object of strings") }
        var claims: [WorkflowPin.Claim] = []
        for member in members {
            guard let text = member.value.string else { throw refusal("needs strings as 'claims'; '\(member.name)' is none") }
            claims.append(WorkflowPin.Claim(name: Text(member.name), value: Text(text)))
        }
        return try WorkflowPin(issuer: Text(issuer), audience: Text(audience), claims: claims)
    }
}
