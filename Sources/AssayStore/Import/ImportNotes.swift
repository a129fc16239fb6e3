package import AssayTerms

/// Which experiment here one of a source became.
package struct ImportedExperiment: Hashable, Sendable {
    /// Ids are small numbers that every store gives anew; with the time of creation they tell stores apart.
    package struct Key: Hashable, Sendable {
        package let id: Int64
        package let creationTime: Int64

        package init(id: Int64, creationTime: Int64) {
            self.id = id
            self.creationTime = creationTime
        }
    }

    package let key: Key
    package let experimentID: Int64
    /// What its records at the source were when they were last brought over; `nil` for one that only shares its place with an
    /// experiment that was here before.
    package let digest: SHA256Digest?

    package init(key: Key, experimentID: Int64, digest: SHA256Digest?) {
        self.key = key
        self.experimentID = experimentID
        self.digest = digest
    }
}

/// What was brought over of a run or a logged model, which keep their ids.
package struct ImportedOwner: Hashable, Sendable {
    package let owner: FileOwner
    /// Over everything but files, as they were at the source.
    package var records: SHA256Digest
    /// Over the paths, sizes and times of the files, as they were at the source when all of them had been brought over;
    /// `nil` until then.
    package var filesAtSource: SHA256Digest?
    /// Over the paths, sizes and digests of the files here, then.
    package var filesHere: SHA256Digest?

    package init(owner: FileOwner, records: SHA256Digest, filesAtSource: SHA256Digest?, filesHere: SHA256Digest?) {
        self.owner = owner
        self.records = records
        self.filesAtSource = filesAtSource
        self.filesHere = filesHere
    }
}

/// Which registered model here one of a source became.
package struct ImportedModel: Hashable, Sendable {
    package let modelID: String
    /// A model that was renamed at its source is known by the time it was made there.
    package let creationTime: Int64
    package let sourceName: Text
    package let digest: SHA256Digest

    package init(modelID: String, creationTime: Int64, sourceName: Text, digest: SHA256Digest) {
        self.modelID = modelID
        self.creationTime = creationTime
        self.sourceName = sourceName
        self.digest = digest
    }
}

/// What was brought over of a version.
package struct ImportedVersion: Hashable, Sendable {
    package let versionID: String
    /// As it was at the source.
    package let digest: SHA256Digest
    /// As it was here, then.
    package let here: SHA256Digest
    /// The places it has at the source and that a gate did not let it take here: `stage Production`, `alias champion`.
    package let withheld: [Text]

    package init(versionID: String, digest: SHA256Digest, here: SHA256Digest, withheld: [Text]) {
        self.versionID = versionID
        self.digest = digest
        self.here = here
        self.withheld = withheld
    }
}
