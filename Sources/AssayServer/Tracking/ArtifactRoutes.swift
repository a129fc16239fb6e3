import AssayJSON
import AssayTerms
import AssayWire
import AssayWorkflows
import HTTPTypes

func artifactRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("GET", "/mlflow/artifacts/list", .read, on: .filtered) { exchange in
            let fields = try exchange.fields()
            let folder = try ArtifactPath.checked(try fields.text("path") ?? "")
            let (root, entries) = try await useCases.runArtifacts(try fields.runID(), folder: folder)
            return artifactListing(root: root, entries)
        },
        Route("GET", "/mlflow-artifacts/artifacts", .read, on: .filtered) { exchange in
            let folder = try ArtifactPath.checked(try exchange.fields().text("path") ?? "")
            // Names only: the client joins them to the folder it asked about.
            let entries = try await useCases.artifacts(at: folder).map { entry in
                ArtifactEntry(path: Text(String(entry.path.string.split(separator: "/").last ?? "")), size: entry.size)
            }
            return .json(TrackingAnswers.list("files", entries.map(TrackingAnswers.artifact)))
        },
        Route("GET", "/mlflow-artifacts/artifacts/{path...}", .read, on: .filtered) { exchange in
            let path = try artifactPath(exchange)
            return try await artifactReply(useCases, exchange) { try await useCases.artifact(path) }
        },
        Route("PUT", "/mlflow-artifacts/artifacts/{path...}", .log, on: .artifact, body: .stream) { exchange in
            try requireWhole(exchange)
            try await useCases.putArtifact(
                try artifactPath(exchange), exchange.bodyStream, expectedBytes: exchange.bodyStream.announcedBytes,
                by: exchange.principal)
            return .nothing
        },
        Route("DELETE", "/mlflow-artifacts/artifacts/{path...}", .delete, on: .artifact, body: Route.BodyRule.none) { exchange in
            try await useCases.deleteArtifact(try artifactPath(exchange))
            return .nothing
        },
    ]
}

/// A part of a file must not take the whole file's place, nor coded bytes that of what they stand for (RFC 9110, section 14.5).
///
/// - Throws: `invalidArgument` for a `Content-Range` or `Content-Encoding`.
private func requireWhole(_ exchange: Exchange) throws(AssayError) {
    guard exchange.headers[.contentRange] == nil else {
        throw AssayError(
            .invalidArgument, "A PUT replaces the whole file, so it has no Content-Range. Send the whole file, or upload it in parts.")
    }
    if let coding = exchange.headers[.contentEncoding], coding.lowercased() != "identity" {
        throw AssayError(.invalidArgument, "Files are kept as they are sent. Send the bytes without Content-Encoding.")
    }
}

/// Routes that stand outside the versioned prefixes.
func unversionedRoutes(_ useCases: UseCases) -> [Route] {
    let runArtifact: @Sendable (Exchange) async throws -> Reply = { exchange in
        let fields = try exchange.fields()
        guard let path = try ArtifactPath.checked(try fields.requiredText("path")) else {
            throw RequestFields.missing("path")
        }
        let run = try fields.runID()
        return try await artifactReply(useCases, exchange) { try await useCases.runArtifact(run, path: path) }
    }
    return [
        Route("GET", "/get-artifact", .read, on: .filtered, handler: runArtifact),
        Route("GET", "/ajax-api/2.0/mlflow/get-artifact", .read, on: .filtered, handler: runArtifact),
        Route("POST", "/ajax-api/2.0/mlflow/upload-artifact", .log, on: .runInQuery, body: .stream) { exchange in
            try await uploadSmallArtifact(useCases, exchange)
            return .nothing
        },
        Route("GET", "/api/3.0/mlflow/server-info", .open) { _ in .json(serverInfo) },
        Route("GET", "/ajax-api/3.0/mlflow/server-info", .open) { _ in .json(serverInfo) },
    ]
}

/// The upload of MLflow's pages: one small file in a body of any content type.
private func uploadSmallArtifact(_ useCases: UseCases, _ exchange: Exchange) async throws {
    let fields = RequestFields(query: exchange.query)
    guard let run = try fields.text("run_uuid"), !run.isEmpty else {
        throw AssayError(.invalidArgument, "Request must specify run_uuid.")
    }
    guard let path = try ArtifactPath.checked(try fields.text("path") ?? "") else {
        throw AssayError(.invalidArgument, "Request must specify path.")
    }
    guard let body = try await exchange.bodyStream.collected(limit: 10 << 20) else {
        throw AssayError(.invalidArgument, "Artifact size is too large. Max size is 10MB.")
    }
    guard !body.isEmpty else { throw AssayError(.invalidArgument, "Request must specify data.") }
    let chunks = AsyncStream {
        $0.yield(body)
        $0.finish()
    }
    try await useCases.putRunArtifact(run, path: path, chunks, by: exchange.principal)
}

/// What the server can do, as clients of version 3 ask before they choose a way.
///
/// Uploads and downloads in parts work here and are not recommended, as by MLflow over a local folder: a client that sends
/// one part in vain gives the whole file up, where it repeats a plain upload, and one that fetches in ranges asks twice for
/// every small file. Behind a proxy with limits they are what helps, and people switch them on there
/// (`MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD`, `MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD`).
private let serverInfo: JSONValue = [
    "store_type": "SqlStore", "workspaces_enabled": false, "trace_archival_enabled": false,
    "multipart_uploads_enabled": false, "multipart_downloads_enabled": false,
    "presigned_upload_run_id_supported": true, "presigned_upload_model_id_supported": true,
    "features_enabled": ["gateway": false],
]

func artifactPath(_ exchange: Exchange) throws(AssayError) -> Text {
    guard let path = try ArtifactPath.checked(exchange.parameter("path")) else {
        throw AssayError(.invalidArgument, "Invalid path")
    }
    return path
}

func artifactListing(root: Text, _ entries: [ArtifactEntry]) -> Reply {
    var object: JSONObject = ["root_uri": .string(root.string)]
    if !entries.isEmpty { object["files"] = .array(entries.map(TrackingAnswers.artifact)) }
    return .json(.object(object))
}
