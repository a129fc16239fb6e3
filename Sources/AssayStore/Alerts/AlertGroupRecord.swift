package import AssayTerms

/// Alerts that one receiver is told of together.
package struct AlertGroupRecord: Hashable, Sendable {
    /// One alert of the group, with what the receiver was told of it.
    package struct Member: Hashable, Sendable {
        package var alert: AlertRecord
        package var toldState: AlertState?
        package var toldSeverity: AlertSeverity?
        package var toldEpisode: Int64?
        /// Whether the rules chose the group for it no more, and the receiver is to be told that it is over.
        package var isLeaving: Bool

        package init(
            alert: AlertRecord, toldState: AlertState? = nil, toldSeverity: AlertSeverity? = nil, toldEpisode: Int64? = nil, isLeaving: Bool = false
        ) {
            self.alert = alert
            self.toldState = toldState
            self.toldSeverity = toldSeverity
            self.toldEpisode = toldEpisode
            self.isLeaving = isLeaving
        }
    }

    /// Only the store sets it.
    package var number: Int64
    package var receiver: Text
    /// What its alerts have in common, as JSON.
    package var labels: Text
    package var waitMilliseconds: Int64
    package var intervalMilliseconds: Int64
    package var repeatMilliseconds: Int64
    /// When it is looked at next; `nil` while nothing is due.
    package var dueMilliseconds: Int64?
    /// When it was told last.
    package var sentMilliseconds: Int64?

    package init(
        number: Int64 = 0, receiver: Text, labels: Text, waitMilliseconds: Int64, intervalMilliseconds: Int64, repeatMilliseconds: Int64,
        dueMilliseconds: Int64? = nil, sentMilliseconds: Int64? = nil
    ) {
        self.number = number
        self.receiver = receiver
        self.labels = labels
        self.waitMilliseconds = waitMilliseconds
        self.intervalMilliseconds = intervalMilliseconds
        self.repeatMilliseconds = repeatMilliseconds
        self.dueMilliseconds = dueMilliseconds
        self.sentMilliseconds = sentMilliseconds
    }
}

/// A receiver that is told of an alert later, unless somebody acknowledges it or it is over by then.
package struct AlertStepRecord: Hashable, Sendable {
    package var alert: Int64
    /// The group it will be told in; without times of its own.
    package var group: AlertGroupRecord
    package var dueMilliseconds: Int64

    package init(alert: Int64, group: AlertGroupRecord, dueMilliseconds: Int64) {
        self.alert = alert
        self.group = group
        self.dueMilliseconds = dueMilliseconds
    }
}
