import AssayJSON
import AssayTerms
import NIOHTTP1

/// HashiCorp Vault's (and OpenBao's) HTTP API, by the variables that its own client reads.
///
/// `VAULT_ADDR`, `VAULT_NAMESPACE`, `VAULT_CACERT`; who asks is told by `VAULT_TOKEN`, by `VAULT_TOKEN_FILE` (what an agent
/// writes), or by `VAULT_ROLE_ID` with `VAULT_SECRET_ID` (AppRole, at `VAULT_APPROLE_MOUNT` or `approle`).
///
/// - Source: developer.hashicorp.com, Vault HTTP API: transit, kv v2, approle.
struct VaultClient {
    private let address: String
    private let headers: [(String, String)]
    private let http: KeyServiceHTTP

    /// - Throws: `invalidArgument` where no variable says where Vault is or who asks; what asking throws.
    init(environment: (String) -> String?) throws(AssayError) {
        guard let address = environment("VAULT_ADDR"), !address.isEmpty else {
            throw AssayError(.invalidArgument, "VAULT_ADDR is not set; it is Vault's address, such as https://vault.example.org:8200.")
        }
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
        http = KeyServiceHTTP(service: "Vault", rootsPath: environment("VAULT_CACERT"))
        var headers = [("X-Vault-Request", "true"), ("Content-Type", "application/json")]
        if let namespace = environment("VAULT_NAMESPACE"), !namespace.isEmpty { headers.append(("X-Vault-Namespace", namespace)) }
        self.headers = headers
        token = ""
        token = try Self.token(environment, self)
    }

    private var token: String

    private static func token(_ environment: (String) -> String?, _ client: VaultClient) throws(AssayError) -> String {
        if let token = environment("VAULT_TOKEN"), !token.isEmpty { return token }
        if let path = environment("VAULT_TOKEN_FILE"), !path.isEmpty { return try SecretReference.line(ofFile: path) }
        guard let role = environment("VAULT_ROLE_ID"), let secret = environment("VAULT_SECRET_ID") else {
            throw AssayError(
                .invalidArgument, "Vault is asked with VAULT_TOKEN, VAULT_TOKEN_FILE, or VAULT_ROLE_ID and VAULT_SECRET_ID; none is set.")
        }
        let mount = environment("VAULT_APPROLE_MOUNT") ?? "approle"
        let answer = try client.call(
            .POST, "auth/\(mount)/login", ["role_id": .string(role), "secret_id": .string(secret)], as: "log in")
        guard let token = answer["auth"]?["client_token"]?.string else {
            throw AssayError(.unavailable, "Vault answered the log-in with no token.")
        }
        return token
    }

    /// - Parameter what: the verb, for messages.
    /// - Throws: `unavailable` where there is no answer or it refuses; its own words stand in the message.
    func call(_ method: HTTPMethod, _ path: String, _ body: JSONObject? = nil, as what: String) throws(AssayError) -> JSONValue {
        let answer = try http.send(
            method, "\(address)/v1/\(path)", headers: headers + (token.isEmpty ? [] : [("X-Vault-Token", token)]),
            body: body.map { JSONValue.object($0).bytes() })
        guard (200..<300).contains(answer.status), let value = answer.body else {
            let words = answer.body?["errors"]?.array?.compactMap(\.string).joined(separator: "; ") ?? ""
            throw AssayError(
                .unavailable, "Vault refused to \(what) (\(answer.status)\(words.isEmpty ? "" : ": \(words.prefix(300))")).")
        }
        return value
    }
}
