@testable import AssayServer
import AssayTerms
import Foundation
import Testing

/// Which places a document may name, and what is refused whatever was allowed.
@Suite struct SecretPlacesTests {
    private static func isAdmitted(_ reference: String, _ allowed: [String], refusing: [String] = []) throws -> Bool {
        let places = try SecretPlaces(allowed, refusing: refusing)
        do {
            _ = try places.admitted(SecretReference(reference))
            return true
        } catch {
            #expect(error.code == .invalidArgument)
            return false
        }
    }

    @Test(arguments: [
        ("env:ASSAY_SECRET_SLACK", "env:X", true), ("env:ASSAY_SECRET_", "env:X", false), ("env:ASSAY_MASTER_KEY", "env:X", false),
        ("env:PD_KEY", "env:X", false), ("env:PD_KEY", "env:PD_KEY", true), ("env:PD_KEY2", "env:PD_KEY", false), ("env:PD_KEY", "env:PD_*", true),
        ("env:PD_", "env:PD_*", false), ("env:HOME", "env:PD_*", false), ("vault:kv/team/am#token", "vault:kv/team/*", true),
        ("vault:kv/team#token", "vault:kv/team/*", false), ("vault:kv/teams/am#token", "vault:kv/team/*", false),
        ("vault:kv/team/../root#token", "vault:kv/team/*", false), ("vault:kv/team/%2e%2e/root#token", "vault:kv/team/*", false),
        ("vault:kv/team/a?version=1#token", "vault:kv/team/*", false), ("vault:kv/am#token", "vault:kv/am", true),
        ("vault:kv/am#token", "env:X", false), ("file:/etc/hostname", "env:X", false), ("file:etc/x", "file:/etc/*", false),
        ("file:/proc/self/environ", "file:/proc/*", false), ("file:/proc/self/environ", "file:/proc/self/environ", false),
    ])
    func placesAreThoseThatWereNamed(_ reference: String, _ allowed: String, _ isAdmitted: Bool) throws {
        #expect(try Self.isAdmitted(reference, [allowed]) == isAdmitted)
    }

    @Test(arguments: [
        "", "env:", "env:*", "env:A*B", "env:ASSAY_*", "env:A*", "env:ASSAY_MASTER_KEY", "env:ASSAY_S*", "env:VAULT_TOKEN", "env:AZURE_*", "file:x",
        "file:/*", "file:/", "file:/a/../b", "file:/a*", "vault:kv", "vault:kv/a*", "vault:/a/*", "vault:kv/../*", "PD_KEY", "https://x",
    ])
    func whatIsNoPlaceOrOpensTheServerIsRefusedAtTheStart(_ text: String) {
        #expect(throws: AssayError.self) { try SecretPlaces([text]) }
    }

    @Test func linksAreFollowedAndTheServersOwnFoldersStayShut() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "places-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        for folder in ["data/keys", "secrets/..v1", "elsewhere"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
        for file in ["data/keys/master.key", "secrets/..v1/am", "secrets/own", "elsewhere/other"] {
            try Data("x\n".utf8).write(to: URL(filePath: "\(root)/\(file)"))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(root)/\(file)")
        }
        for (link, target) in [
            ("secrets/am", "..v1/am"), ("secrets/master", "../data/keys/master.key"), ("secrets/out", "../elsewhere/other"), ("secrets/data", "../data"),
            ("to-secrets", "secrets"),
        ] { try FileManager.default.createSymbolicLink(atPath: "\(root)/\(link)", withDestinationPath: target) }
        func isAdmitted(_ file: String, _ allowed: String) throws -> Bool {
            try Self.isAdmitted("file:\(root)/\(file)", ["file:\(root)/\(allowed)"], refusing: ["\(root)/data"])
        }
        for good in ["secrets/own", "secrets/am", "secrets/not-yet", "to-secrets/own"] { #expect(try isAdmitted(good, "secrets/*"), "\(good)") }
        #expect(try isAdmitted("secrets/own", "to-secrets/*") && isAdmitted("elsewhere/other", "elsewhere/other"))
        for bad in ["secrets/master", "secrets/out", "secrets/data/keys/master.key", "elsewhere/other", "secrets/../elsewhere/other", "secrets"] {
            #expect(try !isAdmitted(bad, "secrets/*"), "\(bad)")
        }
        for allowed in ["data/*", "data/keys/master.key", "*"] { #expect(try !isAdmitted("data/keys/master.key", allowed), "\(allowed)") }
    }

    @Test func readingAsksAgain() async throws {
        setenv("ASSAY_SECRET_OF_A_TEST", "hush-1", 1)
        setenv("OTHER_OF_A_TEST", "hush-2", 1)
        let secrets = ReferencedSecrets(places: try SecretPlaces())
        #expect(try await secrets.value("env:ASSAY_SECRET_OF_A_TEST") == "hush-1")
        for call in [secrets.check, { _ = try await secrets.value($0) }] as [(Text) async throws -> Void] {
            do {
                try await call("env:OTHER_OF_A_TEST")
                Issue.record("nothing was thrown")
            } catch let error as AssayError {
                #expect(error.message.contains("env:OTHER_OF_A_TEST") && error.message.contains("--secret-allow") && !error.message.contains("hush"))
            }
        }
        #expect(try await ReferencedSecrets().value("env:OTHER_OF_A_TEST") == "hush-2")
    }
}
