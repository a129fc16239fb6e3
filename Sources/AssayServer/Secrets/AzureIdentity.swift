import AssayJSON
import AssayTerms
import Foundation
import NIOHTTP1

/// Who asks Azure, and the token that says so.
struct AzureIdentity {
    private let tenant: String?
    private let client: String?
    private let secret: String?
    private let assertionPath: String?
    private let authority: String
    private let metadata: String

    init(environment: (String) -> String?) {
        func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        tenant = value("AZURE_TENANT_ID")
        client = value("AZURE_CLIENT_ID")
        secret = value("AZURE_CLIENT_SECRET")
        assertionPath = value("AZURE_FEDERATED_TOKEN_FILE")
        authority = value("AZURE_AUTHORITY_HOST") ?? "https://login.microsoftonline.com"
        metadata = value("AZURE_POD_IDENTITY_AUTHORITY_HOST") ?? "http://169.254.169.254"
    }

    /// - Throws: `invalidArgument` where the variables name nobody, `unavailable` where no token is given.
    func token(for resource: String, challenge: KeyServiceHTTP.Answer) throws(AssayError) -> String {
        guard let client, secret != nil || assertionPath != nil else { return try managed(resource) }
        guard let tenant = tenant ?? Self.tenant(challenge) else {
            throw AssayError(.invalidArgument, "AZURE_TENANT_ID is not set; it is the directory that AZURE_CLIENT_ID belongs to.")
        }
        var fields = [("grant_type", "client_credentials"), ("client_id", client), ("scope", resource + "/.default")]
        if let secret {
            fields.append(("client_secret", secret))
        } else if let assertionPath {
            fields += [
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", try SecretReference.line(ofFile: assertionPath)),
            ]
        }
        let host = authority.hasSuffix("/") ? String(authority.dropLast()) : authority
        let answer = try KeyServiceHTTP(service: "Azure's identity platform", rootsPath: nil).send(
            .POST, "\(host)/\(tenant)/oauth2/v2.0/token", headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array(fields.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&").utf8))
        return try Self.token(in: answer)
    }

    /// The identity that Azure gives the machine; asked over its link-local address, which never leaves it.
    private func managed(_ resource: String) throws(AssayError) -> String {
        var address = "\(metadata)/metadata/identity/oauth2/token?api-version=2018-02-01&resource=\(Self.encoded(resource))"
        if let client { address += "&client_id=\(Self.encoded(client))" }
        return try Self.token(
            in: KeyServiceHTTP(service: "the machine's identity service", rootsPath: nil).send(
                .GET, address, headers: [("Metadata", "true")]))
    }

    private static func token(in answer: KeyServiceHTTP.Answer) throws(AssayError) -> String {
        guard answer.status == 200, let token = answer.body?["access_token"]?.string else {
            let words = answer.body?["error"]?.string ?? ""
            throw AssayError(.unavailable, "Azure gave no token (\(answer.status)\(words.isEmpty ? "" : ": \(words.prefix(100))")).")
        }
        return token
    }

    /// The tenant in `authorization="https://login…/TENANT"`.
    private static func tenant(_ challenge: KeyServiceHTTP.Answer) -> String? {
        challenge.headers.first(name: "WWW-Authenticate").flatMap { parameter("authorization", of: $0) }
            .flatMap { URL(string: $0)?.path.split(separator: "/").first.map(String.init) }
    }

    /// A parameter of a `WWW-Authenticate: Bearer name="value", …` header.
    static func parameter(_ name: String, of challenge: String) -> String? {
        for part in challenge.drop(while: { $0 != " " }).split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].trimmingCharacters(in: .whitespaces) == name else { continue }
            return pair[1].trimmingCharacters(in: CharacterSet(charactersIn: " \""))
        }
        return nil
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            (0x30...0x39).contains(byte) || (byte | 0x20) &- 0x61 < 26 || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte]).uppercased()
        }.joined()
    }
}
