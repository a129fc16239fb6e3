import AssayCanonical
import AssayJSON
import AssayStore
package import AssayTerms

extension UseCases {
    /// The account of somebody who is vouched for, made at their first log-in, with the roles of their groups.
    ///
    /// Who they are is issuer and subject together; the name is a label, and one that is taken gets a number, so nobody walks
    /// into somebody else's account by being called the same.
    ///
    /// - Parameters:
    ///   - way: how the access log calls a log-in that fails here.
    ///   - address: where it comes from, for the access log.
    /// - Throws: `unauthenticated` for an account out of use.
    package func authenticate(
        external login: ExternalLogin, roles mapping: GroupRoles, by way: LoginWay = .provider, from address: Text = ""
    ) async throws -> Principal {
        let wanted = mapping.roles(of: login.groups)
        let subject = try storedSubject(of: login)
        let found = try await store.read { try Self.user(login, storedAs: subject, $0) }
        var user = found
        if found == nil || wanted.map({ $0 != found?.roles }) ?? false {
            try refuseInDoubt("A first log-in, or a change of roles,")
            user = try await store.write { tx in
                let user = try Self.user(login, storedAs: subject, tx) ?? newUser(login, storedAs: subject, tx)
                return try wanted.map { try setRoles($0, of: user, tx) } ?? user
            }
        }
        guard let user, !user.isDisabled else {
            await noteFailedLogin(way, of: user?.id, from: address)
            throw AssayError(.unauthenticated, "The account is not in use. Ask an administrator.")
        }
        return user.principal(login.authentication)
    }

    private static let subjectMark = "hmac-sha256:"
    private static let subjectDomain: Text = "subjects"

    /// What the tables and the log have of whom the provider means: a code under a key that stands in neither, by which the same
    /// person is known again and which says nothing else of them.
    private func storedSubject(of login: ExternalLogin) throws -> Text {
        let key = try keyring.key(domain: Self.subjectDomain).secret
        // Length before content, so that no two inputs read the same.
        let whole = "\(login.issuer.utf8Count).\(login.issuer)\(login.subject)"
        return Text(Self.subjectMark + HMACSHA256.code(for: Array(whole.utf8), key: key).hex)
    }

    /// The account, which may be from before subjects were coded.
    private static func user(_ login: ExternalLogin, storedAs subject: Text, _ tx: any StoreSnapshot) throws -> UserRecord? {
        if let user = try tx.user(subject: subject, ofIssuer: login.issuer) { return user }
        guard !login.subject.string.hasPrefix(subjectMark) else { return nil }
        return try tx.user(subject: login.subject, ofIssuer: login.issuer)
    }

    private func newUser(_ login: ExternalLogin, storedAs subject: Text, _ tx: any StoreTransaction) throws -> UserRecord {
        let user = try insertUser(
            named: try freeName(login.preferredName, tx), kind: .person, roles: [], by: .server, tx)
        try tx.insertSubject(
            subject, ofIssuer: login.issuer, userID: user.id, atMilliseconds: effects.nowMilliseconds())
        try record(
            kind: "user.linked", by: .server, topics: [LedgerTopic.user(user.id)], domain: LedgerTopic.user(user.id),
            payload: [
                "user": .string(user.id), "issuer": .string(login.issuer.string), "subject": .string(subject.string),
            ], in: tx)
        return user
    }

    /// The name they would like, or the first with a number that nobody has and that looks like nobody's.
    private func freeName(_ preferred: Text?, _ tx: any StoreSnapshot) throws -> Text {
        var base: Text = "person"
        if let preferred, (try? Self.checkUserName(preferred)) != nil, preferred.utf8Count <= 100 { base = preferred }
        let taken = Set(try tx.userNames().map(AccountName.fold))
        if base != "person", !taken.contains(AccountName.fold(base)) { return base }
        for number in 2...10_000 {
            let name = Text("\(base)-\(number)")
            if !taken.contains(AccountName.fold(name)) { return name }
        }
        throw AssayError(.conflict, "Too many people are called '\(base)'.")
    }

    /// Groups decide, but for the last administrator, without whom nobody could mend a wrong mapping. Roles that there are not
    /// are not given.
    private func setRoles(_ roles: [Role], of user: UserRecord, _ tx: any StoreTransaction) throws -> UserRecord {
        func administers(_ user: UserRecord) -> Bool { user.holds(.manageRoles) && user.holds(.administer) }
        var wanted = Set(try roles.filter { try RoleDefinition.shipped($0) != nil || tx.role($0) != nil })
        if administers(user), try !tx.users().contains(where: { $0.id != user.id && administers($0) }) { wanted.insert(.admin) }
        guard wanted != Set(user.roles) else { return user }
        try tx.setRoles(wanted.sorted(), ofUser: user.id)
        try record(
            kind: "user.roles-changed", by: .server, topics: [LedgerTopic.user(user.id)], domain: LedgerTopic.user(user.id),
            payload: [
                "user": .string(user.id), "name": .string(user.name.string), "from": Self.json(user.roles),
                "to": Self.json(wanted.sorted()),
            ], in: tx)
        return try tx.user(id: user.id) ?? user
    }
}
