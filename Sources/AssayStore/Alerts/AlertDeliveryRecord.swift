package import AssayTerms

/// One message to one receiver, from when it was due until it arrived or was given up.
package struct AlertDeliveryRecord: Hashable, Sendable {
    package enum Reason: String, Sendable, CaseIterable {
        case news, reminder
    }

    /// An alert as the message tells of it.
    package struct Said: Hashable, Sendable {
        /// The store's number of the alert.
        package var alert: Int64
        package var key: Text
        package var state: AlertState
        package var severity: AlertSeverity
        /// What the receiver was told before, if that was another.
        package var formerSeverity: AlertSeverity?
        package var episode: Int64
        /// What it said then, sealed under the key of its model.
        package var sealedDetails: [UInt8]
        package var firedMilliseconds: Int64
        package var resolvedMilliseconds: Int64?

        /// - Parameter former: the severity that the receiver was told last; `nil` if it was told of none that stands.
        package init(_ alert: AlertRecord, former: AlertSeverity? = nil) {
            self.init(
                alert: alert.number, key: alert.key, state: alert.state, severity: alert.severity,
                formerSeverity: former == alert.severity ? nil : former, episode: alert.episode,
                sealedDetails: alert.sealedDetails, firedMilliseconds: alert.firedMilliseconds,
                resolvedMilliseconds: alert.state == .resolved ? alert.resolvedMilliseconds : nil)
        }

        package init(
            alert: Int64, key: Text, state: AlertState, severity: AlertSeverity, formerSeverity: AlertSeverity?, episode: Int64,
            sealedDetails: [UInt8], firedMilliseconds: Int64, resolvedMilliseconds: Int64?
        ) {
            self.alert = alert
            self.key = key
            self.state = state
            self.severity = severity
            self.formerSeverity = formerSeverity
            self.episode = episode
            self.sealedDetails = sealedDetails
            self.firedMilliseconds = firedMilliseconds
            self.resolvedMilliseconds = resolvedMilliseconds
        }
    }

    /// A random UUID; the same at every attempt, so that receivers see a repeat.
    package var id: String
    package var receiver: Text
    /// The group it tells of.
    package var group: Int64
    package var labels: Text
    package var reason: Reason
    package var state: WebhookDelivery.State
    /// When the next attempt is due.
    package var dueMilliseconds: Int64
    package var createdMilliseconds: Int64
    package var finishedMilliseconds: Int64?
    /// Until when a receiver that keeps alerts may take them to fire without another word.
    package var holdsUntilMilliseconds: Int64
    package var said: [Said]
    /// In order.
    package var attempts: [WebhookDelivery.Attempt]
    /// Recipients of a mail who have it, while others are tried again.
    package var reached: [Text]
    /// The order in which a receiver's messages are sent. Only the store sets it.
    package var ordinal: Int64

    package init(
        id: String, receiver: Text, group: Int64, labels: Text, reason: Reason, state: WebhookDelivery.State = .queued, dueMilliseconds: Int64,
        createdMilliseconds: Int64, finishedMilliseconds: Int64? = nil, holdsUntilMilliseconds: Int64, said: [Said],
        attempts: [WebhookDelivery.Attempt] = [], reached: [Text] = [], ordinal: Int64 = 0
    ) {
        self.id = id
        self.receiver = receiver
        self.group = group
        self.labels = labels
        self.reason = reason
        self.state = state
        self.dueMilliseconds = dueMilliseconds
        self.createdMilliseconds = createdMilliseconds
        self.finishedMilliseconds = finishedMilliseconds
        self.holdsUntilMilliseconds = holdsUntilMilliseconds
        self.said = said
        self.attempts = attempts
        self.reached = reached
        self.ordinal = ordinal
    }

    /// This message with news, for one that was never tried: what is said of an alert anew replaces what was to be said of it, and the
    /// severity that the receiver knows of it stays.
    package func folding(_ news: [Said], created: Int64, holdsUntil: Int64) -> AlertDeliveryRecord {
        var folded = self
        folded.reason = .news
        folded.createdMilliseconds = created
        folded.holdsUntilMilliseconds = holdsUntil
        for one in news {
            guard let place = folded.said.firstIndex(where: { $0.alert == one.alert }) else {
                folded.said.append(one)
                continue
            }
            var one = one
            let known = folded.said[place].formerSeverity ?? folded.said[place].severity
            one.formerSeverity = known == one.severity ? nil : known
            folded.said[place] = one
        }
        return folded
    }
}
