package import AssayTerms

/// Somebody's wish to give a version a protected place, with the gate's newest answer.
///
/// At most one is open for a version, an action and a target; asking again updates it.
package struct PromotionRequest: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        case open
        /// The change was made, and its approvals are used up.
        case promoted
        /// Nobody can meet it any more: the version is gone.
        case void
        /// Nothing happened in it for as long as the organisation waits.
        case expired
    }

    /// 32 hexadecimal digits.
    package var id: String
    package var model: Text
    package var version: Int
    package var manifest: SHA256Digest
    /// `promote`, `register`, `retire`, `delete`, `rename to NAME`.
    package var action: Text
    /// `stage Production`, `alias champion`: the protected place, in the one spelling it has.
    package var target: Text
    package var state: State
    package var decision: Decision
    /// Policies, claims, requirements met and unmet, as the gate saw them last: canonical JSON.
    package var detail: [UInt8]
    /// How often it was asked.
    package var asked: Int
    package var openedByID: String
    package var openedByName: Text
    package var openedMilliseconds: Int64
    package var updatedMilliseconds: Int64

    package init(
        id: String, model: Text, version: Int, manifest: SHA256Digest, action: Text, target: Text,
        state: State, decision: Decision, detail: [UInt8], asked: Int, openedByID: String, openedByName: Text,
        openedMilliseconds: Int64, updatedMilliseconds: Int64
    ) {
        self.id = id
        self.model = model
        self.version = version
        self.manifest = manifest
        self.action = action
        self.target = target
        self.state = state
        self.decision = decision
        self.detail = detail
        self.asked = asked
        self.openedByID = openedByID
        self.openedByName = openedByName
        self.openedMilliseconds = openedMilliseconds
        self.updatedMilliseconds = updatedMilliseconds
    }
}
