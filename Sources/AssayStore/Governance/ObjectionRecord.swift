package import AssayTerms

/// A person's "no" to a request, bound as an approval is to what they looked at.
package struct ObjectionRecord: Hashable, Sendable {
    /// 32 hexadecimal digits.
    package let id: String
    package let requestID: String
    package let objectorID: String
    package let objectorName: Text
    package let reason: Text
    /// As an approval's: canonical JSON.
    package let binding: [UInt8]
    package let raisedMilliseconds: Int64
    /// `nil` while it stands.
    package let withdrawnMilliseconds: Int64?

    package init(
        id: String, requestID: String, objectorID: String, objectorName: Text, reason: Text, binding: [UInt8], raisedMilliseconds: Int64,
        withdrawnMilliseconds: Int64? = nil
    ) {
        self.id = id
        self.requestID = requestID
        self.objectorID = objectorID
        self.objectorName = objectorName
        self.reason = reason
        self.binding = binding
        self.raisedMilliseconds = raisedMilliseconds
        self.withdrawnMilliseconds = withdrawnMilliseconds
    }
}
