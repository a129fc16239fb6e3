import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayPolicy
import AssayStore
import AssayTerms

/// What a receiver is told, before it takes the form of its kind. A pure value: the same delivery makes the same bytes.
struct AlertMessage: Sendable {
    struct Said: Sendable {
        let key: Text
        let state: AlertState
        let severity: AlertSeverity
        let formerSeverity: AlertSeverity?
        let details: AlertDetails
        let firedMilliseconds: Int64
        let resolvedMilliseconds: Int64?
    }

    let deliveryID: String
    let receiver: Text
    /// What the alerts have in common, as JSON.
    let labels: Text
    let createdMilliseconds: Int64
    let holdsUntilMilliseconds: Int64
    /// Where people reach this server.
    let address: OutgoingURL?
    /// At least one.
    let said: [Said]

    var firing: [Said] { said.filter { $0.state == .firing } }
    var resolved: [Said] { said.filter { $0.state == .resolved } }
    /// Whether anything of it fires.
    var state: AlertState { firing.isEmpty ? .resolved : .firing }
    /// The greatest of what fires, or else of what is over.
    var severity: AlertSeverity { (firing.isEmpty ? resolved : firing).map(\.severity).max() ?? .info }

    /// One for each group of a receiver, for good: what fires and what resolves it have the same.
    var groupKey: String {
        "assay-" + SHA256Hasher.digest(of: Array("\(receiver)\n\(labels)".utf8)).hex.prefix(32)
    }

    /// `[FIRING:2] critical: loans 3: selection rate fell` in one line.
    var headline: String {
        let count = state == .firing ? firing.count : resolved.count
        guard let first = state == .firing ? firing.first : resolved.first else { return "" }
        let more = count > 1 ? " (and \(count - 1) more)" : ""
        return "[\(state.rawValue.uppercased())\(count > 1 ? ":\(count)" : "")] \(severity.rawValue): \(Self.subject(first)): \(first.details.title)\(more)"
    }

    /// `loans 3`, or the key where there is no model.
    static func subject(_ said: Said) -> String {
        guard !said.details.modelName.isEmpty else { return said.key.string }
        return said.details.modelName.string + (said.details.version.map { " \($0)" } ?? "")
    }

    /// `0.41 (limit 0.3)`; `nil` where nothing was measured.
    static func measure(_ said: Said) -> String? {
        guard let value = said.details.value else { return said.details.limit.map { "limit \($0)" } }
        return value.string + (said.details.limit.map { " (limit \($0))" } ?? "")
    }

    static func time(_ milliseconds: Int64) -> String { LedgerTime.text(milliseconds: milliseconds) ?? "" }

    /// Where an alert's page or API is; `nil` where nobody said how this server is reached.
    func link(_ said: Said) -> String? {
        guard let address, !said.details.path.isEmpty else { return nil }
        return Self.base(address) + said.details.path.string
    }

    static func base(_ address: OutgoingURL) -> String {
        var base = address.requested
        while base.hasSuffix("/") { base.removeLast() }
        return base
    }
}
