package import AssayStore
package import AssayTerms

/// What entries are about, as histories look for them. Only ids: names change and are given anew.
package enum LedgerTopic {
    /// The log itself and the keys that sign it and evidence.
    package static let log = "log"
    /// Entries that tell of erased payloads.
    package static let erasures = "erasures"
    package static func model(_ id: String) -> String { "model:" + id }
    package static func version(_ id: String) -> String { "version:" + id }
    package static func evaluator(_ name: Text) -> String { "evaluator:" + name.string }
    package static func user(_ id: String) -> String { "user:" + id }
    package static func role(_ role: Role) -> String { "role:" + role.rawValue }
    package static func proposal(_ id: String) -> String { "proposal:" + id }
    package static let questionnaires = "questionnaires"
    package static let accessLog = "access-log"
    package static func shared(_ object: SharedObject) -> String {
        "share:\(object.kind.rawValue):\(object.id)"
    }
    package static func dataset(_ name: Text) -> String { "dataset:" + name.string }
    package static func run(_ id: Text) -> String { "run:" + id.string }
    /// - Parameter digest: of everything that an import compared.
    package static func importResult(_ digest: String) -> String { "import:" + digest }
}
