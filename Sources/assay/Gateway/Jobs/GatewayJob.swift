import AssayData
import AssayJSON
import AssayTerms

/// A data set handed in to be scored by one version, and how far that is.
struct GatewayJob: Hashable, Sendable {
    /// A version by its number and files.
    struct Held: Hashable, Sendable {
        let version: Int
        let manifest: SHA256Digest
    }

    enum State: String, Sendable, CaseIterable {
        case waiting, running, succeeded, failed, cancelled

        var hasEnded: Bool { self != .waiting && self != .running }
    }

    /// The form of the result.
    enum Form: String, Sendable, CaseIterable {
        case csv, jsonl, parquet

        var contentType: String {
            switch self {
            case .csv: "text/csv; charset=utf-8"
            case .jsonl: "application/x-ndjson"
            case .parquet: "application/vnd.apache.parquet"
            }
        }

        var rows: RowSink.Form {
            switch self {
            case .csv: .csv
            case .jsonl: .jsonLines
            case .parquet: .parquet
            }
        }
    }

    let id: String
    let caller: Text
    let model: Text
    /// Bound when the job is handed in: what takes the place meanwhile does not score it.
    let held: Held
    /// Who scores it: that version, or a rollout's candidate. Told when it is handed in, and settled when it begins.
    private(set) var version: Int
    private(set) var manifest: SHA256Digest
    /// `nil` where it is no rollout's.
    private(set) var arm: GatewayRollout.Arm?
    /// The rollout that it counts for.
    private(set) var rollout: String?
    /// Whether that rollout has counted it.
    var isCounted = false
    /// The place that was asked, as prediction records have it.
    let place: Text
    /// The place that was meant; `nil` for a version by its number.
    let heldPlace: Text?
    /// Of the header `Assay-Unit`; empty without one.
    let unitName: String
    /// Of the data set.
    let digest: SHA256Digest
    let input: DataFormat
    let form: Form
    var isExplained: Bool
    /// Whether the caller asked for explanations.
    let isExplanationAsked: Bool
    /// What its prediction records are told by.
    private(set) var batch: Text
    /// Whether the caller called it so.
    let isBatchNamed: Bool
    let bytes: Int64
    var state = State.waiting
    var rowsDone: Int64 = 0
    /// Known before the end where the file says it.
    var rowsInAll: Int64?
    /// Milliseconds since 1970.
    let created: Int64
    var started: Int64?
    var ended: Int64?
    /// Why it did not succeed.
    var message: String?

    static let format = "gateway-job/v1"

    /// What a rollout draws it by: its caller's unit, or the data set.
    var unit: GatewayRollout.Unit { GatewayRollout.Unit(name: unitName, digest: digest) }

    /// Says who scores it.
    ///
    /// In a rollout the same data set has the same batch, so that labels of its rows are one observation too, however often it is handed in.
    mutating func settle(_ scorer: GatewayTable.Scorer) {
        version = scorer.version.number
        manifest = scorer.version.statement.manifest
        arm = scorer.rollout == nil ? nil : scorer.arm
        rollout = scorer.rollout?.statement.id
        if !isBatchNamed { batch = Text(rollout == nil ? "job-\(id)" : "data-\(digest.hex.prefix(32))") }
    }

    /// - Parameter now: milliseconds since 1970, for the rate of one that is running.
    func json(now: Int64, keptHours: Int) -> JSONValue {
        var object: JSONObject = [
            "id": .string(id), "model": .string(model.string), "version": .integer(Int64(version)), "manifest": .string(manifest.hex),
            "place": .string(place.string), "arm": arm.map { .string($0.rawValue) } ?? .null, "rollout": rollout.map { .string($0) } ?? .null,
            "input": .string(input.rawValue), "format": .string(form.rawValue),
            "explanations": .bool(isExplained), "batch": .string(batch.string), "bytes": .integer(bytes), "state": .string(state.rawValue),
            "rows_done": .integer(rowsDone), "rows_in_all": rowsInAll.map { .integer($0) } ?? .null, "created": .integer(created),
            "started": started.map { .integer($0) } ?? .null, "ended": ended.map { .integer($0) } ?? .null,
        ]
        if let started, rowsDone > 0 {
            let seconds = Double(max(1, (ended ?? now) - started)) / 1_000
            object["rows_per_second"] = .number((Double(rowsDone) / seconds).rounded())
        }
        object["message"] = message.map { .string($0) }
        object["removed_after"] = ended.map { .integer($0 + Int64(keptHours) * 3_600_000) }
        return .object(object)
    }

    /// As it is kept between starts.
    var kept: [UInt8] {
        var object = json(now: ended ?? created, keptHours: 0).object ?? [:]
        object["format_version"] = .string(Self.format)
        object["caller"] = .string(caller.string)
        object["held_version"] = .integer(Int64(held.version))
        object["held_manifest"] = .string(held.manifest.hex)
        object["held_place"] = heldPlace.map { .string($0.string) }
        object["unit"] = .string(unitName)
        object["data"] = .string(digest.hex)
        object["counted"] = .bool(isCounted)
        object["asked_explanations"] = .bool(isExplanationAsked)
        object["named_batch"] = .bool(isBatchNamed)
        object["removed_after"] = nil
        return JSONValue.object(object).bytes()
    }

    init(
        id: String, caller: Text, model: Text, held: Held, place: Text, heldPlace: Text?, unitName: String, digest: SHA256Digest, input: DataFormat,
        form: Form, isExplained: Bool, isExplanationAsked: Bool, batch: Text?, bytes: Int64, created: Int64
    ) {
        self.id = id
        self.caller = caller
        self.model = model
        self.held = held
        version = held.version
        manifest = held.manifest
        self.place = place
        self.heldPlace = heldPlace
        self.unitName = unitName
        self.digest = digest
        self.input = input
        self.form = form
        self.isExplained = isExplained
        self.isExplanationAsked = isExplanationAsked
        self.batch = batch ?? Text("job-\(id)")
        isBatchNamed = batch != nil
        self.bytes = bytes
        self.created = created
    }

    /// `nil` for what is no job.
    init?(kept bytes: [UInt8]) {
        guard let value = try? JSONValue(parsing: bytes), value["format_version"]?.string == Self.format, let id = value["id"]?.string,
            let caller = value["caller"]?.string, let model = value["model"]?.string,
            let version = value["version"]?.integer.flatMap({ Int(exactly: $0) }),
            let manifest = value["manifest"]?.string.flatMap(SHA256Digest.init(hex:)), let place = value["place"]?.string,
            let input = value["input"]?.string.flatMap(DataFormat.init(rawValue:)), let form = value["format"]?.string.flatMap(Form.init(rawValue:)),
            let isExplained = value["explanations"]?.bool, let batch = value["batch"]?.string, let size = value["bytes"]?.integer,
            let state = value["state"]?.string.flatMap(State.init(rawValue:)), let created = value["created"]?.integer
        else { return nil }
        self.init(
            id: id, caller: Text(caller), model: Text(model),
            held: Held(
                version: value["held_version"]?.integer.flatMap { Int(exactly: $0) } ?? version,
                manifest: value["held_manifest"]?.string.flatMap(SHA256Digest.init(hex:)) ?? manifest),
            place: Text(place), heldPlace: value["held_place"]?.string.map { Text($0) }, unitName: value["unit"]?.string ?? "",
            digest: value["data"]?.string.flatMap(SHA256Digest.init(hex:)) ?? .nothing, input: input, form: form, isExplained: isExplained,
            isExplanationAsked: value["asked_explanations"]?.bool ?? isExplained,
            batch: value["named_batch"]?.bool ?? true ? Text(batch) : nil, bytes: size, created: created)
        self.version = version
        self.manifest = manifest
        self.batch = Text(batch)
        arm = value["arm"]?.string.flatMap(GatewayRollout.Arm.init(rawValue:))
        rollout = value["rollout"]?.string
        isCounted = value["counted"]?.bool ?? false
        self.state = state
        rowsDone = value["rows_done"]?.integer ?? 0
        rowsInAll = value["rows_in_all"]?.integer
        started = value["started"]?.integer
        ended = value["ended"]?.integer
        message = value["message"]?.string
    }
}
