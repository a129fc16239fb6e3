import AssayTerms

extension LinearHead {
    /// The same scores as sums over steps that are made from one input column each, so that a sum can be told apart by column: what principal
    /// components and other weighted sums do to several columns is multiplied out.
    ///
    /// `nil` where some feature is made from several columns otherwise: by a product, a length, another model.
    ///
    /// - Complexity: O(features × columns × scores).
    package func byColumn(_ graph: Graph) -> LinearHead? {
        guard graph.mixesColumns else { return self }
        var intercepts = intercepts
        var weights = [[Double]?](repeating: nil, count: graph.steps.count)
        var kept: [Term] = []
        func add(_ step: Int, _ own: [Double]) {
            guard let old = weights[step] else { return weights[step] = own }
            weights[step] = zip(old, own).map { $0 + $1 }
        }
        for term in terms {
            guard graph.sources[term.step].count > 1, case .number(let step, let own) = term else {
                kept.append(term)
                continue
            }
            add(step, own)
        }
        for step in graph.steps.indices.reversed() {
            guard let own = weights[step] else { continue }
            if graph.sources[step].count <= 1 {
                kept.append(.number(step: step, weights: own))
                continue
            }
            switch graph.steps[step] {
            case .number(let source) where source.treatments.isEmpty:
                guard case .step(let base) = source.base else { return nil }
                add(base, own)
            case .scaled(let base, let subtracted, let divisor, let factor):
                let slope = (factor ?? 1) / (divisor ?? 1)
                add(base, own.map { $0 * slope })
                if let subtracted { for score in intercepts.indices { intercepts[score] -= own[score] * slope * subtracted } }
            case .combined(let bases, let parts, let constant):
                for (base, part) in zip(bases, parts) { add(base, own.map { $0 * part }) }
                for score in intercepts.indices { intercepts[score] += own[score] * constant }
            default: return nil
            }
        }
        return with(terms: kept, intercepts: intercepts)
    }
}
