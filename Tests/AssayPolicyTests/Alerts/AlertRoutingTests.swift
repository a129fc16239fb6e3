import AssayPolicy
import AssayTerms
import Testing

/// Who is told of what, and when again: routes and group plans as functions of values and the time.
@Suite struct AlertRoutingTests {
    private static func subject(
        _ model: Text = "loan-1", _ severity: AlertSeverity = .warning, roles: [Text] = ["validator"], key: Text = "k"
    ) -> AlertSubject {
        AlertSubject(key: key, severity: severity, roles: roles, modelID: "id-\(model)", modelName: model, version: 2)
    }

    private static func rules(_ routes: AlertRoute...) -> AlertRules { AlertRules(receivers: [], routes: routes) }

    @Test func theFirstMatchIsTakenUnlessItContinues() {
        let critical = AlertRoute(match: AlertMatch(severities: [.critical]), to: ["pager"], continues: true)
        let loans = AlertRoute(match: AlertMatch(models: ["loan-*"]), to: ["loans", "pager"])
        let rest = AlertRoute(to: ["rest"])
        let rules = Self.rules(critical, loans, rest)
        let names = { (subject: AlertSubject) in rules.targets(of: subject).now.map(\.receiver) }
        #expect(names(Self.subject("loan-1", .critical)) == ["pager", "loans"])
        #expect(names(Self.subject("LOAN-1")) == ["loans", "pager"])
        #expect(names(Self.subject("other", .critical)) == ["pager", "rest"])
        #expect(names(Self.subject("other")) == ["rest"])
        #expect(Self.rules(critical).targets(of: Self.subject()).now.isEmpty)
    }

    @Test func rolesAndKeysMatch() {
        #expect(AlertMatch(roles: ["Validator"]).matches(Self.subject()))
        #expect(!AlertMatch(roles: ["risk"]).matches(Self.subject()))
        #expect(!AlertMatch(roles: ["validator"], severities: [.critical]).matches(Self.subject()))
        #expect(AlertMatch(keys: ["a", "k"]).matches(Self.subject()))
        #expect(!AlertMatch(keys: ["K"]).matches(Self.subject()))
        #expect(AlertMatch().matches(Self.subject(roles: [])) && AlertMatch().isOpen)
    }

    @Test func groupsAreWhatIsInCommon() {
        let labels = { (grouping: [AlertRoute.Grouping]) in AlertRules.groupLabels(of: Self.subject(), by: grouping).string }
        #expect(labels([]) == "{}")
        #expect(labels([.model]) == #"{"model":"id-loan-1"}"#)
        #expect(labels([.severity, .alert, .version]) == #"{"alert":"k","version":2,"severity":"warning"}"#)
    }

    @Test func stepsAreInOrderAndNotForThoseWhoKnow() {
        let route = AlertRoute(
            to: ["a"], escalation: [.init(afterMilliseconds: 10, to: ["b", "a"]), .init(afterMilliseconds: 20, to: ["c", "b"])])
        let steps = Self.rules(route).targets(of: Self.subject()).later
        #expect(steps.map(\.target.receiver) == ["b", "c"] && steps.map(\.afterMilliseconds) == [10, 20])
    }

    // MARK: - Plans

    private static let timing = AlertRoute.Timing(waitMilliseconds: 10, intervalMilliseconds: 100, repeatMilliseconds: 1_000)

    private static func told(_ state: AlertState, _ episode: Int64 = 1, _ severity: AlertSeverity = .warning) -> AlertGroupPlan.Told {
        .init(state: state, severity: severity, episode: episode)
    }

    private static func plan(
        _ members: [AlertGroupPlan.Member], sent: Int64? = nil, keeps: Bool = false, isUnderWay: Bool = false, at now: Int64 = 5_000
    ) -> AlertGroupPlan {
        AlertGroupPlan(members: members, sent: sent, timing: timing, keepsAlerts: keeps, isUnderWay: isUnderWay, now: now)
    }

    @Test func newsIsWhatChangedSinceItWasTold() {
        let firing = Self.told(.firing)
        #expect(Self.plan([.init(alert: 1, now: firing)]).reason == .news)
        #expect(Self.plan([.init(alert: 1, now: firing, told: firing)], sent: 4_500).reason == nil)
        #expect(Self.plan([.init(alert: 1, now: Self.told(.firing, 1, .critical), told: firing)], sent: 4_500).reason == .news)
        #expect(Self.plan([.init(alert: 1, now: Self.told(.firing, 2), told: Self.told(.resolved))], sent: 4_500).reason == .news)
        let over = Self.plan([.init(alert: 1, now: Self.told(.resolved), told: firing)], sent: 4_500)
        #expect(over.reason == .news && over.said == [1] && over.dueMilliseconds == nil)
    }

    @Test func whatNobodyWasToldOfIsNotOver() {
        let plan = Self.plan([.init(alert: 1, now: Self.told(.resolved))])
        #expect(plan.reason == nil && plan.dropped == [1] && plan.dueMilliseconds == nil)
        // What is told to be over waits for its message to arrive.
        let waiting = Self.plan([.init(alert: 1, now: Self.told(.resolved), told: Self.told(.resolved))], sent: 4_999)
        #expect(waiting.reason == nil && waiting.dropped.isEmpty)
    }

    @Test func remindersComeAfterTheRepeatIntervalOnly() {
        let firing = Self.told(.firing)
        let member = AlertGroupPlan.Member(alert: 1, now: firing, told: firing)
        let early = Self.plan([member], sent: 4_001)
        #expect(early.reason == nil && early.dueMilliseconds == 5_001)
        let due = Self.plan([member], sent: 4_000)
        #expect(due.reason == .reminder && due.said == [1] && due.dueMilliseconds == 6_000)
        let acknowledged = AlertGroupPlan.Member(alert: 1, now: firing, told: firing, isAcknowledged: true)
        let quiet = Self.plan([acknowledged], sent: 1_000)
        #expect(quiet.reason == nil && quiet.dueMilliseconds == 6_000)
        #expect(Self.plan([acknowledged], sent: 1_000, keeps: true).reason == .reminder)
    }

    @Test func silencesHoldNewsBackAndNotWhatIsOver() {
        let firing = Self.told(.firing)
        let silenced = AlertGroupPlan.Member(alert: 1, now: firing, silencedUntil: 5_300)
        let quiet = Self.plan([silenced])
        #expect(quiet.reason == nil && quiet.said.isEmpty && quiet.dueMilliseconds == 5_300)
        let known = AlertGroupPlan.Member(alert: 1, now: firing, told: firing, silencedUntil: 9_000)
        #expect(Self.plan([known], sent: 1_000).reason == nil)
        let over = AlertGroupPlan.Member(alert: 1, now: Self.told(.resolved), told: firing, silencedUntil: 9_000)
        #expect(Self.plan([over], sent: 1_000).reason == .news)
        // What was told before is still named beside it, so that the group does not seem over.
        let beside = Self.plan([known, .init(alert: 2, now: Self.told(.resolved), told: firing)], sent: 1_000)
        #expect(beside.said == [1, 2])
        #expect(Self.plan([.init(alert: 1, now: firing, silencedUntil: 5_000)]).reason == .news)
    }

    @Test func remindersWaitForWhatIsUnderWayAndNewsDoesNot() {
        let firing = Self.told(.firing)
        let member = AlertGroupPlan.Member(alert: 1, now: firing, told: firing)
        let waiting = Self.plan([member], sent: 1_000, isUnderWay: true)
        #expect(waiting.reason == nil && waiting.said.isEmpty && waiting.dueMilliseconds == 5_100)
        #expect(Self.plan([member, .init(alert: 2, now: firing)], sent: 1_000, isUnderWay: true).reason == .news)
    }

    @Test func whoKeepsAlertsIsToldOnOfSilencedOnesAsBefore() {
        let known = AlertGroupPlan.Member(alert: 1, now: Self.told(.firing, 1, .critical), told: Self.told(.firing), silencedUntil: 90_000)
        let renewal = Self.plan([known], sent: 1_000, keeps: true)
        #expect(renewal.reason == .reminder && renewal.said == [1] && renewal.renewed == [1] && renewal.dueMilliseconds == 6_000)
        #expect(Self.plan([known], sent: 4_500, keeps: true).dueMilliseconds == 5_500)
        #expect(Self.plan([known], sent: 1_000).reason == nil)
        #expect(Self.plan([.init(alert: 1, now: Self.told(.firing), silencedUntil: 90_000)], sent: 1_000, keeps: true).reason == nil)
    }

    @Test func aClockThatWasAheadHoldsNothingBack() {
        let member = AlertGroupPlan.Member(alert: 1, now: Self.told(.firing), told: Self.told(.firing))
        #expect(Self.plan([member], sent: 90_000_000).dueMilliseconds == 6_000)
    }

    @Test func durations() {
        let read = ["0s", "30s", "5m", "4h", "365d", "366d", "", "s", "1", "-1s", "1.5h", "9999999999s", "1w"].map { AlertDuration.milliseconds(Text($0)) }
        #expect(read == [0, 30_000, 300_000, 14_400_000, 31_536_000_000, nil, nil, nil, nil, nil, nil, nil, nil])
    }
}
