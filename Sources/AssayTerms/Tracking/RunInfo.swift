/// What a run is, without what it logged.
package struct RunInfo: Hashable, Sendable {
    package let id: Text
    package let experimentID: Int64
    package let name: Text
    /// Who the client says ran it: a label that proves nothing.
    package let userID: Text
    package let status: RunStatus
    /// Milliseconds since 1970, as the client says.
    package let startTime: Int64
    package let endTime: Int64?
    package let stage: LifecycleStage
    package let artifactURI: Text
    /// The id of the principal whose request created it.
    package let createdBy: String

    package init(
        id: Text, experimentID: Int64, name: Text, userID: Text, status: RunStatus, startTime: Int64, endTime: Int64?,
        stage: LifecycleStage, artifactURI: Text, createdBy: String
    ) {
        self.id = id
        self.experimentID = experimentID
        self.name = name
        self.userID = userID
        self.status = status
        self.startTime = startTime
        self.endTime = endTime
        self.stage = stage
        self.artifactURI = artifactURI
        self.createdBy = createdBy
    }
}
