/// The password of an account, as its hash.
package struct PasswordRecord: Hashable, Sendable {
    package let userID: String
    /// In the PHC string form, with the cost it was made with.
    package let hash: String
    package let changedMilliseconds: Int64

    package init(userID: String, hash: String, changedMilliseconds: Int64) {
        self.userID = userID
        self.hash = hash
        self.changedMilliseconds = changedMilliseconds
    }
}
