import AssayStore
import AssayTerms
import AssayWire
import AssayWorkflows
import HTTPTypes

/// The bytes of a stored file as an answer, or the part of them a `Range` asks for.
///
/// Only who may read the file comes here, so its digest tells nothing new. There is no `Last-Modified`: the time a file was
/// written is not kept.
///
/// - Parameter find: the file's record. Asked again when the file was replaced before its bytes could be opened.
func artifactReply(
    _ useCases: UseCases, _ exchange: Exchange, find: () async throws -> FileRecord
) async throws -> Reply {
    var file = try await find()
    while true {
        do {
            return try await artifactReply(useCases, exchange, file)
        } catch let error as AssayError where error.code == .notFound {
            let newer = try await find()
            guard newer.blob != file.blob else { throw error }
            file = newer
        }
    }
}

private func artifactReply(_ useCases: UseCases, _ exchange: Exchange, _ file: FileRecord) async throws -> Reply {
    guard file.blob != nil else {
        throw AssayError(.notFound, "The bytes of '\(file.path)' were erased; its line stays for the record.")
    }
    let media = ArtifactMedia(path: file.path)
    let tag = EntityTag(file.digest)
    var reply = Reply(
        contentType: media.contentType,
        headers: [
            ("Content-Disposition", media.disposition),
            ("Content-Security-Policy", "sandbox; default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"),
            ("ETag", tag.text),
            ("Accept-Ranges", "bytes"),
            // Kept by the asker alone, and asked about before every use: rights and content may change.
            ("Cache-Control", "private, no-cache"),
        ],
        body: .bytes([]))
    if let header = exchange.headers[.ifMatch], !tag.isNamed(strongly: header) {
        return Responder.error(
            .resourceConflict, "'\(file.path)' is not what If-Match names; it was written again meanwhile.", status: 412)
    }
    if let header = exchange.headers[.ifNoneMatch], tag.isNamed(weakly: header) {
        reply.status = 304
        return reply
    }
    let asked = exchange.method == .get && tag.admitsRange(exchange.headers[.ifRange]) ? exchange.headers[.range] : nil
    let range = ByteRange(asked, size: file.size)
    switch range {
    case .whole:
        reply.body = .stream(length: Int(file.size), chunks: try await useCases.content(of: file))
    case .part(let part):
        reply.status = 206
        reply.body = .stream(length: part.count, chunks: try await useCases.content(of: file, range: part))
    case .unsatisfiable:
        reply = Responder.error(
            .invalidParameterValue, "'\(file.path)' has \(file.size) bytes; the range asked for is beyond them.", status: 416)
    }
    if let value = range.contentRange(size: file.size) { reply.headers.append(("Content-Range", value)) }
    return reply
}
