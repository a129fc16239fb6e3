/// The password of an account, as its hash.
package struct PasswordRecord: Hashable, Sendable {
    package let userID: String
    /// In the PHC string form, with the cost it was made with.
    package let hash: String
    package let changedMilliseconds: Int64
    /// Whether somebody else set it and so knows it.
    package let isMadeByAnother: Bool

    package init(userID: String, hash: String, changedMilliseconds: Int64, isMadeByAnother: Bool = false) {
        self.userID = userID
        self.hash = hash
        self.changedMilliseconds = changedMilliseconds
        self.isMadeByAnother = isMadeByAnother
    }
}
