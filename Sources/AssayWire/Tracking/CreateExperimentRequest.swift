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
        if artifactLocation.string.hasPrefix("runs:") {
            throw AssayError(
                .invalidArgument, "Artifact location cannot be a runs:/ URI. Given: '\(artifactLocation)'")
        }
        guard artifactLocation.string.allSatisfy({ $0 != "?" && $0 != "#" }) else {
            throw AssayError(
                .invalidArgument, "Invalid artifact_location '\(artifactLocation)': it must have neither query nor fragment.")
        }
        var tags: [KeyValue] = []
        for pair in try fields.pairs("tags") { tags.append(try TrackingRules.experimentTag(pair)) }
        self.tags = tags
    }
}
