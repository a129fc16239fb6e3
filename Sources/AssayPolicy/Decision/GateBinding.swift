package import AssayTerms

/// What an approval is bound to. A promotion counts an approval only where every field is the one it was given for.
package struct GateBinding: Hashable, Sendable {
    package var logOrigin: Text
    package var request: Text
    /// `promote`, `register`.
    package var action: Text
    /// `GateTarget.text`.
    package var target: Text
    package var model: Text
    package var version: Text
    package var manifest: SHA256Digest
    /// The policies in force for the request, sorted.
    package var policies: [SHA256Digest]
    /// The claims of the evidence the gate read, sorted.
    package var claims: [SHA256Digest]
    /// What the documents said that the policies demand, sorted.
    package var documents: [SHA256Digest]
    /// Of what the run said of itself, as far as a policy looks at it.
    package var declared: SHA256Digest?
    /// The ids of the waivers that take effect, sorted.
    package var waivers: [Text]

    package init(
        logOrigin: Text, request: Text, action: Text, target: Text, model: Text, version: Text,
        manifest: SHA256Digest, policies: [SHA256Digest], claims: [SHA256Digest], documents: [SHA256Digest] = [],
        declared: SHA256Digest? = nil, waivers: [Text] = []
    ) {
        self.logOrigin = logOrigin
        self.request = request
        self.action = action
        self.target = target
        self.model = model
        self.version = version
        self.manifest = manifest
        self.policies = policies
        self.claims = claims
        self.documents = documents
        self.declared = declared
        self.waivers = waivers
    }

    /// The fields in which the two differ, in the order of declaration, in words.
    package func differences(from other: GateBinding) -> [String] {
        [
            logOrigin != other.logOrigin ? "log" : nil,
            request != other.request ? "request" : nil,
            action != other.action ? "action" : nil,
            target != other.target ? "target" : nil,
            model != other.model ? "model" : nil,
            version != other.version ? "version" : nil,
            manifest != other.manifest ? "files of the version" : nil,
            policies != other.policies ? "policy" : nil,
            claims != other.claims ? "evidence" : nil,
            documents != other.documents ? "model card" : nil,
            declared != other.declared ? "run's own tags, parameters or metrics" : nil,
            waivers != other.waivers ? "waivers" : nil,
        ].compactMap(\.self)
    }
}
