package import AssayJSON
package import AssayStore
package import AssayTerms

/// One line of the access log: who did what to what, how it went.
package struct AccessRecord: Hashable, Sendable {
    /// The raw values are stored.
    package enum Outcome: String, Sendable, CaseIterable {
        case allowed
        case denied
        /// Allowed, and something else went wrong.
        case failed
    }

    /// The principal's id, as in the ledger.
    package let principalID: String
    package let verb: Permission
    /// Method and path of the route, without what stands in the request.
    package let route: Text
    package let objects: [TouchedObject]
    package let outcome: Outcome
    /// Of the client's connection; `nil` unless the server is told to keep them.
    package let address: Text?

    package init(
        principalID: String, verb: Permission, route: Text, objects: [TouchedObject], outcome: Outcome, address: Text?
    ) {
        self.principalID = principalID
        self.verb = verb
        self.route = route
        self.objects = objects
        self.outcome = outcome
        self.address = address
    }
}

/// A record with its time. Repeats of the same within a minute are counted into one.
package struct TimedAccessRecord: Hashable, Sendable {
    package let record: AccessRecord
    /// Of the first.
    package let milliseconds: Int64
    /// How often, beyond what earlier records of the same say.
    package let count: Int

    package init(_ record: AccessRecord, milliseconds: Int64, count: Int = 1) {
        self.record = record
        self.milliseconds = milliseconds
        self.count = count
    }

    package var json: JSONValue {
        var object: JSONObject = [
            "time": .integer(milliseconds), "principal": .string(record.principalID), "verb": .string(record.verb.rawValue),
            "route": .string(record.route.string), "objects": .array(record.objects.map { .string($0.text.string) }),
            "outcome": .string(record.outcome.rawValue),
        ]
        if count != 1 { object["count"] = .integer(Int64(count)) }
        object["address"] = record.address.map { .string($0.string) }
        return .object(object)
    }

    /// - Throws: `corrupt` for what ``json`` did not write.
    init(parsing bytes: some Collection<UInt8>) throws(AssayError) {
        guard let json = try? JSONValue(parsing: Array(bytes)), let time = json["time"]?.integer,
            let principal = json["principal"]?.string, let verb = json["verb"]?.string.flatMap(Permission.init),
            let route = json["route"]?.string, let objects = json["objects"]?.array,
            let outcome = json["outcome"]?.string.flatMap(AccessRecord.Outcome.init)
        else { throw AssayError(.corrupt, "A record of the access log cannot be read.") }
        milliseconds = time
        count = json["count"]?.integer.map { Int(clamping: $0) } ?? 1
        record = AccessRecord(
            principalID: principal, verb: verb, route: Text(route),
            objects: objects.compactMap { $0.string.flatMap { TouchedObject(text: Text($0)) } }, outcome: outcome,
            address: json["address"]?.string.map { Text($0) })
    }
}
