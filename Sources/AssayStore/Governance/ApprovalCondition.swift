package import AssayTerms

/// Something an approver asked to be done by a day, and approved all the same.
///
/// It counts from the promotion that used the approval up. Until it is met after its day, nothing else of the model is promoted.
package struct ApprovalCondition: Hashable, Sendable {
    package struct Fulfilment: Hashable, Sendable {
        package let userID: String
        package let userName: Text
        package let comment: Text
        package let milliseconds: Int64

        package init(userID: String, userName: Text, comment: Text, milliseconds: Int64) {
            self.userID = userID
            self.userName = userName
            self.comment = comment
            self.milliseconds = milliseconds
        }
    }

    /// 32 hexadecimal digits.
    package let id: String
    package let approvalID: String
    package let requestID: String
    package let modelID: String
    package let version: Int
    package let text: Text
    package let dueMilliseconds: Int64
    /// Who found it met; `nil` while it is open.
    package let fulfilment: Fulfilment?

    package init(
        id: String, approvalID: String, requestID: String, modelID: String, version: Int, text: Text, dueMilliseconds: Int64,
        fulfilment: Fulfilment? = nil
    ) {
        self.id = id
        self.approvalID = approvalID
        self.requestID = requestID
        self.modelID = modelID
        self.version = version
        self.text = text
        self.dueMilliseconds = dueMilliseconds
        self.fulfilment = fulfilment
    }
}
