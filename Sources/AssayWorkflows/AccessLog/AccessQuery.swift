package import AssayTerms

/// What somebody wants to know of the access log.
package struct AccessQuery: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case run(Text)
        /// A registered model by a name it has or had, with its versions.
        case model(Text)
        case dataset(Text)
        /// A user by name, or a principal by id.
        case user(Text)
    }

    package var subject: Subject?
    package var since: Int64
    package var until: Int64
    package var limit: Int

    package static let standardLimit = 1_000
    package static let longestLimit = 100_000

    package init(subject: Subject? = nil, since: Int64 = 0, until: Int64 = Int64.max, limit: Int = standardLimit) {
        self.subject = subject
        self.since = since
        self.until = until
        self.limit = limit
    }

    /// As the access log notes that it was asked.
    package var text: Text {
        switch subject {
        case nil: "everything"
        case .run(let id): Text("run \(id)")
        case .model(let name): Text("model \(name)")
        case .dataset(let name): Text("dataset \(name)")
        case .user(let name): Text("user \(name)")
        }
    }
}

/// An answer: newest first, with the names of the people in it.
package struct AccessAnswer: Sendable {
    package let records: [TimedAccessRecord]
    /// Of the principals that are users, by id.
    package let names: [Text: Text]
    /// Whether there is more than was asked for.
    package let isCut: Bool
}
