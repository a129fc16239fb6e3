import AssayColumns
import AssayJSON
import AssayMetrics
package import AssayTerms

/// A drift profile as a file: `drift-profile/v1`.
package enum DriftProfileJSON {
    package static let version = "drift-profile/v1"
    /// How every such file begins.
    package static let prefix = Array("{\"assay\":\"drift-profile/".utf8)

    package static func bytes(of profile: DriftProfile) -> [UInt8] {
        var object: JSONObject = [
            "assay": .string(version), "rows": .integer(Int64(profile.rowCount)),
            "sources": .array(profile.digests.map { .string($0.hex) }), "columns": .array(profile.columns.map(column)),
        ]
        object["calibration"] = profile.calibration.map(calibration)
        if !profile.attributions.isEmpty { object["attributions"] = .array(profile.attributions.map(attribution)) }
        return JSONValue.object(object).bytes() + [UInt8(ascii: "\n")]
    }

    private static func column(_ column: DriftProfile.Column) -> JSONValue {
        var object: JSONObject = [
            "name": .string(column.name.string), "type": .string(column.type.rawValue),
            "rows": .integer(Int64(column.rows)), "missing": .integer(Int64(column.missingCount)),
            "infinite": .integer(Int64(column.infiniteCount)),
        ]
        switch column.type {
        case .boolean, .int64, .double:
            if let buffers = column.numbers.buffers {
                object["rank_bound"] = .integer(Int64(column.numbers.rankBound))
                object["buffers"] = .array(buffers.map { .array($0.map { .number($0) }) })
            } else {
                let counted = column.numbers.counted
                object["values"] = .array(counted.values.map { .number($0) })
                object["counts"] = .array(counted.counts.map { .integer(Int64($0)) })
            }
        case .text where column.texts.isOverLimit: object["too_many_texts"] = .bool(true)
        case .text:
            object["texts"] = .array(column.texts.entries.map { .string($0.text.string) })
            object["counts"] = .array(column.texts.entries.map { .integer(Int64($0.count)) })
        case .timestamp: break
        }
        return .object(object)
    }

    /// - Throws: `unreadable` saying what is wrong, `unsupported` for another version.
    package static func profile(from bytes: [UInt8], name: String) throws(AssayError) -> DriftProfile {
        func bad(_ what: String) -> AssayError { AssayError(.unreadable, "\(name) is no drift profile: \(what)") }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes, limits: JSONLimits(bytes: bytes.count))
        } catch {
            throw bad(error.text(in: bytes))
        }
        guard let found = value["assay"]?.string else { throw bad("it does not say \(version)") }
        guard found == version else {
            throw AssayError(.unsupported, "\(name) is a \(found), and this build reads \(version); make it anew with assay profile --write-profile")
        }
        func count(_ value: JSONValue?, _ what: String) throws(AssayError) -> Int {
            guard let count = value?.integer.flatMap({ Int(exactly: $0) }), count >= 0 else {
                throw bad("\(what) must be a count")
            }
            return count
        }
        func numbers(_ value: JSONValue?, _ what: String) throws(AssayError) -> [Double] {
            guard let array = value?.array else { throw bad("\(what) must be an array") }
            let numbers = array.compactMap(\.number).filter(\.isFinite)
            guard numbers.count == array.count else { throw bad("\(what) must hold finite numbers") }
            return numbers
        }
        var columns: [DriftProfile.Column] = []
        for element in value["columns"]?.array ?? [] {
            guard let columnName = element["name"]?.string, let type = element["type"]?.string.flatMap(ColumnType.init) else {
                throw bad("a column has no name or no known type")
            }
            var column = DriftProfile.Column(name: Text(columnName), type: type, texts: CategoryState(limit: .max))
            column.rows = try count(element["rows"], "rows of column \(columnName)")
            column.missingCount = try count(element["missing"], "missing of column \(columnName)")
            column.infiniteCount = try count(element["infinite"], "infinite of column \(columnName)")
            let present = column.rows - column.missingCount - column.infiniteCount
            var counts: [Int] = []
            for element in element["counts"]?.array ?? [] {
                counts.append(try count(element, "counts of column \(columnName)"))
            }
            switch type {
            case .boolean, .int64, .double:
                if let buffers = element["buffers"]?.array {
                    var levels: [[Double]] = []
                    guard buffers.count <= 48 else { throw bad("column \(columnName) has too many buffers") }
                    for buffer in buffers { levels.append(try numbers(buffer, "buffers of column \(columnName)")) }
                    column.numbers = QuantileSketch(
                        levels: levels, rankBound: try count(element["rank_bound"], "rank_bound of column \(columnName)"))
                } else {
                    let values = try numbers(element["values"], "values of column \(columnName)")
                    guard values.count == counts.count, !counts.contains(0) else {
                        throw bad("column \(columnName) has not one count for each value")
                    }
                    column.numbers = QuantileSketch(exact: values, counts: counts)
                }
                guard column.numbers.total == present else { throw bad("the rows of column \(columnName) do not add up") }
            case .text where element["too_many_texts"]?.bool == true: column.texts = .overLimit(presentCount: present)
            case .text:
                let texts = (element["texts"]?.array ?? []).compactMap(\.string)
                guard texts.count == counts.count, counts.reduce(0, +) == present else {
                    throw bad("the rows of column \(columnName) do not add up")
                }
                column.texts = CategoryState(counted: zip(texts, counts).map { (Text($0), $1) })
            case .timestamp: break
            }
            columns.append(column)
        }
        guard !columns.isEmpty else { throw bad("it has no columns") }
        var digests: [SHA256Digest] = []
        for source in value["sources"]?.array ?? [] {
            guard let digest = source.string.flatMap(SHA256Digest.init(hex:)) else { throw bad("a source has no digest") }
            digests.append(digest)
        }
        var profile = DriftProfile(columns: columns, rowCount: try count(value["rows"], "rows"), digests: digests)
        if let found = value["calibration"] {
            guard let calibration = calibration(from: found) else { throw bad("its calibration cannot be read") }
            profile.calibration = calibration
        }
        if let found = value["attributions"] {
            guard let attributions = attributions(from: found) else { throw bad("its attributions cannot be read") }
            profile.attributions = attributions
        }
        return profile
    }
}
