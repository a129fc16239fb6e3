import AssayStore
import AssayTerms
import AssayWorkflows
import Foundation
import Testing

/// What is kept of whom an identity provider or a directory means: enough to know them again.
@Suite struct SubjectTests {
    private static let issuer: Text = "https://login.example.org"

    private func login(_ subject: Text, of issuer: Text = issuer) -> ExternalLogin {
        ExternalLogin(
            issuer: issuer, subject: subject, preferredName: "olga", groups: nil, authentication: Authentication(.bearer))
    }

    private func account(_ house: House, _ login: ExternalLogin) async throws -> String {
        try await house.useCases.authenticate(external: login, roles: GroupRoles([])).id
    }

    @Test func theSubjectStandsInNoFile() async throws {
        try await House.with(tampers: true) { house in
            let first = try await account(house, login("canary-4c1f-subject"))
            #expect(try await account(house, login("canary-4c1f-subject")) == first)
            #expect(try await account(house, login("canary-4c1f-subject", of: "https://other.example.org")) != first)
            #expect(try await account(house, login("canary-4c1f-Subject")) != first)
            #expect(try await house.useCases.compareRecords()?.differences.isEmpty == true)
            try house.store.close()
            for file in try FileManager.default.subpathsOfDirectory(atPath: house.path) {
                let bytes = FileManager.default.contents(atPath: house.path + "/" + file) ?? Data()
                #expect(bytes.range(of: Data("canary-4c1f".utf8)) == nil, "\(file)")
            }
        }
    }

    /// Rows from before subjects were coded are found, and what a code looks like is nobody's subject.
    @Test func whoWasKnownBeforeIsKnownStill() async throws {
        try await House.with(tampers: true) { house in
            let first = try await account(house, login("subject-1"))
            var stored: Text = ""
            for fact in try await house.store.read({ try $0.governedFacts() }).keys {
                if case .subject(let text, _, _) = fact { stored = text }
            }
            #expect(stored.string.hasPrefix("hmac-sha256:") && stored.utf8Count == 76)
            #expect(try await account(house, login(stored)) != first, "somebody's code was taken for a subject")
            try house.tamper("UPDATE subject SET subject = 'subject-1' WHERE userID = '\(first)'")
            #expect(try await account(house, login("subject-1")) == first)
        }
    }

    @Test func anErasureForgetsIt() async throws {
        try await House.with { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            let first = try await account(house, login("subject-1"))
            try await house.useCases.erasePerson(named: "olga", reason: "left", by: root)
            #expect(try await account(house, login("subject-1")) != first)
        }
    }
}
