import AssayStore
package import AssayTerms

extension Governance {
    /// The version's artefacts in their eight groups: its frozen files, and the data sets its run declared.
    ///
    /// - Throws: `notFound` in MLflow's words.
    package func inventory(model: Text, version number: Int) async throws -> ArtefactInventory {
        let (version, run) = try await store.read { tx in
            let record = try tx.existingVersion(Int64(number), ofModelNamed: model)
            try useCases.requireRecordedWhereGoverned([record], tx)
            try useCases.requireFiles(of: record, tx)
            return try (governed(tx, record), record.runID.isEmpty ? nil : tx.run(record.runID))
        }
        var found: [ArtefactGroup: [ArtefactInventory.Artefact]] = [:]
        var others: [ArtefactInventory.Artefact] = []
        for (files, isModel) in [(version.files, true), (version.tables, false)] {
            for file in files {
                let artefact = ArtefactInventory.Artefact(path: file.path, digest: Text(file.digest.description), size: file.size)
                if let group = ArtefactGroup(of: file.path, isModel: isModel) {
                    found[group, default: []].append(artefact)
                } else {
                    others.append(artefact)
                }
            }
        }
        for input in run?.datasets ?? [] {
            found[.data, default: []].append(.init(path: input.dataset.name, digest: input.dataset.digest, size: nil))
        }
        return ArtefactInventory(
            model: version.model, version: number, manifest: version.frozenManifest,
            groups: ArtefactGroup.allCases.map { group in
                (group: group, artefacts: (found[group] ?? []).sorted { $0.path < $1.path })
            }, others: others)
    }
}
