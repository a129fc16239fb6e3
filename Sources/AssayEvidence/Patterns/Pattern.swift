package import AssayTerms
internal import CRE2

/// A regular expression in RE2's syntax, matched in time linear in the text.
///
/// RE2 has no backreferences and no lookaround, which Python's `re` has; a pattern that uses them is refused.
/// What RE2 compiled is immutable, and its caches are guarded by its own lock.
package final class Pattern: Sendable {
    private nonisolated(unsafe) let compiled: OpaquePointer
    package let source: Text

    /// Has RE2 loaded now, and not with the first pattern, when this process may no longer open a file. Where it is not there,
    /// the first pattern says so.
    package static func prepare() { _ = cre2_load() }

    /// - Throws: `invalidArgument` with RE2's reason.
    package init(_ source: Text) throws(AssayError) {
        self.source = source
        var reason = [CChar](repeating: 0, count: 200)
        let bytes = Array(source.utf8)
        let pointer = bytes.withUnsafeBytes { buffer in
            reason.withUnsafeMutableBufferPointer { reason in
                // Safe: RE2 copies the pattern, and the reason is written within its capacity. An empty array may have no address.
                cre2_compile(
                    buffer.baseAddress.map { $0.assumingMemoryBound(to: CChar.self) } ?? Self.empty, buffer.count,
                    reason.baseAddress ?? UnsafeMutablePointer(mutating: Self.empty), reason.count)
            }
        }
        guard let pointer else {
            let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw AssayError(
                .invalidArgument, "the pattern '\(source)' is none that RE2 takes (no lookaround, no backreferences): \(text)")
        }
        compiled = pointer
    }

    /// An address for no bytes; never read, never changes.
    private nonisolated(unsafe) static let empty = UnsafePointer(UnsafeMutablePointer<CChar>.allocate(capacity: 1))

    deinit { cre2_free(compiled) }

    /// Whether the pattern is found anywhere, as Python's `re.search`.
    package func isFound(in text: Text) -> Bool {
        var string = text.string
        return string.withUTF8 { buffer in
            // Safe: the bytes live through the call.
            buffer.withMemoryRebound(to: CChar.self) { cre2_is_found(compiled, $0.baseAddress, $0.count) != 0 }
        }
    }
}
