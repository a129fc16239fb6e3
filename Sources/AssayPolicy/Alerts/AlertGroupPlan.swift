package import AssayTerms

/// What a receiver is told of a group of alerts at a moment, and when to look again: a function of what is known and the time.
///
/// - News is an alert that fired, changed its severity or was resolved since the receiver was told of it. What nobody was told
///   of is not resolved either.
/// - A silence keeps an alert from being told, and not what was told before from being resolved.
/// - Without news a group is told again after its repeat interval, if something in it fires that nobody acknowledged, and no message
///   to it is under way. A receiver that keeps alerts itself is told of acknowledged and silenced ones too, if it knows them, or it
///   would take them for over.
package struct AlertGroupPlan: Hashable, Sendable {
    /// What was said of an alert last.
    package struct Told: Hashable, Sendable {
        package var state: AlertState
        package var severity: AlertSeverity
        package var episode: Int64

        package init(state: AlertState, severity: AlertSeverity, episode: Int64) {
            self.state = state
            self.severity = severity
            self.episode = episode
        }
    }

    package struct Member: Hashable, Sendable {
        /// The store's number of the alert.
        package var alert: Int64
        /// How it is now.
        package var now: Told
        package var told: Told?
        package var isAcknowledged: Bool
        /// The end of the silence that lasts longest; `nil` without one.
        package var silencedUntil: Int64?

        package init(alert: Int64, now: Told, told: Told? = nil, isAcknowledged: Bool = false, silencedUntil: Int64? = nil) {
            self.alert = alert
            self.now = now
            self.told = told
            self.isAcknowledged = isAcknowledged
            self.silencedUntil = silencedUntil
        }
    }

    package enum Reason: String, Sendable {
        case news, reminder
    }

    /// `nil` where there is nothing to say.
    package var reason: Reason?
    /// The alerts of the message.
    package var said: [Int64] = []
    /// Alerts of the message that are silenced: they are said as they were told last.
    package var renewed: [Int64] = []
    /// Alerts that are over and were never told of: they leave the group.
    package var dropped: [Int64] = []
    /// When to look again if nothing happens.
    package var dueMilliseconds: Int64?

    /// - Parameters:
    ///   - members: in the order in which messages name them.
    ///   - sent: when the group was told last; a time that is to come counts as now, since the clock was ahead then.
    ///   - isUnderWay: whether a message to the group has not arrived yet.
    package init(
        members: [Member], sent: Int64?, timing: AlertRoute.Timing, keepsAlerts: Bool, isUnderWay: Bool = false, now: Int64
    ) {
        var hasNews = false
        var wantsReminder = false
        var silenceEnds: Int64?
        var isFiring = false
        for member in members {
            let isSilenced = member.silencedUntil.map { $0 > now } ?? false
            switch member.now.state {
            case .resolved:
                guard member.told?.state == .firing else {
                    // What is told resolved already stays until its message has arrived.
                    if member.told == nil || member.told?.episode != member.now.episode { dropped.append(member.alert) }
                    continue
                }
                hasNews = true
                said.append(member.alert)
            case .firing:
                if isSilenced { silenceEnds = min(silenceEnds ?? .max, member.silencedUntil ?? .max) }
                let wasTold = member.told?.state == .firing && member.told?.episode == member.now.episode
                if isSilenced, !wasTold { continue }
                said.append(member.alert)
                if isSilenced {
                    renewed.append(member.alert)
                    if keepsAlerts { (isFiring, wantsReminder) = (true, true) }
                    continue
                }
                isFiring = true
                if member.told != member.now { hasNews = true }
                if keepsAlerts || !member.isAcknowledged { wantsReminder = true }
            }
        }
        let reminder = min(sent ?? now, now) + timing.repeatMilliseconds
        if hasNews {
            reason = .news
        } else if wantsReminder, sent != nil, reminder <= now, !isUnderWay {
            reason = .reminder
        } else {
            (said, renewed) = ([], [])
        }
        // What is under way is looked at again: it arrives, or what it says counts as not told.
        let next = isUnderWay && reminder <= now ? now + max(timing.intervalMilliseconds, 1) : max(reminder, now + 1)
        dueMilliseconds = [isFiring ? (reason == nil && wantsReminder ? next : now + timing.repeatMilliseconds) : nil, silenceEnds]
            .compactMap { $0 }.min()
    }
}
