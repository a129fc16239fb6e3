import AssayStore
import AssayTerms
import AssayWorkflows

/// The bytes of a stored file as an answer.
///
/// Files come from strangers. Everything is sent so that a browser neither runs it nor guesses another type: as an
/// attachment in a sandbox, except for types that cannot carry scripts.
func artifactReply(_ useCases: UseCases, _ file: FileRecord) throws -> Reply {
    let name = file.path.string.split(separator: "/").last.map(String.init) ?? "download"
    let type = InertType.of(name)
    return Reply(
        contentType: type ?? "application/octet-stream",
        headers: [
            ("Content-Disposition", type == nil ? attachment(name) : "inline"),
            ("Content-Security-Policy", "sandbox; default-src 'none'"),
        ],
        body: .stream(length: Int(file.size), chunks: try useCases.content(of: file)))
}

/// Types that a browser shows without running anything.
private enum InertType {
    static func of(_ name: String) -> String? {
        let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        switch ending {
        case "png": return "image/png"
        case "jpg", "jpeg": return "image/jpeg"
        case "gif": return "image/gif"
        case "webp": return "image/webp"
        case "txt", "log", "csv", "tsv", "md", "json", "yaml", "yml", "toml", "py", "mlmodel":
            return "text/plain; charset=utf-8"
        default: return nil
        }
    }
}

/// RFC 6266: an ASCII name for old clients and the exact one beside it (RFC 5987).
private func attachment(_ name: String) -> String {
    var ascii = ""
    var exact = ""
    for byte in name.utf8 {
        let isPlain = (48...57).contains(byte) || (65...90).contains(byte & 0xDF) || "-._".utf8.contains(byte)
        ascii += isPlain ? String(UnicodeScalar(byte)) : "_"
        exact += isPlain ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte]).uppercased()
    }
    return ascii == name ? "attachment; filename=\"\(ascii)\"" : "attachment; filename=\"\(ascii)\"; filename*=UTF-8''\(exact)"
}
