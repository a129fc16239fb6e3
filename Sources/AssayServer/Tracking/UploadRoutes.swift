import AssayJSON
import AssayTerms
import AssayWire
package import AssayWorkflows
import HTTPTypes

/// What stands in for credentials where clients send or fetch parts of files.
enum TransferKey {
    static let upload = "X-Assay-Upload-Key"
    static let download = "X-Assay-Download-Key"

    static func value(_ name: String, _ exchange: Exchange) throws(AssayError) -> String {
        guard let value = HTTPField.Name(name).flatMap({ exchange.headers[$0] }) else {
            throw AssayError(.unauthenticated, "The header \(name) is missing.")
        }
        return value
    }
}

/// MLflow's multipart uploads and presigned downloads, as its clients know them from object stores, without prefix.
func transferRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("POST", "/mlflow-artifacts/mpu/create/{path...}", .log, on: .upload) { exchange in
            let fields = try exchange.fields()
            let path = try uploadPath(exchange, fields)
            let count = Int(clamping: try fields.integer("num_parts") ?? 0)
            let upload = try await useCases.createUpload(path, partCount: count, by: exchange.principal)
            let address = "\(exchange.ownAddress)/api/assay/v1/uploads/\(upload.id)/parts/"
            let credentials: [JSONValue] = (0..<count).map { place in
                [
                    "url": .string(address + String(place + 1)), "part_number": .integer(Int64(place) + 1),
                    "headers": [TransferKey.upload: .string(upload.key)],
                ]
            }
            return .json(["upload_id": .string(upload.id), "credentials": .array(credentials)])
        },
        Route("POST", "/mlflow-artifacts/mpu/complete/{path...}", .log, on: .upload) { exchange in
            let fields = try exchange.fields()
            let parts = try fields.objects("parts").map { part in
                (number: try part.integer("part_number") ?? 0, tag: try part.text("etag")?.string ?? "")
            }
            try await useCases.completeUpload(
                try fields.requiredText("upload_id").string, at: try uploadPath(exchange, fields), parts: parts, by: exchange.principal)
            return .nothing
        },
        Route("POST", "/mlflow-artifacts/mpu/abort/{path...}", .log, on: .upload) { exchange in
            let fields = try exchange.fields()
            try await useCases.abortUpload(
                try fields.requiredText("upload_id").string, at: try uploadPath(exchange, fields), by: exchange.principal)
            return .nothing
        },
        Route("GET", "/mlflow-artifacts/presigned/{path...}", .read, on: .filtered) { exchange in
            let (key, size) = try await useCases.downloadKey(for: try artifactPath(exchange))
            return .json([
                "url": .string("\(exchange.ownAddress)/api/assay/v1/downloads"), "headers": [TransferKey.download: .string(key)],
                "file_size": .integer(size),
            ])
        },
        Route("POST", "/mlflow/artifacts/presigned-upload-url", .log, on: .filtered) { exchange in
            try await refusePresignedUpload(useCases, exchange.fields())
        },
        Route("POST", "/mlflow/artifacts/presigned-download-url", .read, on: .filtered) { exchange in
            try await refusePresignedDownload(useCases, exchange.fields())
        },
    ]
}

/// Where parts are sent to and ranges are fetched from, by key instead of credentials.
package func keyedTransferRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("PUT", "/api/assay/v1/uploads/{upload}/parts/{number}", .open, body: .stream, takesKey: true) { exchange in
            guard let number = Int64(exchange.parameter("number").string) else {
                throw AssayError(.invalidArgument, "A part is named by its number.")
            }
            let digest = try await useCases.putPart(
                number, ofUpload: exchange.parameter("upload").string, key: try TransferKey.value(TransferKey.upload, exchange),
                exchange.bodyStream, expectedBytes: exchange.bodyStream.announcedBytes)
            var reply = Reply.nothing
            reply.headers.append(("ETag", EntityTag(digest).text))
            return reply
        },
        Route("GET", "/api/assay/v1/downloads", .open, takesKey: true) { exchange in
            let key = try TransferKey.value(TransferKey.download, exchange)
            return try await artifactReply(useCases, exchange) { try await useCases.artifact(byKey: key) }
        },
    ]
}

/// The folder in the address with the last part of the name the file has at the client, whose separators may be Windows'.
func uploadPath(_ exchange: Exchange, _ fields: RequestFields) throws(AssayError) -> Text {
    let local = try fields.requiredText("path").string
    let name = local.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
    let folder = try ArtifactPath.checked(exchange.parameter("path"))
    guard let path = try ArtifactPath.checked(Text((folder.map { $0.string + "/" } ?? "") + name)), !name.isEmpty else {
        throw AssayError(.invalidArgument, "Invalid path")
    }
    return path
}

/// Files are never anywhere but here, so there is no storage to sign addresses of. MLflow says so in these words.
private func refusePresignedUpload(_ useCases: UseCases, _ fields: RequestFields) async throws -> Reply {
    let path = try fields.requiredText("path")
    let run = try fields.text("run_id") ?? ""
    let model = try fields.text("model_id") ?? ""
    guard run.isEmpty != model.isEmpty else {
        throw AssayError(.invalidArgument, "Exactly one of run_id and model_id must be provided.")
    }
    _ = try ArtifactPath.checked(path)
    let root = run.isEmpty ? try await useCases.loggedModel(model).artifactURI : try await useCases.run(run).info.artifactURI
    throw AssayError(
        .invalidArgument,
        "Presigned upload is not supported for proxied artifact storage (artifact URI scheme: \(scheme(of: root))). This endpoint requires a direct cloud storage artifact URI.")
}

private func refusePresignedDownload(_ useCases: UseCases, _ fields: RequestFields) async throws -> Reply {
    let run = try fields.requiredText("run_id")
    _ = try ArtifactPath.checked(try fields.requiredText("path"))
    let expiration = try fields.integer("expiration") ?? 300
    guard (1...604_800).contains(expiration) else {
        throw AssayError(.invalidArgument, "expiration must be between 1 and 604800 seconds (got \(expiration)).")
    }
    let root = try await useCases.run(run).info.artifactURI
    throw AssayError(
        .invalidArgument,
        "Presigned download is not supported for runs with proxied artifact storage (artifact URI scheme: \(scheme(of: root))). This endpoint requires a run with a direct cloud storage artifact URI.")
}

private func scheme(of uri: Text) -> Substring { uri.string.prefix { $0 != ":" } }
