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

    package init(
        id: String, name: Text, kind: Kind = .person, roles: some Sequence<Role>, createdMilliseconds: Int64,
        disabledMilliseconds: Int64? = nil
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.roles = Set(roles).sorted()
        self.createdMilliseconds = createdMilliseconds
        self.disabledMilliseconds = disabledMilliseconds
    }

    package var isDisabled: Bool { disabledMilliseconds != nil }

    package var principal: Principal { principal(Authentication(.token)) }

    package func principal(_ authentication: Authentication) -> Principal {
        Principal(userID: id, name: name, roles: roles, isService: kind == .service, authentication: authentication)
    }

    package func with(roles: some Sequence<Role>) -> UserRecord {
        UserRecord(
            id: id, name: name, kind: kind, roles: roles, createdMilliseconds: createdMilliseconds,
            disabledMilliseconds: disabledMilliseconds)
    }
}
