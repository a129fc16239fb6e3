import AssayStore
import AssayTerms
import Testing

/// Users and tokens come back as they were put in, and what must be unique is.
@Suite(.everyDriver) struct IdentityRecordsTests {
    private static let ana = UserRecord(
        id: String(repeating: "a", count: 32), name: "Ana", roles: [.validator, .dataScientist, .validator],
        createdMilliseconds: 5)

    private static func token(_ id: String, user: String = ana.id) throws -> TokenRecord {
        TokenRecord(
            id: id, userID: user, digest: try #require(SHA256Digest(bytes: Array(0..<32))), label: "laptop",
            createdMilliseconds: 7, expiresMilliseconds: 20)
    }

    @Test func aUserComesBackWithItsRoles() async throws {
        try await withTemporaryStore { store in
            #expect(try await store.read { try $0.hasUsers() } == false)
            try await store.write { try $0.insertUser(Self.ana) }
            let (byID, byName, all, any) = try await store.read { tx in
                try (tx.user(id: Self.ana.id), tx.user(named: "Ana"), tx.users(), tx.hasUsers())
            }
            #expect(byID == Self.ana)
            #expect(byName == Self.ana)
            #expect(all == [Self.ana])
            #expect(any)
            #expect(byID?.roles == [.dataScientist, .validator])
            try await store.write { try $0.setRoles([.auditor], ofUser: Self.ana.id) }
            #expect(try await store.read { try $0.user(named: "Ana")?.roles } == [.auditor])
        }
    }

    @Test func aUserIsRenamedToANameThatIsFree() async throws {
        try await withTemporaryStore { store in
            let other = UserRecord(id: String(repeating: "b", count: 32), name: "Ben", roles: [.auditor], createdMilliseconds: 1)
            try await store.write { tx in
                try tx.insertUser(Self.ana)
                try tx.insertUser(other)
            }
            try await store.write { try $0.renameUser(id: other.id, to: "erased-b") }
            #expect(try await store.read { try $0.user(id: other.id)?.name } == "erased-b")
            #expect(try await store.read { try $0.user(named: "Ben") } == nil)
            for (id, name) in [(other.id, "Ana"), ("c", "Cleo")] as [(String, Text)] {
                await #expect(throws: AssayError.self) { try await store.write { try $0.renameUser(id: id, to: name) } }
            }
        }
    }

    @Test func aNameIsTakenOnceAndComparedByBytes() async throws {
        try await withTemporaryStore { store in
            try await store.write { try $0.insertUser(Self.ana) }
            await #expect(throws: AssayError.self) {
                try await store.write { tx in
                    try tx.insertUser(
                        UserRecord(id: String(repeating: "b", count: 32), name: "Ana", roles: [], createdMilliseconds: 1))
                }
            }
            // One é as one scalar, one as two: different names.
            for (id, name) in [("c", "Ren\u{e9}"), ("d", "Rene\u{301}")] {
                try await store.write { tx in
                    try tx.insertUser(
                        UserRecord(id: String(repeating: id, count: 32), name: Text(name), roles: [], createdMilliseconds: 1))
                }
            }
            #expect(try await store.read { try $0.users().count } == 3)
        }
    }

    @Test func aTokenIsUsableUntilItExpiresOrIsRevoked() async throws {
        try await withTemporaryStore { store in
            let token = try Self.token("0123456789abcdef")
            try await store.write { tx in
                try tx.insertUser(Self.ana)
                try tx.insertToken(token)
            }
            #expect(try await store.read { try $0.token(id: token.id) } == token)
            #expect(token.isUsable(atMilliseconds: 19))
            #expect(!token.isUsable(atMilliseconds: 20))
            try await store.write { try $0.revokeToken(id: token.id, atMilliseconds: 9) }
            try await store.write { try $0.revokeToken(id: token.id, atMilliseconds: 11) }
            let revoked = try await store.read { try $0.tokens(ofUser: Self.ana.id) }
            #expect(revoked.map(\.revokedMilliseconds) == [9])
            #expect(revoked.first?.isUsable(atMilliseconds: 8) == false)
            #expect(try await store.read { try $0.tokens(ofUser: "nobody") } == [])
            #expect(try await store.read { try $0.tokens(ofUser: nil).count } == 1)
        }
    }

    @Test func whatDoesNotExistCannotBeChanged() async throws {
        try await withTemporaryStore { store in
            let orphan = try Self.token("00", user: "nobody")
            for change: @Sendable (any StoreTransaction) throws -> Void in [
                { try $0.insertToken(orphan) },
                { try $0.revokeToken(id: "00", atMilliseconds: 1) },
                { try $0.setRoles([.admin], ofUser: "nobody") },
            ] {
                do {
                    try await store.write(change)
                    Issue.record("the change was accepted")
                } catch let error as AssayError {
                    #expect(error.code == .notFound)
                }
            }
        }
    }
}
