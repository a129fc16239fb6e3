import AssayData
package import AssayTerms

extension EvidenceEngine {
    /// The columns that a request reads where they are there; `nil` for all of them.
    ///
    /// - Throws: as `compute` of a request that lacks something.
    package static func columns(of request: EvidenceRequest) throws(AssayError) -> Set<Text>? {
        try request.validate(hasModel: false)
        let plan = try EvidencePlan(request, modelColumns: [])
        switch plan.optionalColumns {
        case .all: return nil
        case .named(let names): return Set(plan.columns + names)
        }
    }
}
