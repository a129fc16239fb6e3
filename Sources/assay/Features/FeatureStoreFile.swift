import AssayColumns
import AssayEvidence
import AssayJSON
import AssayPolicy
import AssayServing
import AssayTerms

/// The newest row of each entity in a file, `feature-store/v1`: a line of JSON that says the view, then a line an entity.
struct FeatureStoreFile {
    static let format = "feature-store/v1"

    let view: String
    let entities: [String]
    /// Microseconds; `nil` is any age.
    let validity: Int64?
    private let lines: [ArraySlice<UInt8>]

    struct Row {
        /// Microseconds since 1970.
        let time: Int64
        let features: JSONValue
    }

    static func write(_ newest: FeatureTable.Newest, of view: FeatureView, to out: RowOutput) throws(AssayError) {
        let head: JSONObject = [
            "assay": .string(format), "view": .string(view.name.string), "entity": .array(view.entities.map { .string($0.name.string) }),
            "validity": view.validity.microseconds.map { .integer($0) } ?? .null,
        ]
        try out.write(JSONValue.object(head).bytes() + [UInt8(ascii: "\n")])
        for (row, time) in newest.times.enumerated() {
            let features = newest.features.map { ($0.name.string, $0.json(row)) }
            let line: JSONObject = [
                "entity": .array(newest.entities.map { .string($0.value(at: row)?.name.string ?? "") }), "time": .integer(time),
                "features": .object(JSONObject(features)),
            ]
            try out.write(JSONValue.object(line).bytes() + [UInt8(ascii: "\n")])
        }
    }

    /// - Throws: `unreadable` for what is no such file.
    init(_ path: String) throws(AssayError) {
        lines = try SmallFile.bytes(of: path, limit: SmallFile.profileLimit, isRegular: true).split(separator: UInt8(ascii: "\n"))
        guard let first = lines.first, let head = try? JSONValue(parsing: Array(first), limits: JSONLimits(bytes: 1 << 20, depth: 4)),
            head["assay"]?.string == Self.format, let view = head["view"]?.string,
            let entities = head["entity"]?.array?.compactMap(\.string), !entities.isEmpty
        else { throw AssayError(.unreadable, "\(path) is no \(Self.format); assay features materialize writes one") }
        self.view = view
        self.entities = entities
        validity = head["validity"]?.integer
    }

    /// - Parameter entity: its names, as they are written in text.
    /// - Throws: `unreadable` where a line is damaged.
    func row(of entity: [String]) throws(AssayError) -> Row? {
        for (index, line) in lines.enumerated().dropFirst() {
            guard let value = try? JSONValue(parsing: Array(line), limits: JSONLimits(bytes: 16 << 20, depth: 8)),
                let names = value["entity"]?.array?.compactMap(\.string), let time = value["time"]?.integer, let features = value["features"]
            else {
                throw AssayError(
                    .unreadable, "line \(index + 1) of the store of \(view) is damaged; write it anew with assay features materialize")
            }
            // By bytes: two texts that look alike are two entities.
            if names.map({ Text($0) }) == entity.map({ Text($0) }) { return Row(time: time, features: features) }
        }
        return nil
    }
}
