package import AssayTerms

package struct CreateExperimentRequest: Sendable {
    package let name: Text
    /// Empty when the server chooses.
    package let artifactLocation: Text
    package let tags: [KeyValue]

    package init(_ fields: RequestFields) throws(AssayError) {
        name = try fields.requiredText("name")
        artifactLocation = try fields.text("artifact_location") ?? ""
        try TrackingRules.checkExperimentName(name)
        try TrackingRules.checkArtifactLocation(artifactLocation)
        var tags: [KeyValue] = []
        for pair in try fields.pairs("tags") { tags.append(try TrackingRules.experimentTag(pair)) }
        self.tags = tags
    }
}
