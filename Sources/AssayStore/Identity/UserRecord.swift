package import AssayTerms

/// A person who can act: a pseudonymous id that stands in the log, a name for people, and roles.
package struct UserRecord: Hashable, Sendable {
    /// 32 hexadecimal digits, chosen at random; never reused.
    package let id: String
    /// Unique by its bytes.
    package let name: Text
    /// Sorted, without repeats.
    package let roles: [Role]
    package let createdMilliseconds: Int64

    package init(id: String, name: Text, roles: some Sequence<Role>, createdMilliseconds: Int64) {
        self.id = id
        self.name = name
        self.roles = Set(roles).sorted()
        self.createdMilliseconds = createdMilliseconds
    }

    package var principal: Principal { Principal(userID: id, name: name, roles: roles) }
}
