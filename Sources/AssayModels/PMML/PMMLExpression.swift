import AssayTerms
import Glibc

/// A value made from fields: `FieldRef`, `Constant`, `NormContinuous`, `NormDiscrete`, `Discretize`, `MapValues`, `Apply`.
///
/// - Source: PMML 4.4, "Transformations", "Built-in functions".
indirect enum PMMLExpression: Sendable {
    case constant(PMMLValue)
    case field(Int, whenMissing: PMMLValue)
    /// Points ascending; outside of them the last lines go on, or the value is missing or an end.
    case line(Int, points: [(x: Double, y: Double)], outside: Outside, whenMissing: PMMLValue)
    case indicator(Int, PMMLValue, whenMissing: PMMLValue)
    case bins(Int, [(interval: PMMLInterval, value: PMMLValue)], otherwise: PMMLValue, whenMissing: PMMLValue)
    case table([Int], [[PMMLValue]: PMMLValue], otherwise: PMMLValue, whenMissing: PMMLValue)
    case apply(PMMLFunction, [PMMLExpression], whenMissing: PMMLValue?, otherwise: PMMLValue)

    enum Outside: Sendable { case goesOn, missing, ends }

    /// Whether it gives words, and the input columns that it is made from.
    struct Nature {
        var isText = false
        var origins: Set<Int> = []
    }

    static let names: Set<Text> = ["Constant", "FieldRef", "NormContinuous", "NormDiscrete", "Discretize", "MapValues", "Apply"]

    /// - Parameter isText: whether what is made is words, where the element itself does not say.
    static func read(
        _ element: PMMLElement, _ scope: inout PMMLScope, isText: Bool? = nil, depth: Int = 0
    ) throws(AssayError) -> (PMMLExpression, Nature) {
        guard depth < 200 else { throw AssayError(.limitExceeded, "\(element.file) nests expressions deeper than 200 levels") }
        func missing(_ isText: Bool) throws(AssayError) -> PMMLValue {
            guard let text = element.text("mapMissingTo") else { return .missing }
            return try scope.value(text, isText: isText, at: element)
        }
        switch element.name {
        case "Constant":
            let isText = element.text("dataType").map { $0 == "string" } ?? isText ?? (PMMLElement.number(element.xml.text) == nil)
            if element.text("missing") == "true" { return (.constant(.missing), Nature(isText: isText)) }
            let text = isText ? element.xml.text : element.xml.text.filter { !$0.isWhitespace }
            return (.constant(try scope.value(text, isText: isText, at: element)), Nature(isText: isText))
        case "FieldRef":
            let field = try scope.field(element.required("field"), at: element)
            return (.field(field.place, whenMissing: try missing(field.isText)), Nature(isText: field.isText, origins: field.origins))
        case "NormContinuous":
            let field = try scope.field(element.required("field"), at: element)
            var points: [(x: Double, y: Double)] = []
            for point in element.all("LinearNorm") {
                guard let x = try point.number("orig"), let y = try point.number("norm") else { throw point.damaged("has no 'orig' or 'norm'") }
                points.append((x, y))
            }
            guard points.count >= 2, zip(points, points.dropFirst()).allSatisfy({ $0.x < $1.x }), !field.isText else {
                throw element.damaged("has not two and more ascending points, or is over words")
            }
            let outside: Outside
            switch element.text("outliers") ?? "asIs" {
            case "asIs": outside = .goesOn
            case "asMissingValues": outside = .missing
            case "asExtremeValues": outside = .ends
            case let word: throw element.damaged("treats outliers by '\(word.prefix(40))'")
            }
            return (.line(field.place, points: points, outside: outside, whenMissing: try missing(false)), Nature(origins: field.origins))
        case "NormDiscrete":
            let field = try scope.field(element.required("field"), at: element)
            let value = try scope.value(element.required("value"), for: field, at: element)
            return (.indicator(field.place, value, whenMissing: try missing(false)), Nature(origins: field.origins))
        case "Discretize":
            let field = try scope.field(element.required("field"), at: element)
            let isText = isText ?? (element.text("dataType").map { $0 == "string" } ?? true)
            var bins: [(interval: PMMLInterval, value: PMMLValue)] = []
            for bin in element.all("DiscretizeBin") {
                guard let interval = try bin.only("Interval") else { throw bin.damaged("has no interval") }
                bins.append((try PMMLInterval(interval), try scope.value(bin.required("binValue"), isText: isText, at: bin)))
            }
            let otherwise = try element.text("defaultValue").map { (text) throws(AssayError) in try scope.value(text, isText: isText, at: element) }
            return (
                .bins(field.place, bins, otherwise: otherwise ?? .missing, whenMissing: try missing(isText)), Nature(isText: isText, origins: field.origins)
            )
        case "MapValues": return try table(element, &scope, isText)
        case "Apply": return try apply(element, &scope, isText, depth)
        case let name: throw element.unsupported("is an expression '\(name.prefix(40))', which is not read")
        }
    }

    private static func table(_ element: PMMLElement, _ scope: inout PMMLScope, _ wanted: Bool?) throws(AssayError) -> (PMMLExpression, Nature) {
        let isText = wanted ?? (element.text("dataType").map { $0 == "string" } ?? true)
        let output = try element.required("outputColumn")
        var pairs: [(field: PMMLScope.Field, column: String)] = []
        for pair in element.all("FieldColumnPair") { pairs.append((try scope.field(pair.required("field"), at: pair), try pair.required("column"))) }
        guard let inline = try element.only("InlineTable"), !pairs.isEmpty else { throw element.unsupported("has no table within the file, or no columns") }
        var rows: [[PMMLValue]: PMMLValue] = [:]
        for row in inline.all("row") {
            var key: [PMMLValue] = []
            for pair in pairs {
                guard let cell = try row.only(pair.column) else { throw row.damaged("has no '\(pair.column.prefix(40))'") }
                key.append(try scope.value(cell.xml.text, for: pair.field, at: row))
            }
            guard let cell = try row.only(output) else { throw row.damaged("has no '\(output.prefix(40))'") }
            let value = try scope.value(cell.xml.text, isText: isText, at: row)
            guard rows[key] == nil else { throw row.damaged("has values that another row has") }
            rows[key] = value
        }
        func given(_ attribute: String) throws(AssayError) -> PMMLValue {
            guard let text = element.text(attribute) else { return .missing }
            return try scope.value(text, isText: isText, at: element)
        }
        return (
            .table(pairs.map(\.field.place), rows, otherwise: try given("defaultValue"), whenMissing: try given("mapMissingTo")),
            Nature(isText: isText, origins: pairs.reduce(into: []) { $0.formUnion($1.field.origins) })
        )
    }

    private static func apply(
        _ element: PMMLElement, _ scope: inout PMMLScope, _ wanted: Bool?, _ depth: Int
    ) throws(AssayError) -> (PMMLExpression, Nature) {
        guard let function = PMMLFunction(rawValue: try element.required("function")) else {
            throw element.unsupported("applies '\(element.text("function")?.prefix(40) ?? "")', which is not read")
        }
        guard ["returnInvalid", nil].contains(element.text("invalidValueTreatment")) else { throw element.unsupported("treats invalid values otherwise") }
        // A bare constant is of the type that its neighbour is.
        let neighbour = try element.children.first { $0.name == "FieldRef" }.map { (reference) throws(AssayError) in
            try scope.field(reference.required("field"), at: reference).isText
        }
        var parts: [PMMLExpression] = []
        var nature = Nature()
        for (place, child) in element.children.enumerated() {
            let isResult = function == .choose && place > 0
            let (part, own) = try read(child, &scope, isText: isResult ? wanted : function.comparesWords ? neighbour : false, depth: depth + 1)
            parts.append(part)
            nature.origins.formUnion(own.origins)
            if isResult { nature.isText = own.isText }
        }
        guard function.counts.contains(parts.count) else { throw element.damaged("applies '\(function.rawValue)' to \(parts.count) values") }
        let isText = nature.isText
        func given(_ attribute: String) throws(AssayError) -> PMMLValue? {
            try element.text(attribute).map { (text) throws(AssayError) in try scope.value(text, isText: isText, at: element) }
        }
        return (.apply(function, parts, whenMissing: try given("mapMissingTo"), otherwise: try given("defaultValue") ?? .missing), nature)
    }

    // MARK: Values

    func value(_ row: PMMLRow) -> PMMLValue {
        switch self {
        case .constant(let value): return value
        case .field(let place, let missing): return row[place] == .missing ? missing : row[place]
        case .line(let place, let points, let outside, let missing):
            guard let x = row[place].number else { return missing }
            if x < points[0].x || x > points[points.count - 1].x {
                switch outside {
                case .missing: return missing
                case .ends: return .number(x < points[0].x ? points[0].y : points[points.count - 1].y)
                case .goesOn: break
                }
            }
            let end = min(max(points.firstIndex { $0.x >= x } ?? points.count - 1, 1), points.count - 1)
            let (a, b) = (points[end - 1], points[end])
            return PMMLValue(a.y + (x - a.x) / (b.x - a.x) * (b.y - a.y))
        case .indicator(let place, let value, let missing):
            return row[place] == .missing ? missing : .number(row[place] == value ? 1 : 0)
        case .bins(let place, let bins, let otherwise, let missing):
            guard let x = row[place].number else { return missing }
            return bins.first { $0.interval.contains(x) }?.value ?? otherwise
        case .table(let places, let rows, let otherwise, let missing):
            let key = places.map { row[$0] }
            return key.contains(.missing) ? missing : rows[key] ?? otherwise
        case .apply(let function, let parts, let missing, let otherwise):
            let values = function == .choose ? [] : parts.map { $0.value(row) }
            if function == .choose {
                guard let test = parts[0].value(row).truth else { return missing ?? otherwise }
                return test ? parts[1].value(row) : parts.count > 2 ? parts[2].value(row) : otherwise
            }
            if let missing, values.contains(.missing), !function.asksWhetherMissing { return missing }
            let result = function.value(values)
            return result == .missing ? otherwise : result
        }
    }
}

/// Functions of `Apply`.
enum PMMLFunction: String, Sendable {
    case plus = "+", minus = "-", times = "*", divided = "/"
    case min, max, sum, avg, median, product, log10, ln, sqrt, abs, exp, pow, threshold, floor, ceil, round, modulo
    case equal, notEqual, lessThan, lessOrEqual, greaterThan, greaterOrEqual, isMissing, isNotMissing, isIn, isNotIn, and, or, not
    case choose = "if"

    var asksWhetherMissing: Bool { self == .isMissing || self == .isNotMissing }
    var comparesWords: Bool { [.equal, .notEqual, .isIn, .isNotIn, .isMissing, .isNotMissing].contains(self) }

    var counts: ClosedRange<Int> {
        switch self {
        case .plus, .times, .divided, .pow, .threshold, .equal, .notEqual, .lessThan, .lessOrEqual, .greaterThan, .greaterOrEqual, .modulo: 2...2
        case .minus: 1...2
        case .log10, .ln, .sqrt, .abs, .exp, .floor, .ceil, .round, .isMissing, .isNotMissing, .not: 1...1
        case .min, .max, .sum, .avg, .median, .product: 1...10_000
        case .isIn, .isNotIn, .and, .or: 2...10_000
        case .choose: 2...3
        }
    }

    /// Missing where an argument is, but for those that ask, that pass over it (sums, means, ends) or that are decided without it.
    func value(_ values: [PMMLValue]) -> PMMLValue {
        func truth(_ value: Bool) -> PMMLValue { .number(value ? 1 : 0) }
        switch self {
        case .isMissing: return truth(values[0] == .missing)
        case .isNotMissing: return truth(values[0] != .missing)
        case .and, .or:
            let known = values.compactMap(\.truth)
            if known.contains(self == .or) { return truth(self == .or) }
            return known.count == values.count ? truth(self == .and) : .missing
        case .min, .max, .sum, .avg, .median, .product:
            let known = values.compactMap(\.number)
            guard !known.isEmpty else { return .missing }
            switch self {
            case .min: return .number(known.min() ?? 0)
            case .max: return .number(known.max() ?? 0)
            case .sum: return PMMLValue(known.reduce(0, +))
            case .product: return PMMLValue(known.reduce(1, *))
            case .avg: return PMMLValue(known.reduce(0, +) / Double(known.count))
            default:
                let sorted = known.sorted()
                let middle = sorted.count / 2
                return .number(sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2)
            }
        default: break
        }
        if values.contains(.missing) { return .missing }
        switch self {
        case .equal: return truth(values[0] == values[1])
        case .notEqual: return truth(values[0] != values[1])
        case .isIn: return truth(values.dropFirst().contains(values[0]))
        case .isNotIn: return truth(!values.dropFirst().contains(values[0]))
        default: break
        }
        let numbers = values.compactMap(\.number)
        guard numbers.count == values.count else { return .missing }
        let a = numbers[0]
        let b = numbers.count > 1 ? numbers[1] : 0
        let result: Double
        switch self {
        case .plus: result = a + b
        case .minus: result = numbers.count == 1 ? -a : a - b
        case .times: result = a * b
        case .divided: result = a / b
        case .log10: result = Glibc.log10(a)
        case .ln: result = Glibc.log(a)
        case .sqrt: result = a.squareRoot()
        case .abs: result = a.magnitude
        case .exp: result = Glibc.exp(a)
        case .pow: result = Glibc.pow(a, b)
        case .threshold: result = a > b ? 1 : 0
        case .floor: result = a.rounded(.down)
        case .ceil: result = a.rounded(.up)
        // Halves go up, as the specification's examples have them.
        case .round: result = (a + 0.5).rounded(.down)
        case .modulo: result = a - b * (a / b).rounded(.down)
        case .lessThan: return truth(a < b)
        case .lessOrEqual: return truth(a <= b)
        case .greaterThan: return truth(a > b)
        case .greaterOrEqual: return truth(a >= b)
        case .not: return truth(a == 0)
        default: return .missing
        }
        // What is no finite number is invalid, which is missing here.
        return result.isFinite ? .number(result) : .missing
    }
}
