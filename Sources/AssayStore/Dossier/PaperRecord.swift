package import AssayTerms

/// A paper of a dossier: what people state by name about a model, a data set or the organisation.
///
/// A paper is never deleted. It changes by revisions, each an entry of the log with the whole content, and ends by a state in
/// which it is not in force any more.
package struct PaperRecord: Hashable, Sendable {
    /// 32 hexadecimal digits.
    package let id: String
    package let kind: PaperKind
    /// The kind's own word for what it is: a record's type; empty where there is none.
    package let type: Text
    package let subject: PaperSubject
    /// The kind's own word for how it stands: `standing`, `open`, `withdrawn`.
    package var state: Text
    /// Whether it still has an effect, as far as nothing but its state decides.
    package var isInForce: Bool
    /// What it says, in canonical JSON.
    package var content: [UInt8]
    /// From 1.
    package var revision: Int64
    package let makerID: String
    package let makerName: Text
    package let madeMilliseconds: Int64
    package var changedMilliseconds: Int64

    package init(
        id: String, kind: PaperKind, type: Text = "", subject: PaperSubject, state: Text, isInForce: Bool = true, content: [UInt8],
        revision: Int64 = 1, makerID: String, makerName: Text, madeMilliseconds: Int64, changedMilliseconds: Int64? = nil
    ) {
        self.id = id
        self.kind = kind
        self.type = type
        self.subject = subject
        self.state = state
        self.isInForce = isInForce
        self.content = content
        self.revision = revision
        self.makerID = makerID
        self.makerName = makerName
        self.madeMilliseconds = madeMilliseconds
        self.changedMilliseconds = changedMilliseconds ?? madeMilliseconds
    }
}
