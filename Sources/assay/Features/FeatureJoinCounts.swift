import AssayEvidence
import AssayPolicy

/// What a join found, over all blocks of rows.
struct FeatureJoinCounts {
    private var rows = 0
    private var matched = 0
    private var expired = 0
    private var unasked = 0

    mutating func add(_ answer: FeatureTable.Answer) {
        rows += answer.rowCount
        matched += answer.matchedCount
        expired += answer.expiredCount
        unasked += answer.unaskedCount
    }

    func line(_ view: FeatureView, _ table: FeatureTable) -> String {
        var line = "\(view.name): \(NumberText.grouped(matched)) of \(NumberText.grouped(rows)) rows matched"
        if rows > matched {
            var reasons: [String] = []
            let unknown = rows - matched - expired - unasked
            if unknown > 0 { reasons.append("\(NumberText.grouped(unknown)) nothing known by then") }
            if expired > 0 { reasons.append("\(NumberText.grouped(expired)) older than \(view.validity.text)") }
            if unasked > 0 { reasons.append("\(NumberText.grouped(unasked)) without entity or time") }
            line += " (\(reasons.joined(separator: ", ")))"
        }
        line += "; its source has \(NumberText.grouped(table.rowCount)) rows of \(NumberText.grouped(table.entityCount)) entities"
        if table.unusableCount > 0 { line += ", \(NumberText.grouped(table.unusableCount)) rows without entity or timestamp left out" }
        return line + "."
    }
}
