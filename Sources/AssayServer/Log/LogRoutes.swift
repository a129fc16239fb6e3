import AssayJSON
import AssayTerms
import AssayWire
package import AssayWorkflows

/// The published log, proofs, and histories.
package func logRoutes(_ useCases: UseCases) -> [Route] {
    publishedRoutes(useCases) + historyRoutes(useCases)
}

private func publishedRoutes(_ useCases: UseCases) -> [Route] {
    let files: [Route] = ["checkpoint", "checkpoints", "vkey", "vkeys"].map { name in
        Route("GET", "/api/assay/v1/log/\(name)", .read, on: .filtered) { _ in
            Reply(
                contentType: "text/plain; charset=utf-8", headers: [("Cache-Control", "no-cache")],
                body: .bytes(try await useCases.logResource(name)))
        }
    }
    return files + [
        Route("GET", "/api/assay/v1/log/tile/{path...}", .read, on: .filtered) { exchange in
            // A tile never changes. Whoever asks may have had to say who they are, so the copy is theirs alone.
            Reply(
                contentType: "application/octet-stream",
                headers: [("Cache-Control", "private, max-age=31536000, immutable")],
                body: .bytes(try await useCases.logResource("tile/" + exchange.parameter("path").string)))
        },
        Route("GET", "/api/assay/v1/log/proof", .read, on: .filtered) { exchange in
            let fields = try exchange.fields()
            let proof: [UInt8]
            if let id = try fields.text("entry"), !id.isEmpty {
                proof = try await useCases.logProof(entryID: id.string)
            } else {
                guard let index = try fields.integer("index").flatMap(UInt64.init(exactly:)) else {
                    throw AssayError(.invalidArgument, "Name the entry to be proven: ?entry=ID or ?index=NUMBER.")
                }
                proof = try await useCases.logProof(index: index)
            }
            return Reply(
                contentType: "text/plain; charset=utf-8", headers: [("Cache-Control", "no-cache")], body: .bytes(proof))
        },
        Route("GET", "/api/assay/v1/log/consistency", .read, on: .filtered) { exchange in
            guard let size = try exchange.fields().integer("from").flatMap(UInt64.init(exactly:)) else {
                throw AssayError(.invalidArgument, "Name the size of the earlier tree: ?from=NUMBER.")
            }
            let (path, checkpoint) = try await useCases.logConsistency(from: size)
            return .json([
                "path": .array(path.map { .string($0.hex) }),
                "checkpoint": .string(String(decoding: checkpoint, as: UTF8.self)),
            ])
        },
    ]
}

private func historyRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("GET", "/api/assay/v1/runs/{id}/seals", .read, on: .runInPath) { exchange in
            .json(try await useCases.auditRun(exchange.parameter("id")).json)
        },
        Route("GET", "/api/assay/v1/models/{name}/history", .read, on: .filtered) { exchange in
            let size = try await useCases.publishedSize()
            guard let text = try exchange.fields().text("as_of") else {
                let entries = try await useCases.modelHistory(exchange.parameter("name"))
                return .json(["entries": .array(entries.map { json($0, publishedSize: size) })])
            }
            let (entries, state, models) = try await useCases.modelHistory(
                exchange.parameter("name"), asOf: try UseCases.moment(text))
            return .json([
                "entries": .array(entries.map { json($0, publishedSize: size) }), "state": state.json(models: models),
            ])
        },
        Route("GET", "/api/assay/v1/log/as-of", .audit) { exchange in
            guard let text = try exchange.fields().text("time") else {
                throw AssayError(.invalidArgument, "Name the moment: ?time=2026-01-31T08:05:09Z.")
            }
            return .json(try await useCases.state(asOf: try UseCases.moment(text)).json())
        },
        Route("GET", "/api/assay/v1/log/entries", .audit) { exchange in
            let fields = try exchange.fields()
            let limit = try fields.integer("limit") ?? 100
            guard (1...1_000).contains(limit), let after = Optional(try fields.integer("after") ?? 0), after >= 0 else {
                throw AssayError(.invalidArgument, "'limit' is 1 to 1000, 'after' the ordinal of the last entry seen.")
            }
            let entries = try await useCases.history(after: after, limit: Int(limit))
            let size = try await useCases.publishedSize()
            var object: JSONObject = ["entries": .array(entries.map { json($0, publishedSize: size) })]
            if entries.count == Int(limit), let last = entries.last { object["next_after"] = .integer(last.ordinal) }
            return .json(.object(object))
        },
    ]
}

private func json(_ entry: HistoryEntry, publishedSize: UInt64) -> JSONValue {
    var object: JSONObject = [
        "id": .string(entry.id), "ordinal": .integer(entry.ordinal), "kind": .string(entry.kind),
        "time": .string(entry.time), "actor": .string(entry.actorID),
    ]
    object["actor_name"] = entry.actorName.map { .string($0.string) }
    object["index"] = entry.index.map { .integer($0) }
    object["state"] = .string(entry.state(publishedSize: publishedSize))
    object["payload"] = entry.payload ?? .null
    return .object(object)
}
