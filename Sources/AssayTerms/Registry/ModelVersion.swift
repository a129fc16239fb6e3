/// One version of a registered model.
package struct ModelVersion: Hashable, Sendable {
    /// 32 hexadecimal digits; also the name of its read-only tree, `versions/<id>`.
    package let id: String
    package let modelID: String
    /// The model's present name.
    package let modelName: Text
    /// From 1; never given twice under one model.
    package let number: Int64
    package let description: Text?
    package let stage: ModelStage
    /// What the client named as the source.
    package let source: Text
    /// The run that made it; empty if none is known.
    package let runID: Text
    package let runLink: Text
    /// The logged model it was made from, if it was made from one.
    package let loggedModelID: Text?
    /// Milliseconds since 1970.
    package let creationTime: Int64
    /// Milliseconds since 1970.
    package let lastUpdateTime: Int64
    package let content: ModelContent
    package let authors: ModelAuthors
    /// Sorted by key.
    package let tags: [KeyValue]
    /// Sorted.
    package let aliases: [Text]
    package let admission: ModelAdmission

    package init(
        id: String, modelID: String, modelName: Text, number: Int64, description: Text?, stage: ModelStage,
        source: Text, runID: Text, runLink: Text, loggedModelID: Text?, creationTime: Int64, lastUpdateTime: Int64,
        content: ModelContent, authors: ModelAuthors, tags: [KeyValue] = [], aliases: [Text] = [],
        admission: ModelAdmission = .open
    ) {
        self.id = id
        self.modelID = modelID
        self.modelName = modelName
        self.number = number
        self.description = description
        self.stage = stage
        self.source = source
        self.runID = runID
        self.runLink = runLink
        self.loggedModelID = loggedModelID
        self.creationTime = creationTime
        self.lastUpdateTime = lastUpdateTime
        self.content = content
        self.authors = authors
        self.tags = tags
        self.aliases = aliases
        self.admission = admission
    }
}

/// What a version's files are.
package enum ModelContent: Hashable, Sendable {
    /// The list of files was copied when the version was made and cannot change any more; `manifest` is its digest.
    case frozen(manifest: SHA256Digest)
    /// Nobody can say which bytes this version stands for, so no policy lets it pass. `reason` is for people.
    case unfrozen(reason: Text)

    package var manifestDigest: SHA256Digest? {
        if case .frozen(let manifest) = self { manifest } else { nil }
    }
}

/// Who made a version: the authenticated principals, by pseudonymous id. What clients send as a name is no author.
package struct ModelAuthors: Hashable, Sendable {
    /// Who logged the model it came from; `nil` if it came from none here.
    package let logged: String?
    /// Who made the run it came from; `nil` if there is none here.
    package let run: String?
    /// Who registered it.
    package let registered: String

    package init(logged: String?, run: String?, registered: String) {
        self.logged = logged
        self.run = run
        self.registered = registered
    }

    /// Everyone, sorted, each once.
    package var ids: [String] { Set([logged, run, registered].compactMap { $0 }).sorted() }

    /// Whether somebody answers for it who is not named, or nobody is known to have logged it.
    package var hasAnonymous: Bool { ids.contains(Principal.anonymous.id) || logged == nil && run == nil }
}
