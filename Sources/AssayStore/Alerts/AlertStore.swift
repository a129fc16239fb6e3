package import AssayTerms

/// Alerts, who is told of them, and what became of it, read.
package protocol AlertSnapshot {
    /// The last one; `nil` while none was applied.
    func alertRulesInForce() throws -> AppliedDocument?
    /// In the order in which they were applied.
    func alertRules() throws -> [AppliedDocument]

    /// `nil` where there was never such an alert, or its model is not seen.
    func alert(key: Text) throws -> AlertRecord?
    /// The last that fired first, at most `limit`, of models that are seen.
    func alerts(_ state: AlertState?, after position: SearchPosition?, limit: Int) throws -> SearchPage<AlertRecord>
    /// Every alert that fires, in the order in which they were first heard of.
    func firingAlerts() throws -> [AlertRecord]
    func firingCounts() throws -> [FiringCount]
    /// Silences that end after the moment, oldest first.
    func alertSilences(endingAfter time: Int64) throws -> [AlertSilenceRecord]
    func alertSilence(id: String) throws -> AlertSilenceRecord?
    /// Whether a group, a step or a line of the log is due.
    func hasAlertWork(dueAt now: Int64) throws -> Bool
    /// The receivers whose oldest unfinished delivery is due, the longest due first.
    func alertReceivers(dueAt now: Int64, limit: Int) throws -> [Text]
    /// How many deliveries of each receiver are unfinished.
    func waitingAlertDeliveries() throws -> [(receiver: Text, count: Int64)]
    /// Newest first, at most `limit`.
    func alertDeliveries(
        receiver: Text?, key: Text?, after position: SearchPosition?, limit: Int
    ) throws -> SearchPage<AlertDeliveryRecord>
}

/// Alerts, who is told of them, and what became of it, changed.
///
/// The deliveries of one receiver are sent one after the other in the order of their insertion, as a webhook's are.
package protocol AlertTransaction: AlertSnapshot {
    /// - Throws: `conflict` unless its number comes next.
    func insertAlertRules(_ rules: AppliedDocument) throws

    /// - Returns: its number.
    func insertAlert(_ alert: AlertRecord) throws -> Int64
    /// Replaces everything but number, key and model.
    func updateAlert(_ alert: AlertRecord) throws
    /// Alerts whose last change the server's log has not, oldest first.
    func unloggedAlerts(limit: Int) throws -> [AlertRecord]

    /// Puts an alert into the group of that receiver and those labels, which is made if there is none and takes the times given.
    /// The group is looked at when they say so, or earlier if that is settled already.
    func joinAlertGroup(_ group: AlertGroupRecord, alert: Int64, now: Int64) throws
    /// Takes an alert out of every group but these. A receiver of `telling` that was told that it fires is told that it is over before.
    func leaveAlertGroups(alert: Int64, except kept: [AlertGroupRecord], telling receivers: [Text], now: Int64) throws
    /// Has the groups in which the alert is looked at, when their times say so.
    func wakeAlertGroups(ofAlert alert: Int64, now: Int64) throws
    /// Has every group looked at now.
    func wakeAlertGroups(now: Int64) throws
    /// The groups that are due, the longest due first.
    func alertGroups(dueAt now: Int64, limit: Int) throws -> [AlertGroupRecord]
    /// In the order in which the alerts were first heard of.
    func alertGroupMembers(_ group: Int64) throws -> [AlertGroupRecord.Member]
    /// Notes what the receiver is told, drops members, and says when to look again; a group without members goes.
    func settleAlertGroup(_ group: AlertGroupRecord, said: [AlertDeliveryRecord.Said], dropping: [Int64]) throws

    /// Replaces the steps of an alert.
    func setAlertSteps(_ steps: [AlertStepRecord], ofAlert alert: Int64) throws
    /// The steps that are due, which are removed.
    func takeAlertSteps(dueAt now: Int64) throws -> [AlertStepRecord]

    func insertAlertSilence(_ silence: AlertSilenceRecord) throws
    func endAlertSilence(id: String, at time: Int64) throws

    func insertAlertDelivery(_ delivery: AlertDeliveryRecord) throws
    /// Those of a group that are not finished, in the order in which they are sent.
    func unfinishedAlertDeliveries(ofGroup number: Int64) throws -> [AlertDeliveryRecord]
    /// Replaces reason, times and what is said of one that was never tried.
    ///
    /// - Throws: `conflict` for any other.
    func replaceAlertDelivery(_ delivery: AlertDeliveryRecord) throws
    /// Gives the receiver's oldest unfinished delivery to the worker that drew `lease`, and begins an attempt, if it is due or its
    /// lease ran out. The interrupted attempt is closed then.
    func leaseAlertDelivery(ofReceiver name: Text, lease: String, now: Int64, until: Int64) throws -> AlertDeliveryRecord?
    /// Closes the attempt of a leased delivery. What was given up counts as not told, and its group is looked at again after
    /// `againAfter` milliseconds; what was told to be over and has arrived leaves its group.
    ///
    /// - Returns: whether `lease` was still the delivery's lease; nothing changes otherwise.
    func finishAlertAttempt(
        ofDelivery id: String, lease: String, state: WebhookDelivery.State, due: Int64, status: Int?, error: String?, reached: [Text],
        now: Int64, againAfter: Int64
    ) throws -> Bool
    /// Finishes what waits for receivers that are not among these, and removes their groups and steps.
    func leaveAlertReceivers(except names: [Text], now: Int64) throws
    /// Takes every lease back, closing its attempt with `error`: for the process that just took the directory's lock.
    func releaseAlertDeliveries(error: String, now: Int64) throws
    /// Removes finished deliveries that ended before `time`, and of each receiver all but the newest `kept`; silences that ended and
    /// alerts that were over before `time` too.
    func pruneAlerts(endedBefore time: Int64, keeping kept: Int) throws
}
