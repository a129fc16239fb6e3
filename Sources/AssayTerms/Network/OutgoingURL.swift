/// An address that this server may be told to send requests to: `http` or `https`, a host, a path.
///
/// Taken apart once, here; who judges and who connects then speak of the same host.
package struct OutgoingURL: Hashable, Sendable {
    package enum Scheme: String, Sendable {
        case http, https
    }

    package enum Problem: Error, Hashable {
        /// Nothing but spaces.
        case blank
        /// Another scheme, or none: empty then.
        case scheme(String)
        case noHost
        case brackets
        /// What is wrong, in words.
        case malformed(String)
    }

    package static let limit = 2_048

    /// As it was written.
    package let text: Text
    package let scheme: Scheme
    /// A name in lower case, or the text of an address without brackets.
    package let host: String
    package let port: Int
    /// Path and query, percent-encoded; it begins with `/`.
    package let target: String

    /// The host as an address, if it is written as one.
    package var address: IPAddress? { IPAddress(host) }

    /// The URL as it is requested: normalised, without fragment.
    package var requested: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let isStandard = port == (scheme == .https ? 443 : 80)
        return "\(scheme.rawValue)://\(name)\(isStandard ? "" : ":\(port)")\(target)"
    }

    /// Whether what it answers may be trusted to be its own: over https, or on this machine.
    package var isTrustworthy: Bool { scheme == .https || ["127.0.0.1", "localhost", "::1"].contains(host) }

    package init(_ text: Text) throws(Problem) {
        self.text = text
        let url = text.string
        guard !url.unicodeScalars.allSatisfy(\.properties.isWhitespace) else { throw .blank }
        let (name, rest) = Self.scheme(of: url)
        guard let scheme = Scheme(rawValue: name) else { throw .scheme(name) }
        self.scheme = scheme
        guard text.utf8Count <= Self.limit else { throw .malformed("it has more than \(Self.limit) bytes") }
        guard url.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw .malformed("it has control characters") }
        guard rest.hasPrefix("//") else { throw .noHost }
        let body = rest.dropFirst(2)
        let end = body.firstIndex { "/?#".contains($0) } ?? body.endIndex
        let authority = body[..<end]
        guard authority.contains("[") == authority.contains("]") else { throw .brackets }
        guard !authority.contains("@") else {
            throw .malformed("it names a user; what is secret belongs into the webhook's secret, which nobody is shown")
        }
        (host, port) = try Self.host(of: authority, standardPort: scheme == .https ? 443 : 80)
        target = Self.target(body[end...])
    }

    /// The scheme in lower case, empty if there is none, and what follows it.
    private static func scheme(of url: String) -> (String, Substring) {
        guard let colon = url.firstIndex(of: ":") else { return ("", url[...]) }
        let name = url[..<colon]
        let isScheme =
            name.utf8.first.map(isLetter) ?? false
            && name.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || "+-.".utf8.contains($0) }
        return isScheme ? (name.lowercased(), url[url.index(after: colon)...]) : ("", url[...])
    }

    private static func host(of authority: Substring, standardPort: Int) throws(Problem) -> (String, Int) {
        var name = authority
        var port: Substring?
        if name.hasPrefix("[") {
            guard let close = name.firstIndex(of: "]") else { throw .brackets }
            let rest = name[name.index(after: close)...]
            if rest.hasPrefix(":") { port = rest.dropFirst() } else if !rest.isEmpty { throw .brackets }
            name = name[..<close].dropFirst()
            guard let address = IPAddress(name), !address.isIPv4 else { throw .brackets }
            return (address.text, try number(port, standardPort))
        }
        if let colon = name.firstIndex(of: ":") {
            port = name[name.index(after: colon)...]
            name = name[..<colon]
        }
        guard !name.isEmpty else { throw .noHost }
        guard name.utf8.count <= 253, name.utf8.allSatisfy({ isLetter($0) || (48...57).contains($0) || "-._".utf8.contains($0) })
        else { throw .malformed("its host is no name in ASCII; write others in their xn-- form") }
        return (name.lowercased(), try number(port, standardPort))
    }

    private static func number(_ text: Substring?, _ standard: Int) throws(Problem) -> Int {
        guard let text, !text.isEmpty else { return standard }
        guard text.utf8.count <= 5, text.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(text),
            (1...65_535).contains(port)
        else { throw .malformed("its port is not a number from 1 to 65535") }
        return port
    }

    /// What does not belong into a request line is percent-encoded; what is encoded already stays.
    private static func target(_ rest: Substring) -> String {
        let written = rest.prefix { $0 != "#" }
        var target = written.hasPrefix("/") ? "" : "/"
        for byte in written.utf8 {
            if byte > 0x20, byte < 0x7F, !"\"<>\\^`{|}".utf8.contains(byte) {
                target.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                target += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return target
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
}
