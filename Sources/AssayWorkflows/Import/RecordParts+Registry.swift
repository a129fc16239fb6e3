import AssayStore
import AssayTerms

extension RecordParts {
    /// A model without its versions and aliases; those stand with their versions.
    init(_ model: SourceModel) {
        self.init(name: model.name, model.description, created: model.creationTime, updated: model.lastUpdateTime, tags: model.tags)
    }

    init(_ model: RegisteredModel) {
        self.init(name: model.name, model.description, created: model.creationTime, updated: model.lastUpdateTime, tags: model.tags)
    }

    private init(name: Text, _ description: Text?, created: Int64, updated: Int64, tags: [KeyValue]) {
        add("attributes") { digest in
            digest.add(name)
            digest.add(description)
            digest.add(created)
            digest.add(updated)
        }
        add("tags") { $0.add(tags) }
    }

    /// - Parameter aliases: those the version has, or is to have.
    init(_ version: SourceVersion, stage: ModelStage, aliases: [Text]) {
        add("attributes") { digest in
            digest.add(version.number)
            digest.add(version.description)
            for text in [version.source, version.runID, version.runLink] { digest.add(text) }
            digest.add(version.loggedModelID)
            digest.add(version.creationTime)
            digest.add(version.lastUpdateTime)
        }
        add("tags") { $0.add(version.tags) }
        add("stage") { $0.add(Text(stage.rawValue)) }
        add("aliases") { digest in for alias in aliases.sorted() { digest.add(alias) } }
    }

    init(_ version: ModelVersion) {
        add("attributes") { digest in
            digest.add(version.number)
            digest.add(version.description)
            for text in [version.source, version.runID, version.runLink] { digest.add(text) }
            digest.add(version.loggedModelID)
            digest.add(version.creationTime)
            digest.add(version.lastUpdateTime)
        }
        add("tags") { $0.add(version.tags) }
        add("stage") { $0.add(Text(version.stage.rawValue)) }
        add("aliases") { digest in for alias in version.aliases.sorted() { digest.add(alias) } }
    }
}
