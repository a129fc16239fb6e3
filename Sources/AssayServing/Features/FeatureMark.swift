package import AssayColumns
import AssayJSON
import AssayRecords
import AssayTerms

/// What a record says of the features that were filled in: from which view and store, which of them the request brought, and what was found.
package struct FeatureMark: Sendable {
    package enum Found: String, Sendable, CaseIterable {
        case yes
        case expired
        case later
        case unknown
        /// The row names no entity, or no time.
        case unasked
        /// Every feature was the request's own.
        case given
    }

    /// One view's part.
    struct Part: Sendable {
        let view: Text
        let viewDigest: SHA256Digest
        /// `nil` where nothing was looked up.
        let storeDigest: SHA256Digest?
        /// Features that the request brought.
        let given: [Text]
        /// By row.
        let found: [Found]
        /// When the row that was found was written, by row.
        let known: [Int64?]

        fileprivate func json(_ row: Int) -> JSONValue {
            var object: JSONObject = ["view": .string(viewDigest.hex), "found": .string(found[row].rawValue)]
            object["store"] = storeDigest.map { .string($0.hex) }
            if !given.isEmpty { object["given"] = .array(given.map { .string($0.string) }) }
            return .object(object)
        }
    }

    /// When it was looked up; microseconds since 1970.
    package let time: Int64
    /// The columns that whoever asked was found by, where the model does not read them itself.
    package let asked: [Column]
    let parts: [Part]
    let rowCount: Int

    /// `@features`, JSON by view, and `@known:VIEW`.
    package var columns: [Column] {
        // Few rows differ in what was found, so that each text is made once.
        var codes: [[Found]: Int32] = [:]
        let dictionary = TextDictionary()
        let marks = (0..<rowCount).map { row -> Int32 in
            let key = parts.map { $0.found[row] }
            if let code = codes[key] { return code }
            let object = JSONObject(parts.map { ($0.view.string, $0.json(row)) })
            let code = dictionary.code(for: Text(String(decoding: JSONValue.object(object).bytes(), as: UTF8.self)))
            codes[key] = code
            return code
        }
        var columns = [Column(name: RecordColumn.features, values: .text(codes: marks, dictionary: dictionary))]
        for part in parts where part.storeDigest != nil {
            columns.append(
                Column(
                    name: RecordColumn.known(by: part.view), values: .timestamp(part.known.map { $0 ?? 0 }),
                    validity: Validity(part.known.map { $0 != nil })))
        }
        return columns
    }
}
