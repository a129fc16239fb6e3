package import AssayTerms

/// Something that a request looked at or changed, as the access log names it.
package struct TouchedObject: Hashable, Sendable {
    /// The raw values are stored.
    package enum Kind: String, Sendable, CaseIterable {
        case experiment
        case run
        case loggedModel = "logged-model"
        /// A registered model, by id.
        case model
        /// A version of one, by id.
        case version
        /// A file by its owner's kind, id and path.
        case file
        /// A data set by name.
        case dataset
        /// The access log itself, by what was asked of it.
        case accessLog = "access-log"
        /// The log of governed changes with its payloads, by what was asked of it.
        case log
    }

    package let kind: Kind
    package let id: Text

    package init(_ kind: Kind, _ id: Text) {
        self.kind = kind
        self.id = id
    }

    package init(file path: Text, of owner: FileOwner) {
        self.init(.file, Text("\(owner.kind.rawValue)/\(owner.id)/\(path)"))
    }

    /// `run:3f…`
    package var text: Text { Text("\(kind.rawValue):\(id)") }

    package init?(text: Text) {
        let parts = text.string.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else { return nil }
        self.init(kind, Text(String(parts[1])))
    }
}
