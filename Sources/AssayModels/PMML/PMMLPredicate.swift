import AssayTerms

/// A question about a row: true, false, or unknown (`nil`) where a value is missing.
///
/// - Source: PMML 4.4, "Tree Model", "Predicates".
indirect enum PMMLPredicate: Sendable {
    enum Comparison: String, Sendable {
        case equal, notEqual, lessThan, lessOrEqual, greaterThan, greaterOrEqual
    }

    case always
    case never
    case compare(Int, Comparison, PMMLValue)
    case isMissing(Int, Bool)
    case isIn(Int, Set<PMMLValue>, Bool)
    case and([PMMLPredicate]), or([PMMLPredicate]), xor([PMMLPredicate])
    /// The first that is known.
    case surrogate([PMMLPredicate])

    static let names: Set<Text> = ["True", "False", "SimplePredicate", "SimpleSetPredicate", "CompoundPredicate"]

    static func read(_ element: PMMLElement, _ scope: inout PMMLScope, depth: Int = 0) throws(AssayError) -> (PMMLPredicate, origins: Set<Int>) {
        guard depth < 200 else { throw AssayError(.limitExceeded, "\(element.file) nests predicates deeper than 200 levels") }
        switch element.name {
        case "True": return (.always, [])
        case "False": return (.never, [])
        case "SimplePredicate":
            let field = try scope.field(element.required("field"), at: element)
            let word = try element.required("operator")
            if word == "isMissing" || word == "isNotMissing" { return (.isMissing(field.place, word == "isMissing"), field.origins) }
            guard let comparison = Comparison(rawValue: word) else { throw element.unsupported("has operator '\(word.prefix(40))'") }
            guard !field.isText || comparison == .equal || comparison == .notEqual else { throw element.unsupported("asks for an order of words") }
            return (.compare(field.place, comparison, try scope.value(element.required("value"), for: field, at: element)), field.origins)
        case "SimpleSetPredicate":
            let field = try scope.field(element.required("field"), at: element)
            let word = try element.required("booleanOperator")
            guard word == "isIn" || word == "isNotIn", let array = try element.only("Array") else { throw element.damaged("has no array or no operator") }
            var values: Set<PMMLValue> = []
            for text in try array.words() { values.insert(try scope.value(text, for: field, at: array)) }
            return (.isIn(field.place, values, word == "isIn"), field.origins)
        case "CompoundPredicate":
            var parts: [PMMLPredicate] = []
            var origins: Set<Int> = []
            for child in element.children {
                let (part, own) = try read(child, &scope, depth: depth + 1)
                parts.append(part)
                origins.formUnion(own)
            }
            guard !parts.isEmpty else { throw element.damaged("has no predicates") }
            switch try element.required("booleanOperator") {
            case "and": return (.and(parts), origins)
            case "or": return (.or(parts), origins)
            case "xor": return (.xor(parts), origins)
            case "surrogate": return (.surrogate(parts), origins)
            case let word: throw element.damaged("has operator '\(word.prefix(40))'")
            }
        case let name: throw element.unsupported("is a predicate '\(name.prefix(40))', which is not read")
        }
    }

    /// The predicate among an element's children.
    static func among(_ element: PMMLElement, _ scope: inout PMMLScope) throws(AssayError) -> (PMMLPredicate, origins: Set<Int>) {
        guard let own = try element.only(among: names, "predicate") else { throw element.damaged("has no predicate") }
        return try read(own, &scope)
    }

    func holds(_ row: PMMLRow) -> Bool? {
        switch self {
        case .always: return true
        case .never: return false
        case .isMissing(let place, let wanted): return (row[place] == .missing) == wanted
        case .isIn(let place, let values, let wanted): return row[place] == .missing ? nil : values.contains(row[place]) == wanted
        case .compare(let place, let comparison, let other):
            let value = row[place]
            if value == .missing { return nil }
            switch comparison {
            case .equal: return value == other
            case .notEqual: return value != other
            default: break
            }
            guard let a = value.number, let b = other.number else { return nil }
            switch comparison {
            case .lessThan: return a < b
            case .lessOrEqual: return a <= b
            case .greaterThan: return a > b
            default: return a >= b
            }
        case .and(let parts):
            let known = parts.map { $0.holds(row) }
            return known.contains(false) ? false : known.contains(nil) ? nil : true
        case .or(let parts):
            let known = parts.map { $0.holds(row) }
            return known.contains(true) ? true : known.contains(nil) ? nil : false
        case .xor(let parts):
            let known = parts.compactMap { $0.holds(row) }
            return known.count == parts.count ? known.count(where: { $0 }) % 2 == 1 : nil
        case .surrogate(let parts):
            for part in parts { if let known = part.holds(row) { return known } }
            return nil
        }
    }
}
