package import AssayJSON
import AssayTerms

extension ReasonTable.RowReasons {
    /// `[{"code", "text", "contribution", "features"}]`, the greatest first; empty where nothing counts against the row.
    package var json: JSONValue {
        .array(
            reasons.map { reason in
                [
                    "code": .string(reason.code.string), "text": .string(reason.text.string), "contribution": .number(reason.contribution),
                    "features": .array(reason.features.map { .string($0.string) }),
                ]
            })
    }
}
