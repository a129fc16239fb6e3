import AssayJSON
package import AssayStore
package import AssayTerms

extension Governance {
    /// Takes responsibility for a version whose run or registration nobody named did. The adopter counts as its author
    /// from then on, and so approves none of these files.
    ///
    /// - Throws: `permissionDenied` for nobody named; `conflict` if the version has a named author or is not frozen;
    ///   `alreadyExists` if somebody adopted it before.
    package func adopt(
        model: Text, version number: Int, comment: Text, by principal: Principal
    ) async throws -> AdoptionRecord {
        guard principal.isNamed, principal.may(.adopt) else {
            throw AssayError(.permissionDenied, "Adopting a version needs a named person with the role data_scientist.")
        }
        guard comment.utf8Count <= 4_096 else {
            throw AssayError(.invalidArgument, "The comment is longer than 4096 bytes.")
        }
        try useCases.refuseInDoubt("An adoption")
        return try await store.write { tx in
            let version = try self.version(tx, model: model, number: number)
            if let standing = try tx.adoption(versionID: version.id) {
                throw AssayError(
                    .alreadyExists, "\(standing.adopterName) has adopted version \(number) of \(model) already.")
            }
            guard version.hasAnonymousAuthor else {
                throw AssayError(
                    .conflict, "Version \(number) of \(model) was logged and registered by named people; there is nothing to adopt.")
            }
            guard let manifest = version.frozenManifest else {
                throw AssayError(
                    .conflict, "Version \(number) of \(model) is not frozen, so nobody can answer for its files. Log the model to this server and register it again.")
            }
            let adoption = AdoptionRecord(
                versionID: version.id, model: model, version: number, manifest: manifest, adopterID: principal.id,
                adopterName: principal.name, adoptedMilliseconds: self.effects.nowMilliseconds())
            try tx.insertAdoption(adoption)
            try self.record(
                tx, kind: "version.adopted", about: version, by: principal,
                payload: [
                    "adopter": .string(principal.id),
                    "adopter_name": .string(principal.name.string), "comment": .string(comment.string),
                ])
            return adoption
        }
    }
}
