import AssayTerms

/// Where people are sent to log in, and back to afterwards.
enum LoginAddress {
    static let path = "/login"
    static let provider = "/login/provider"
    static let providerBack = "/login/provider/callback"
    private static let longest = 1_000

    /// To the log-in page, which leads back.
    static func redirect(to target: String) -> Reply {
        let back = PercentCoding.encode(safe(target))
        return redirect(back == "%2F" ? path : "\(path)?next=\(back)")
    }

    /// Whoever gets this asks for the other page with GET.
    static func redirect(_ address: String, headers: [(name: String, value: String)] = []) -> Reply {
        Reply(
            status: 303, contentType: "text/plain; charset=utf-8",
            headers: [("Location", address), ("Cache-Control", "no-store")] + headers, body: .bytes([]))
    }

    /// `target` if it is a path of this server and nothing else, and `/` otherwise: no other host (`//host`, `/\host`, schemes),
    /// no line breaks, not the log-in page itself.
    static func safe(_ target: String?) -> String {
        guard let target, target.utf8.count <= longest, target.utf8.first == UInt8(ascii: "/"),
            target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
            !target.hasPrefix("//"), target != path, !target.hasPrefix(path + "?"), !target.hasPrefix(path + "/")
        else { return "/" }
        return target
    }
}
