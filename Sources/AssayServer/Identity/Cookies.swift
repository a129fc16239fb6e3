package import HTTPTypes

/// The cookies of this server: their names, how they are set and read.
///
/// Over TLS their names begin with `__Host-`, which a browser takes only with `Secure`, `Path=/` and without `Domain`, so no
/// neighbour under the same domain can plant one. They are `HttpOnly`, and `SameSite=Lax`: with `Strict` a link to a request in
/// a mail, and the way back from an identity provider, would arrive as nobody. What `Lax` lets through are only reads; writes
/// need the token of ``BrowserSession``.
package struct Cookies: Sendable {
    package enum Purpose: String, Sendable, CaseIterable {
        case session = "assay"
        /// What binds the form for logging in to this browser.
        case form = "assay-login"
        /// What a log-in at an identity provider has to come back with.
        case provider = "assay-provider"
    }

    /// Whether browsers reach the server over TLS only.
    package let isSecure: Bool

    package init(isSecure: Bool) { self.isSecure = isSecure }

    package func name(_ purpose: Purpose) -> String { (isSecure ? "__Host-" : "") + purpose.rawValue }

    /// - Precondition: `value` is of letters, digits, `-`, `_` and `.`.
    package func set(_ purpose: Purpose, _ value: String, seconds: Int64? = nil) -> (name: String, value: String) {
        let age = seconds.map { "; Max-Age=\($0)" } ?? ""
        return ("Set-Cookie", "\(name(purpose))=\(value); Path=/\(age); HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")")
    }

    package func clear(_ purpose: Purpose) -> (name: String, value: String) { set(purpose, "", seconds: 0) }

    /// The cookie's value; `nil` if it is not there, is empty, or stands there more than once.
    package func value(_ purpose: Purpose, in headers: HTTPFields) -> String? {
        let name = name(purpose)
        var found: [Substring] = []
        for line in headers[values: .cookie] {
            for pair in line.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                guard let mark = pair.firstIndex(of: "="), pair[..<mark] == name else { continue }
                found.append(pair[pair.index(after: mark)...])
            }
        }
        guard found.count == 1, let value = found.first, !value.isEmpty, value.utf8.count <= 4_096 else { return nil }
        return String(value)
    }
}
