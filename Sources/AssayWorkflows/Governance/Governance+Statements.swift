import AssayCanonical
package import AssayJSON
import AssayPolicy
import AssayStore
package import AssayTerms

extension Governance {
    package static let deploymentPredicateType = "urn:assay:deployment:v1"
    /// How long a server elsewhere may serve on one statement.
    static let statementMilliseconds: Int64 = 24 * 3_600 * 1_000

    /// The public half of the key that signs evidence and statements, as a "vkey".
    package func evidenceVerificationKey() throws(AssayError) -> String {
        try NoteVerificationKey(name: "\(logOrigin)/evidence", key: evidenceKey.verificationKey).vkey
    }

    /// What a server elsewhere needs to serve a version: a signed statement of its files and of the places it holds by the
    /// gate's leave.
    ///
    /// - Returns: a DSSE envelope whose payload is an in-toto statement about the version's manifest.
    /// - Throws: `permissionDenied` if the version holds no place it was let into, or is for a prohibited use; `conflict` where the tables
    ///   or the list of its files are not what the log says: what nobody decided is not signed.
    package func deploymentStatement(model: Text, version number: Int) async throws -> JSONValue {
        let (version, places, rules) = try await store.read { tx in
            let version = try self.version(tx, model: model, number: number)
            guard try self.tier(tx, of: version) != .prohibited else {
                throw AssayError(
                    .permissionDenied, "\(model) is classified as a prohibited use, so there is no deployment statement: assay model classify \(model) --show")
            }
            try self.useCases.requireRecorded(modelID: version.modelID, name: model, tx)
            let held = try self.heldPlaces(tx, of: version)
            let places = try tx.placements(versionID: version.id).filter { placement in
                placement.manifest == version.frozenManifest && held.contains { $0.text == placement.target }
            }
            return (version, places, try self.servingRules(places, tx))
        }
        guard let manifest = version.frozenManifest, !places.isEmpty else {
            throw AssayError(
                .permissionDenied,
                "Version \(number) of \(model) holds no place the gate let it into, so there is no deployment statement. Promote it: assay model promote \(model) \(number) --stage Production.")
        }
        let files = version.files.map { FileManifest.File(path: $0.path, digest: $0.digest, size: $0.size) }
        try UseCases.requireFiles(files, manifest, version.title, "no statement is signed")
        let now = effects.nowMilliseconds()
        let statement: JSONValue = [
            "_type": .string(EnvelopeJSON.statementType),
            "subject": [["name": .string(version.title.string), "digest": ["sha256": .string(manifest.hex)]]],
            "predicateType": .string(Self.deploymentPredicateType),
            "predicate": [
                "model": .string(model.string), "version": .integer(Int64(number)),
                "files": .array(version.files.map(Self.line(of:))), "tables": .array(version.tables.map(Self.line(of:))),
                "manifest_digest": .string(manifest.hex),
                "places": .array(
                    places.sorted { $0.target < $1.target }.map { place in
                        [
                            "target": .string(place.target.string), "decision": .string(place.decision),
                            "policies": Self.policies(of: place.detail),
                            "request": place.requestID.map { .string($0) } ?? .null, "entry": .string(place.entryID),
                        ]
                    }),
                "rules": rules.json,
                "issued_at": .string(Self.time(now)),
                "not_after": .string(Self.time(now + Self.statementMilliseconds)),
            ],
        ]
        return try DSSEEnvelope(signing: statement.canonicalBytes(), with: evidenceKey).json
    }

    /// Name, version and digest of the policies a kept decision rests on.
    private static func policies(of detail: [UInt8]) -> JSONValue {
        let parts = (try? JSONValue(parsing: detail))?["policies"]?.array ?? []
        return .array(
            parts.map { part in
                ["name": part["name"] ?? .null, "version": part["version"] ?? .null, "digest": part["digest"] ?? .null]
            })
    }

    private static func line(of file: GovernedVersion.File) -> JSONValue {
        ["path": .string(file.path.string), "sha256": .string(file.digest.hex), "size": .integer(file.size)]
    }
}
