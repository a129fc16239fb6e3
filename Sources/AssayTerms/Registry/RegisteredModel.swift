/// A name under which versions of a model are kept.
package struct RegisteredModel: Hashable, Sendable {
    /// 32 hexadecimal digits. It stays through a rename; a model made anew under an old name has another one.
    package let id: String
    package let name: Text
    package let description: Text?
    /// Milliseconds since 1970.
    package let creationTime: Int64
    /// Milliseconds since 1970.
    package let lastUpdateTime: Int64
    /// Sorted by key.
    package let tags: [KeyValue]
    /// Sorted by alias.
    package let aliases: [ModelAlias]

    package init(
        id: String, name: Text, description: Text?, creationTime: Int64, lastUpdateTime: Int64, tags: [KeyValue] = [],
        aliases: [ModelAlias] = []
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.creationTime = creationTime
        self.lastUpdateTime = lastUpdateTime
        self.tags = tags
        self.aliases = aliases
    }

    /// Whether MLflow's clients keep prompts under it, and not models.
    package var isPrompt: Bool { tags.contains { $0.key == "mlflow.prompt.is_prompt" && $0.value == "true" } }
}

/// A name for one version of a model.
package struct ModelAlias: Hashable, Sendable {
    package let alias: Text
    package let version: Int64

    package init(alias: Text, version: Int64) {
        self.alias = alias
        self.version = version
    }
}
