import HTTPTypes

extension Exchange {
    /// This server's address as the client named it, without a trailing slash: what links to ourselves begin with. A proxy in
    /// front says how it was reached (`X-Forwarded-Proto`, `X-Forwarded-Prefix`); a client that writes these itself leads only
    /// itself astray.
    var ownAddress: String {
        let scheme = forwarded("X-Forwarded-Proto") { $0 == "https" || $0 == "http" } ?? (isEncrypted ? "https" : "http")
        let prefix = forwarded("X-Forwarded-Prefix") { prefix in
            prefix.hasPrefix("/") && prefix.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"?#\"<>\\".utf8.contains($0) }
        }
        var address = "\(scheme)://\(authority)\(prefix ?? "")"
        while address.hasSuffix("/") { address.removeLast() }
        return address
    }

    private func forwarded(_ name: String, _ isGood: (String) -> Bool) -> String? {
        HTTPField.Name(name).flatMap { headers[$0] }.flatMap { isGood($0) ? $0 : nil }
    }
}
