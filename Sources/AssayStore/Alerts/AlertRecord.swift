package import AssayTerms

/// An alert as it is now. What it says is sealed under the key of the model it is about.
package struct AlertRecord: Hashable, Sendable {
    package struct Acknowledgement: Hashable, Sendable {
        package var userID: String
        package var comment: Text
        package var milliseconds: Int64

        package init(userID: String, comment: Text, milliseconds: Int64) {
            self.userID = userID
            self.comment = comment
            self.milliseconds = milliseconds
        }
    }

    /// Only the store sets it.
    package var number: Int64
    package var key: Text
    /// Empty for an alert about no model.
    package var modelID: String
    package var severity: AlertSeverity
    package var state: AlertState
    /// How often it has begun to fire, from 1.
    package var episode: Int64
    package var sealedDetails: [UInt8]
    /// When this episode began.
    package var firedMilliseconds: Int64
    /// When it was said last that it is so.
    package var seenMilliseconds: Int64
    package var resolvedMilliseconds: Int64?
    /// Of this episode.
    package var acknowledgement: Acknowledgement?
    /// Whether any route chose a receiver.
    package var isRouted: Bool
    /// Whether the server's log has its last change.
    package var isLogged: Bool

    package init(
        number: Int64 = 0, key: Text, modelID: String, severity: AlertSeverity, state: AlertState, episode: Int64, sealedDetails: [UInt8],
        firedMilliseconds: Int64, seenMilliseconds: Int64, resolvedMilliseconds: Int64? = nil, acknowledgement: Acknowledgement? = nil,
        isRouted: Bool, isLogged: Bool
    ) {
        self.number = number
        self.key = key
        self.modelID = modelID
        self.severity = severity
        self.state = state
        self.episode = episode
        self.sealedDetails = sealedDetails
        self.firedMilliseconds = firedMilliseconds
        self.seenMilliseconds = seenMilliseconds
        self.resolvedMilliseconds = resolvedMilliseconds
        self.acknowledgement = acknowledgement
        self.isRouted = isRouted
        self.isLogged = isLogged
    }
}

/// How many alerts fire, of a model and severity.
package struct FiringCount: Hashable, Sendable {
    package let modelID: String
    package let severity: AlertSeverity
    package let count: Int64

    package init(modelID: String, severity: AlertSeverity, count: Int64) {
        self.modelID = modelID
        self.severity = severity
        self.count = count
    }
}
