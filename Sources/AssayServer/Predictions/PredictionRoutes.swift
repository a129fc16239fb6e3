import AssayJSON
import AssayRecords
import AssayStore
import AssayTerms
package import AssayWorkflows
import HTTPTypes

/// Prediction records and labels, under `/api/assay/v1/predictions`.
package enum PredictionRoutes {
    package static let mediaType = "application/vnd.assay.records"
    private static let pageLimit = 1_000

    package static func routes(_ governance: Governance) -> [Route] {
        (receiving(governance) + reading(governance) + erasing(governance)).map { $0.prefixed(GovernanceRoutes.prefix) }
    }

    private static func receiving(_ governance: Governance) -> [Route] {
        [("/predictions", PredictionSegmentRecord.Kind.predictions), ("/predictions/labels", .labels)].map { path, kind in
            Route("POST", path, .observe, on: .segmentModel, body: .anyContentType(limit: SegmentReader.byteLimit)) { exchange in
                let receipt = try await governance.receiveSegment(exchange.body, kind, by: exchange.principal)
                return .json(
                    JSONValue.object([
                        "segment": .string(receipt.id), "rows": .integer(Int64(receipt.rowCount)), "repeated": .bool(receipt.isRepeat),
                    ]).bytes(), status: receipt.isRepeat ? 200 : 201)
            }
        }
    }

    private static func reading(_ governance: Governance) -> [Route] {
        [
            Route("GET", "/predictions", .read, on: .queriedModel) { exchange in
                let kind = try exchange.queryValue("kind").map { word in
                    guard let kind = PredictionSegmentRecord.Kind(rawValue: word) else {
                        throw AssayError(.invalidArgument, "'kind' is predictions or labels.")
                    }
                    return kind
                } ?? .predictions
                func number(_ name: Text) throws -> Int64? {
                    try exchange.queryValue(name).map { text in
                        guard let number = Int64(text) else { throw AssayError(.invalidArgument, "'\(name)' is a whole number.") }
                        return number
                    }
                }
                let (since, until) = (try number("since") ?? .min, try number("until") ?? .max)
                guard since < until else { throw AssayError(.invalidArgument, "'since' is before 'until', both in microseconds since 1970.") }
                let records = try await governance.segments(
                    ofModel: try modelName(exchange), kind, version: try number("version").flatMap { Int(exactly: $0) }, in: since..<until,
                    after: try number("after") ?? 0, limit: pageLimit)
                return .json(
                    JSONValue.object([
                        "segments": .array(records.map(json)), "next": records.count == pageLimit ? .integer(records[pageLimit - 1].ordinal) : .null,
                    ]).bytes())
            },
            Route("GET", "/predictions/segments/{id}", .readSensitive, on: .queriedModel) { exchange in
                let record = try await governance.segment(id: exchange.parameters["id"] ?? "", ofModel: try modelName(exchange))
                guard let bytes = try await governance.segmentBytes(record) else {
                    throw AssayError(.notFound, "The rows of segment \(record.id) are erased.")
                }
                return Reply(status: 200, contentType: mediaType, body: .bytes(bytes))
            },
        ]
    }

    private static func erasing(_ governance: Governance) -> [Route] {
        [
            Route("POST", "/predictions/erasure", .setRetention, on: .governedModel, body: .json(limit: 4 << 20)) { exchange in
                let body = try GovernanceBody(exchange)
                var request = Governance.ErasureRequest()
                for id in try texts(body, "ids") {
                    guard let id = RecordID(id) else {
                        throw AssayError(.invalidArgument, "'ids' holds what is no prediction's id: 32 hexadecimal digits, a hyphen and the row's number.")
                    }
                    request.ids.insert(id)
                }
                request.references = Set(try texts(body, "references"))
                request.column = try body.optionalText("column")
                request.values = Set(try texts(body, "values"))
                guard !request.ids.isEmpty || !request.references.isEmpty || request.column != nil && !request.values.isEmpty else {
                    throw AssayError(.invalidArgument, "Name what is erased: 'ids', 'references', or a 'column' with 'values'.")
                }
                let erasure = try await governance.erasePredictions(ofModel: try body.text("model"), request, by: exchange.principal)
                return .json(
                    JSONValue.object(["rows": .integer(Int64(erasure.rowCount)), "segments": .integer(Int64(erasure.segmentCount))]).bytes())
            },
            Route("GET", "/predictions/retention", .read, on: .queriedModel) { exchange in
                let days = try await governance.predictionRetention(ofModel: try modelName(exchange))
                return .json(JSONValue.object(["days": days.map { .integer($0) } ?? .null]).bytes())
            },
            Route("POST", "/predictions/retention", .setRetention, on: .governedModel, body: .json(limit: 64 << 10)) { exchange in
                let body = try GovernanceBody(exchange)
                let days = body.has("days") ? Int64(try body.number("days")) : nil
                try await governance.setPredictionRetention(ofModel: try body.text("model"), days: days, by: exchange.principal)
                return .json(JSONValue.object(["days": days.map { .integer($0) } ?? .null]).bytes())
            },
        ]
    }

    private static func texts(_ body: GovernanceBody, _ name: String) throws -> [Text] {
        guard let value = body.object[name], !value.isNull else { return [] }
        guard let list = value.array, list.allSatisfy({ $0.string != nil }) else {
            throw AssayError(.invalidArgument, "'\(name)' is a list of texts.")
        }
        return list.compactMap { $0.string.map { Text($0) } }
    }

    static func modelName(_ exchange: Exchange) throws -> Text {
        guard let name = exchange.queryValue("model"), !name.isEmpty else { throw AssayError(.invalidArgument, "Name a 'model'.") }
        return Text(name)
    }

    private static func json(_ record: PredictionSegmentRecord) -> JSONValue {
        var object: JSONObject = [
            "segment": .string(record.id), "ordinal": .integer(record.ordinal), "rows": .integer(Int64(record.rowCount)),
            "answered": .integer(Int64(record.answeredCount)), "erased": .integer(Int64(record.erasedRowCount)),
            "first": .integer(record.firstMicroseconds), "last": .integer(record.lastMicroseconds), "sampling": .integer(Int64(record.sampling)),
            "digest": .string(record.digest.hex), "received": .integer(record.receivedMilliseconds), "by": .string(record.makerName.string),
            "held": .bool(record.blob != nil),
        ]
        object["version"] = record.version.map { .integer(Int64($0)) }
        object["manifest"] = record.manifest.map { .string($0.hex) }
        return .object(object)
    }
}
