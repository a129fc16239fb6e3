package import AssayJSON
package import AssayStore
package import AssayTerms

/// A paper with what it says, and the present name of the model it is about.
package struct Paper: Sendable {
    package let record: PaperRecord
    package let content: JSONObject
    package let model: Text?

    /// - Throws: `corrupt` for a paper that cannot be read.
    init(_ record: PaperRecord, model: Text?) throws(AssayError) {
        guard let value = try? JSONValue(parsing: record.content), let content = value.object else {
            throw AssayError(.corrupt, "The stored paper \(record.id) is no JSON object any more. Restore the database.")
        }
        self.record = record
        self.content = content
        self.model = model
    }

    init(_ record: PaperRecord, _ tx: any StoreSnapshot) throws {
        try self.init(record, model: record.subject.modelID.flatMap { try tx.registeredModel(id: $0)?.name })
    }

    package func text(_ name: String) -> String? { content[name]?.string }

    /// The moment that a field of a time names.
    package func milliseconds(_ name: String) -> Int64? { text(name).flatMap { try? UseCases.moment(Text($0)) } }

    /// Whether it has an effect at `now`: in force, begun, and not over.
    package func counts(at now: Int64) -> Bool {
        record.isInForce && (milliseconds("valid_from") ?? 0) <= now && now < (milliseconds("valid_until") ?? .max)
    }

    /// For people: `version 3 of loans`.
    package var about: String {
        if let model {
            return record.subject.version.map { "version \($0) of \(model)" } ?? "the model \(model)"
        }
        return record.subject.text
    }
}
