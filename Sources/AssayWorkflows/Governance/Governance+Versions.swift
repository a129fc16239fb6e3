import AssayPolicy
import AssayStore
import AssayTerms

extension Governance {
    /// - Throws: `notFound` in MLflow's words.
    func version(_ tx: any StoreSnapshot, model: Text, number: Int) throws -> GovernedVersion {
        try governed(tx, tx.existingVersion(Int64(number), ofModelNamed: model))
    }

    func findVersion(_ tx: any StoreSnapshot, model: Text, number: Int) throws -> GovernedVersion? {
        try tx.modelVersion(Int64(number), ofModelNamed: model).map { try governed(tx, $0) }
    }

    /// How many versions of a model a newly published policy computes evidence for at once; older ones when they ask.
    private static let judgedVersions = 20

    func versionsToJudge(_ tx: any StoreSnapshot) throws -> [GovernedVersion] {
        try tx.versionIDsInUse(newest: Self.judgedVersions).compactMap { id in
            try tx.modelVersion(id: id).map { try governed(tx, $0) }
        }
    }

    /// The version with its files, all its names and everyone who answers for it.
    ///
    /// Names and authors are those of the files, not of the row: registering the same files under another name, or having
    /// somebody else copy them, takes neither a policy nor an author away.
    ///
    /// - Parameter programs: the ids of all accounts of programs, where they are known already.
    func governed(_ tx: any StoreSnapshot, _ version: ModelVersion, programs: Set<Text>? = nil) throws -> GovernedVersion {
        let manifest: GateFacts.Manifest
        var names: Set<Text> = []
        let anonymous = Text(Principal.anonymous.id)
        let files = try tx.files(FileOwner(.modelVersion, id: Text(version.id)))
        let tables = try tx.files(FileOwner(.modelVersionRun, id: Text(version.id)))
        // Whoever wrote a file of the model made it, into whosever run it was put.
        let makers =
            [version.authors.registered, version.authors.logged, version.authors.run].compactMap(\.self)
            + files.map(\.writtenBy)
        var authors = Set(makers.map { Text($0) })
        let adoption = try tx.adoption(versionID: version.id)
        // The rows a version is judged on make its evidence as much as its files do.
        let rowWriters = tables.filter { $0.path.string.lowercased().hasSuffix(".parquet") }.map { Text($0.writtenBy) }
        // A program answers for nothing, so what it made waits for a person as anonymous work does.
        let nameless = try (programs ?? self.programs(tx)).union([anonymous])
        let isNameless =
            !nameless.isDisjoint(with: authors.union(rowWriters))
            || version.authors.logged == nil && version.authors.run == nil
        // Whoever had it made made it, though a program ran.
        authors.formUnion(try tx.trainingAuthors(versionID: version.id, manifest: version.content.manifestDigest).map { Text($0) })
        switch version.content {
        case .frozen(let digest):
            manifest = .frozen(digest)
            names.formUnion(try tx.modelNames(manifest: digest))
            authors.formUnion(try tx.authorIDs(manifest: digest).map { Text($0) })
            authors.formUnion(try tx.adoptions(manifest: digest).map { Text($0.adopterID) })
        case .unfrozen(let reason): manifest = .unfrozen(reason.string)
        }
        names.remove(version.modelName)
        authors.formUnion(tables.map { Text($0.writtenBy) })
        authors.remove(anonymous)
        return GovernedVersion(
            id: version.id, modelID: version.modelID, model: version.modelName, version: Int(version.number), otherNames: names.sorted(),
            manifest: manifest, files: files.map(GovernedVersion.File.init), tables: tables.map(GovernedVersion.File.init),
            authors: authors.sorted(), hasAnonymousAuthor: isNameless && adoption == nil)
    }

    func programs(_ tx: any StoreSnapshot) throws -> Set<Text> {
        Set(try tx.users().filter { $0.kind == .service }.map { Text($0.id) })
    }

    /// The version that holds the place now: the newest where several share a stage, `version` itself where only it does.
    func baseline(_ tx: any StoreSnapshot, for version: GovernedVersion, target: GateTarget) throws -> GovernedVersion? {
        guard let model = try tx.registeredModel(named: version.model) else { return nil }
        let holders = try tx.modelVersions(ofModel: model.id).filter { places(of: $0).contains { $0.text == target.text } }
        let others = holders.filter { $0.id != version.id }
        guard let holder = others.last ?? holders.last else { return nil }
        return try governed(tx, holder)
    }

    func heldPlaces(_ tx: any StoreSnapshot, of version: GovernedVersion) throws -> [GateTarget] {
        try tx.modelVersion(id: version.id).map(places) ?? []
    }

    /// The stage and the aliases a version has now.
    func places(of version: ModelVersion) -> [GateTarget] {
        (version.stage == .none ? [] : [.stage(Text(version.stage.rawValue))]) + version.aliases.map { .alias($0) }
    }
}

extension GovernedVersion.File {
    fileprivate init(_ record: FileRecord) {
        self.init(path: record.path, digest: record.digest, size: record.size)
    }
}

extension GateTarget {
    /// Reads back what ``GateTarget/text`` writes.
    init?(text: Text) {
        let string = text.string
        if string.hasPrefix("stage ") {
            self = .stage(Text(String(string.dropFirst("stage ".count))))
        } else if string.hasPrefix("alias ") {
            self = .alias(Text(String(string.dropFirst("alias ".count))))
        } else if let life = [GateTarget.registration, .retirement].first(where: { $0.text == text }) {
            self = life
        } else {
            return nil
        }
    }
}
