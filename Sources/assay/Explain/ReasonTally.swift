import AssayExplain
import AssayJSON
import AssayTerms

/// How often the codes of a table were given over many rows.
struct ReasonTally {
    let table: ReasonTable
    /// By code, in the table's order: rows in which it was given, and in which it was the first.
    private(set) var given: [Int]
    private(set) var first: [Int]
    private(set) var rowCount = 0
    /// Rows in which nothing counts against the person, or not enough.
    private(set) var withoutCount = 0
    /// Rows in which inputs that are never named moved the answer further than the last reason that was given, or where none was, at all.
    private(set) var neverNamedCount = 0
    private let places: [Text: Int]

    init(_ table: ReasonTable) {
        self.table = table
        given = [Int](repeating: 0, count: table.codes.codes.count)
        first = given
        places = Dictionary(uniqueKeysWithValues: table.codes.codes.enumerated().map { ($1.code, $0) })
    }

    mutating func add(_ rows: [ReasonTable.RowReasons]) {
        for row in rows {
            rowCount += 1
            if row.reasons.isEmpty { withoutCount += 1 }
            if row.neverNamed > row.reasons.last?.contribution ?? 0 { neverNamedCount += 1 }
            for (rank, reason) in row.reasons.enumerated() {
                guard let place = places[reason.code] else { continue }
                given[place] += 1
                if rank == 0 { first[place] += 1 }
            }
        }
    }

    var json: JSONValue {
        let unfavourable: JSONValue =
            switch table.codes.unfavourable {
            case .label(let label): ["class": .string(label.string)]
            case .high: ["number": "high"]
            case .low: ["number": "low"]
            }
        return [
            "name": .string(table.codes.name.string), "version": .string(table.codes.version.string), "sha256": .string(table.digest.hex),
            "unfavourable": unfavourable, "reasons": .integer(Int64(table.codes.limit)), "rows": .integer(Int64(rowCount)),
            "rows_without": .integer(Int64(withoutCount)), "rows_never_named": .integer(Int64(neverNamedCount)),
            "codes": .array(
                table.codes.codes.enumerated().map { place, code in
                    [
                        "code": .string(code.code.string), "text": .string(code.text.string), "given": .integer(Int64(given[place])),
                        "first": .integer(Int64(first[place])),
                    ]
                }),
        ]
    }

    /// For people: which codes were given how often, the most frequent first.
    var lines: [String] {
        let order = given.indices.filter { given[$0] > 0 }.sorted { (given[$1], $0) < (given[$0], $1) }
        let width = order.map { table.codes.codes[$0].code.string.count }.max() ?? 0
        var lines = ["", "Reasons by \(table.codes.name) \(table.codes.version) (sha256:\(table.digest.hex)):", ""]
        for place in order {
            let code = table.codes.codes[place]
            let name = code.code.string + String(repeating: " ", count: width - code.code.string.count)
            lines.append("  \(name)  \(NumberText.grouped(given[place])) rows, first in \(NumberText.grouped(first[place])): \(code.text)")
        }
        if withoutCount > 0 { lines.append("  no reason in \(NumberText.grouped(withoutCount)) rows") }
        if neverNamedCount > 0 {
            lines += [
                "",
                "In \(NumberText.grouped(neverNamedCount)) rows an input that is never named counts more than the last reason that is; see whether the model may use it.",
            ]
        }
        return lines
    }
}
