package import AssayTerms

/// A strong validator of content (RFC 9110, section 8.8.3): the content's digest. Whoever may read the content may know it.
package struct EntityTag: Hashable, Sendable {
    /// As it stands in a header, with its quotes.
    package let text: String

    package init(_ digest: SHA256Digest) { text = "\"\(digest.hex)\"" }

    /// Whether `header`, the value of `If-Match`, names this tag. Compared strongly: `W/` never matches.
    package func isNamed(strongly header: String) -> Bool {
        Self.tags(header).contains { $0 == "*" || $0 == text }
    }

    /// Whether `header`, the value of `If-None-Match`, names this tag. Compared weakly.
    package func isNamed(weakly header: String) -> Bool {
        Self.tags(header).contains { $0 == "*" || $0 == text || $0 == "W/" + text }
    }

    /// Whether a range asked for under `header`, the value of `If-Range`, may be served: there is none, or it is exactly this
    /// tag. Dates do not match, since there is no `Last-Modified`.
    package func admitsRange(_ header: String?) -> Bool { header == nil || header == text }

    /// Our tags hold no comma, so a list is cut at commas.
    private static func tags(_ header: String) -> [String] {
        header.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
    }
}
