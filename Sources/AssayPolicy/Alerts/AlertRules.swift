import AssayJSON
package import AssayTerms

/// An organisation's receivers and routes: the document `alerts/v1`.
package struct AlertRules: Hashable, Sendable {
    package static let format = "alerts/v1"

    /// Where people reach this server, for links; `nil` where nobody said.
    package var address: OutgoingURL?
    package var receivers: [AlertReceiver]
    /// In order; the first that matches is taken, and those behind it while they `continue`.
    package var routes: [AlertRoute]

    package init(address: OutgoingURL? = nil, receivers: [AlertReceiver], routes: [AlertRoute]) {
        self.address = address
        self.receivers = receivers
        self.routes = routes
    }

    package func receiver(named name: Text) -> AlertReceiver? { receivers.first { $0.name == name } }

    /// One receiver that is told of an alert, in one group.
    package struct Target: Hashable, Sendable {
        package var receiver: Text
        /// What the group's alerts have in common; see ``groupLabels(of:by:)``.
        package var labels: Text
        package var timing: AlertRoute.Timing
    }

    /// A receiver that is told later, unless somebody acknowledges.
    package struct Step: Hashable, Sendable {
        package var target: Target
        package var afterMilliseconds: Int64
    }

    /// Who is told of an alert, and who later. A receiver that several routes name for one group is told once, by the first of
    /// them; a step to a receiver that is told at once anyway is none.
    ///
    /// - Complexity: O(routes × what they match).
    package func targets(of subject: AlertSubject) -> (now: [Target], later: [Step]) {
        var now: [Target] = []
        var later: [Step] = []
        for route in routes where route.match.matches(subject) {
            let labels = Self.groupLabels(of: subject, by: route.grouping)
            for receiver in route.to where !now.contains(where: { $0.receiver == receiver && $0.labels == labels }) {
                now.append(Target(receiver: receiver, labels: labels, timing: route.timing))
            }
            for step in route.escalation {
                for receiver in step.to {
                    let target = Target(receiver: receiver, labels: labels, timing: route.timing)
                    later.append(Step(target: target, afterMilliseconds: step.afterMilliseconds))
                }
            }
            if !route.continues { break }
        }
        var steps: [Step] = []
        for step in later.enumerated().sorted(by: { ($0.element.afterMilliseconds, $0.offset) < ($1.element.afterMilliseconds, $1.offset) }).map(\.element)
        where !now.contains(where: { $0.receiver == step.target.receiver }) && !steps.contains(where: { $0.target.receiver == step.target.receiver }) {
            steps.append(step)
        }
        return (now, steps)
    }

    /// JSON with a member for each part of `grouping`, in that order. Models are named by their ids, so that a new name starts no new
    /// group and no name lies where its erasure would not find it.
    package static func groupLabels(of subject: AlertSubject, by grouping: [AlertRoute.Grouping]) -> Text {
        var labels = JSONObject()
        for part in AlertRoute.Grouping.allCases where grouping.contains(part) {
            switch part {
            case .alert: labels["alert"] = .string(subject.key.string)
            case .model: labels["model"] = .string(subject.modelID)
            case .version: labels["version"] = subject.version.map { .integer(Int64($0)) } ?? .null
            case .severity: labels["severity"] = .string(subject.severity.rawValue)
            }
        }
        return Text(String(decoding: JSONValue.object(labels).bytes(), as: UTF8.self))
    }
}
