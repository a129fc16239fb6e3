package import AssayTerms

/// Something said about a promotion request.
package struct RequestComment: Hashable, Sendable {
    /// 32 hexadecimal digits.
    package let id: String
    package let requestID: String
    package let authorID: String
    package let authorName: Text
    package let text: Text
    package let saidMilliseconds: Int64

    package init(id: String, requestID: String, authorID: String, authorName: Text, text: Text, saidMilliseconds: Int64) {
        self.id = id
        self.requestID = requestID
        self.authorID = authorID
        self.authorName = authorName
        self.text = text
        self.saidMilliseconds = saidMilliseconds
    }
}
