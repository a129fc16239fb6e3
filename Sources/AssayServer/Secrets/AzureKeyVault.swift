import AssayJSON
import AssayStore
import AssayTerms
import Foundation
import NIOHTTP1

/// A key in Azure Key Vault or Managed HSM, which never leaves it: `azure-key-vault:https://VAULT/keys/KEY[/VERSION]`.
///
/// Wraps by RSA-OAEP-256. Without a version the newest wraps, and the ciphertext names the one that did. Who asks is told by
/// the variables of Azure's own libraries: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`, or
/// `AZURE_FEDERATED_TOKEN_FILE` in the secret's place; with none of these the machine's managed identity
/// (`AZURE_CLIENT_ID` chooses among several).
///
/// - Source: learn.microsoft.com, Key Vault REST API 7.4 (wrap key, unwrap key, authentication requests); Microsoft identity
///   platform, client credentials; Instance Metadata Service.
struct AzureKeyVault: KeyProvider {
    static let kind = "azure-key-vault"
    private static let algorithm = "RSA-OAEP-256"
    private static let version = "api-version=7.4"

    let name: String
    private let key: String
    private let host: String
    private let identity: AzureIdentity
    private let http = KeyServiceHTTP(service: "Azure Key Vault", rootsPath: nil)

    /// - Throws: `invalidArgument` for what is no key's address.
    init(_ place: String, environment: (String) -> String?) throws(AssayError) {
        guard let url = URL(string: place), let host = url.host, url.query == nil, url.fragment == nil, url.user == nil,
            case let parts = url.path.split(separator: "/"), parts.count == 2 || parts.count == 3, parts[0] == "keys"
        else {
            throw AssayError(
                .invalidArgument, "'\(Self.kind):\(place.prefix(200))' names no key; write \(Self.kind):https://VAULT.vault.azure.net/keys/KEY.")
        }
        name = "\(Self.kind):\(place)"
        key = place.hasSuffix("/") ? String(place.dropLast()) : place
        self.host = host
        identity = AzureIdentity(environment: environment)
    }

    func wrap(_ key: [UInt8]) throws(AssayError) -> String {
        let answer = try call("\(self.key)/wrapkey", value: key, as: "wrap the master key")
        guard let value = answer["value"]?.string, let version = answer["kid"]?.string else {
            throw AssayError(.unavailable, "Azure Key Vault answered without a value.")
        }
        return "\(version) \(value)"
    }

    func unwrap(_ wrapped: String) throws(AssayError) -> [UInt8] {
        let parts = wrapped.split(separator: " ")
        // The version that wrapped is asked, of this vault and no other.
        guard parts.count == 2, URL(string: String(parts[0]))?.host == host, let value = Self.bytes(base64URL: String(parts[1])) else {
            throw AssayError(.corrupt, "The wrapped master key was not made by \(name).")
        }
        let answer = try call("\(parts[0])/unwrapkey", value: value, as: "unwrap the master key")
        guard let plain = answer["value"]?.string.flatMap(Self.bytes(base64URL:)) else {
            throw AssayError(.unavailable, "Azure Key Vault answered without a value.")
        }
        return plain
    }

    private func call(_ address: String, value: [UInt8], as what: String) throws(AssayError) -> JSONValue {
        let target = "\(address)?\(Self.version)"
        // The vault says which authority it trusts: a request without a token is answered by that alone.
        let challenge = try http.send(.POST, target, headers: [("Content-Type", "application/json")], body: Array("{}".utf8))
        let token = try identity.token(for: try resource(challenge), challenge: challenge)
        let body: JSONValue = ["alg": .string(Self.algorithm), "value": .string(Self.base64URL(value))]
        let answer = try http.send(
            .POST, target, headers: [("Content-Type", "application/json"), ("Authorization", "Bearer \(token)")], body: body.bytes())
        guard answer.status == 200, let found = answer.body else {
            let words = answer.body?["error"]?["message"]?.string ?? answer.body?["error"]?["code"]?.string ?? ""
            throw AssayError(
                .unavailable, "Azure Key Vault refused to \(what) (\(answer.status)\(words.isEmpty ? "" : ": \(words.prefix(300))")).")
        }
        return found
    }

    /// - Throws: `unavailable` where the vault asks for a token of somebody else's: it would be ours to spend there.
    private func resource(_ answer: KeyServiceHTTP.Answer) throws(AssayError) -> String {
        guard answer.status == 401, let challenge = answer.headers.first(name: "WWW-Authenticate"),
            let resource = AzureIdentity.parameter("resource", of: challenge) ?? AzureIdentity.parameter("scope", of: challenge)
        else {
            throw AssayError(.unavailable, "Azure Key Vault did not say who may ask it (\(answer.status)).")
        }
        let plain = resource.hasSuffix("/.default") ? String(resource.dropLast(9)) : resource
        guard let domain = URL(string: plain)?.host, host == domain || host.hasSuffix("." + domain) else {
            throw AssayError(.unavailable, "\(host) asks for a token for \(plain.prefix(200)), which is not its own domain.")
        }
        return plain
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func bytes(base64URL text: String) -> [UInt8]? {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)).map(Array.init)
    }
}
