package import AssayTerms

/// An account that can act: a pseudonymous id that stands in the log, a name for people, and roles.
package struct UserRecord: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case person
        /// A program's. It approves, waives and adopts nothing, and logs in by tokens only.
        case service
    }

    /// 32 hexadecimal digits, chosen at random; never reused.
    package let id: String
    /// Unique by its bytes.
    package let name: Text
    package let kind: Kind
    /// Sorted, without repeats.
    package let roles: [Role]
    package let createdMilliseconds: Int64
    /// Since when nothing of the account's is accepted; `nil` while it is in use.
    package let disabledMilliseconds: Int64?
    /// What those roles allow and deny that are not shipped.
    package let grants: [Grant]
    /// Whether single experiments or models were shared with the account.
    package let hasShares: Bool

    package init(
        id: String, name: Text, kind: Kind = .person, roles: some Sequence<Role>, createdMilliseconds: Int64,
        disabledMilliseconds: Int64? = nil, grants: [Grant] = [], hasShares: Bool = false
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.roles = Set(roles).sorted()
        self.createdMilliseconds = createdMilliseconds
        self.disabledMilliseconds = disabledMilliseconds
        self.grants = grants
        self.hasShares = hasShares
    }

    package var isDisabled: Bool { disabledMilliseconds != nil }

    package var principal: Principal { principal(Authentication(.token)) }

    package func principal(_ authentication: Authentication) -> Principal {
        Principal(
            userID: id, name: name, roles: roles, grants: grants, hasShares: hasShares, isService: kind == .service,
            authentication: authentication)
    }

    /// Whether the account, as it is now, may do this to everything.
    package func holds(_ permission: Permission) -> Bool { !isDisabled && principal.reach(permission).isTotal }
}
