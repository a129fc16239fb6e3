package import AssayJSON
package import AssayTerms

/// A version's artefacts by group: what was frozen, by digest, and what is missing.
package struct ArtefactInventory: Sendable {
    package struct Artefact: Hashable, Sendable {
        package var path: Text
        /// The SHA-256 of the bytes; for what was only declared, the label its client gave, which binds nothing.
        package var digest: Text
        /// `nil` for what was only declared.
        package var size: Int64?
        /// Whether the bytes are frozen with the version.
        package var isFrozen: Bool { size != nil }
    }

    package var model: Text
    package var version: Int
    package var manifest: SHA256Digest?
    /// All eight, in order, each sorted by path.
    package var groups: [(group: ArtefactGroup, artefacts: [Artefact])]
    /// Frozen files beside the model that belong to no group.
    package var others: [Artefact]

    package var json: JSONValue {
        [
            "model_name": .string(model.string), "version": .integer(Int64(version)),
            "manifest": manifest.map { .string($0.hex) } ?? .null,
            "groups": .array(
                groups.map { entry in
                    [
                        "group": .string(entry.group.rawValue), "state": entry.artefacts.isEmpty ? "missing" : "present",
                        "artefacts": .array(entry.artefacts.map(Self.artefact)),
                    ]
                }), "others": .array(others.map(Self.artefact)),
        ]
    }

    private static func artefact(_ artefact: Artefact) -> JSONValue {
        [
            "path": .string(artefact.path.string), "digest": .string(artefact.digest.string),
            "size": artefact.size.map { .integer($0) } ?? .null, "frozen": .bool(artefact.isFrozen),
        ]
    }
}
