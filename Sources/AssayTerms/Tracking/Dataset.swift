/// A dataset as a client describes it. Its digest is the client's label (MLflow's has 8 digits) and binds nothing.
package struct Dataset: Hashable, Sendable {
    package let name: Text
    package let digest: Text
    package let sourceType: Text
    package let source: Text
    package let schema: Text?
    package let profile: Text?

    package init(name: Text, digest: Text, sourceType: Text, source: Text, schema: Text?, profile: Text?) {
        self.name = name
        self.digest = digest
        self.sourceType = sourceType
        self.source = source
        self.schema = schema
        self.profile = profile
    }
}
