package import AssayJSON
package import AssayTerms

/// Tallies of a rollout's steps as JSON: `{"0": {"candidate_requests": 5, …}, …}`. Zeros may be left out.
package enum TallyJSON {
    package static func value(_ tallies: [Int: RolloutTally]) -> JSONValue {
        .object(
            JSONObject(tallies.sorted { $0.key < $1.key }.map { step, tally in
                ("\(step)", .object(JSONObject(RolloutTally.fields.map { ($0.name, .integer(tally[keyPath: $0.path])) })))
            }))
    }

    /// - Throws: `invalidArgument` for what is no tally, naming the member.
    package static func tallies(_ value: JSONValue?) throws(AssayError) -> [Int: RolloutTally] {
        guard let object = value?.object else { throw AssayError(.invalidArgument, "'tallies' is an object: the counts of each step by its number, from 0.") }
        var tallies: [Int: RolloutTally] = [:]
        for (name, counts) in object.members {
            guard let step = Int(name), step >= 0, "\(step)" == name, let counts = counts.object else {
                throw AssayError(.invalidArgument, "'tallies' has the counts of each step by its number, from 0; '\(name.prefix(32))' is none.")
            }
            var tally = RolloutTally()
            for (name, count) in counts.members {
                guard let field = RolloutTally.fields.first(where: { $0.name == name }) else {
                    throw AssayError(.invalidArgument, "A tally has no '\(name.prefix(64))'. It has \(RolloutTally.fields.map { "'\($0.name)'" }.joined(separator: ", ")).")
                }
                guard let number = count.integer else { throw AssayError(.invalidArgument, "'\(name)' is a whole number.") }
                tally[keyPath: field.path] = number
            }
            if let why = tally.impossibility { throw AssayError(.invalidArgument, "The tally of step \(step) cannot be one: \(why).") }
            tallies[step] = tally
        }
        return tallies
    }
}
