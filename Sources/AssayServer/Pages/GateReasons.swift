import AssayJSON
import AssayPages

/// The reasons of a kept decision, as pages list them.
enum GateReasons {
    /// Every requirement of every policy, the unmet ones first; empty for a decision that cannot be read.
    static func rows(_ detail: [UInt8]) -> [GateReasonRow] {
        guard let decision = try? JSONValue(parsing: detail) else { return [] }
        let rows = (decision["policies"]?.array ?? []).flatMap { policy in
            (policy["reasons"]?.array ?? []).map { reason in
                GateReasonRow(
                    decision: reason["decision"]?.string ?? "", text: reason["text"]?.string ?? "",
                    remedy: reason["remedy"]?.string)
            }
        }
        let notes = (decision["notes"]?.array ?? []).compactMap(\.string).map {
            GateReasonRow(decision: "note", text: $0, remedy: nil)
        }
        return rows.filter { !isMet($0) } + rows.filter(isMet) + notes
    }

    static func unmet(_ detail: [UInt8]) -> [GateReasonRow] { rows(detail).filter { !isMet($0) } }

    private static func isMet(_ row: GateReasonRow) -> Bool { row.decision == "pass" || row.decision == "waived" }
}
