package import AssayTerms

/// Who is told of which alerts, together with which others, and when again.
package struct AlertRoute: Hashable, Sendable {
    /// What alerts have in common that are told in one message.
    package enum Grouping: String, Sendable, CaseIterable {
        case alert, model, version, severity
    }

    package struct Timing: Hashable, Sendable {
        /// From the first alert of a group to its first message.
        package var waitMilliseconds: Int64
        /// Between two messages of a group with something new in the second.
        package var intervalMilliseconds: Int64
        /// Between two messages of a group with nothing new.
        package var repeatMilliseconds: Int64

        package init(waitMilliseconds: Int64, intervalMilliseconds: Int64, repeatMilliseconds: Int64) {
            self.waitMilliseconds = waitMilliseconds
            self.intervalMilliseconds = intervalMilliseconds
            self.repeatMilliseconds = repeatMilliseconds
        }

        package static let standard = Timing(
            waitMilliseconds: 10_000, intervalMilliseconds: 300_000, repeatMilliseconds: 4 * 3_600_000)
    }

    /// Who is told too if nobody has acknowledged an alert for so long.
    package struct Escalation: Hashable, Sendable {
        package var afterMilliseconds: Int64
        package var to: [Text]

        package init(afterMilliseconds: Int64, to: [Text]) {
            self.afterMilliseconds = afterMilliseconds
            self.to = to
        }
    }

    package var match: AlertMatch
    /// Names of receivers.
    package var to: [Text]
    /// Whether later routes are looked at too.
    package var continues: Bool
    /// In the order of ``Grouping``.
    package var grouping: [Grouping]
    package var timing: Timing
    /// By time.
    package var escalation: [Escalation]

    package init(
        match: AlertMatch = AlertMatch(), to: [Text], continues: Bool = false, grouping: [Grouping] = [.model],
        timing: Timing = .standard, escalation: [Escalation] = []
    ) {
        self.match = match
        self.to = to
        self.continues = continues
        self.grouping = Grouping.allCases.filter(grouping.contains)
        self.timing = timing
        self.escalation = escalation
    }
}
