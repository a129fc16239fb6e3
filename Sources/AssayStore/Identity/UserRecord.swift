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
    /// What those roles allow and deny that are not shipped.
    package let grants: [Grant]
    /// Whether single experiments or models were shared with the person.
    package let hasShares: Bool

    package init(
        id: String, name: Text, roles: some Sequence<Role>, createdMilliseconds: Int64, grants: [Grant] = [],
        hasShares: Bool = false
    ) {
        self.id = id
        self.name = name
        self.roles = Set(roles).sorted()
        self.createdMilliseconds = createdMilliseconds
        self.grants = grants
        self.hasShares = hasShares
    }

    package var principal: Principal {
        Principal(userID: id, name: name, roles: roles, grants: grants, hasShares: hasShares)
    }
}
