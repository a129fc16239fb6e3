import AssayTerms
import Glibc

/// Weighted sums of fields, for numbers or for classes.
///
/// - Source: PMML 4.4, "Regression".
struct PMMLRegression: PMMLComputing {
    struct Term: Sendable {
        enum Kind: Sendable {
            /// The field to a power.
            case number(Int, exponent: Double)
            case category(Int, PMMLValue)
            /// A product of fields.
            case product([Int])
        }

        let kind: Kind
        let coefficient: Double
        let origins: Set<Int>

        /// Missing (`nil`) where a number is; a category that is missing adds nothing.
        func value(_ row: PMMLRow) -> Double? {
            switch kind {
            case .number(let place, let exponent):
                guard let number = row[place].number else { return nil }
                return exponent == 1 ? number : pow(number, exponent)
            case .category(let place, let value): return row[place] == value ? 1 : 0
            case .product(let places):
                var product = 1.0
                for place in places {
                    guard let number = row[place].number else { return nil }
                    product *= number
                }
                return product
            }
        }
    }

    struct Table: Sendable {
        let intercept: Double
        let terms: [Term]

        func sum(_ row: PMMLRow) -> Double? {
            var sum = intercept
            for term in terms {
                guard let value = term.value(row) else { return nil }
                sum += term.coefficient * value
            }
            return sum
        }
    }

    enum Normalization: String, Sendable {
        case none, simplemax, softmax, logit, probit, cloglog, exp, loglog, cauchit
    }

    let tables: [Table]
    let classes: [PMMLValue]?
    let normalization: Normalization

    init(_ element: PMMLElement, _ scope: inout PMMLScope, isClassifier: Bool, targetIsText: Bool) throws(AssayError) {
        let word = element.text("normalizationMethod") ?? "none"
        guard let method = Normalization(rawValue: word) else { throw element.unsupported("has normalizationMethod '\(word.prefix(40))'") }
        normalization = method
        var tables: [Table] = []
        var classes = PMMLClasses()
        for table in element.all("RegressionTable") {
            tables.append(try Self.table(table, &scope))
            guard isClassifier else { continue }
            let value = try scope.value(table.required("targetCategory"), isText: targetIsText, at: table)
            guard classes.known(value) == nil else { throw table.damaged("names a class twice") }
            _ = try classes.place(of: value, at: table)
        }
        guard isClassifier ? tables.count >= 2 : tables.count == 1 else { throw element.damaged("has \(tables.count) tables") }
        guard isClassifier || [.none, .softmax, .logit, .exp, .probit, .cloglog, .loglog, .cauchit].contains(method) else {
            throw element.unsupported("has normalizationMethod '\(word)' for a number")
        }
        guard !isClassifier || method != .exp else { throw element.unsupported("has normalizationMethod 'exp' for classes, which is not read") }
        self.tables = tables
        self.classes = isClassifier ? classes.values : nil
    }

    private static func table(_ element: PMMLElement, _ scope: inout PMMLScope) throws(AssayError) -> Table {
        var terms: [Term] = []
        func coefficient(_ child: PMMLElement) throws(AssayError) -> Double {
            guard let value = try child.number("coefficient") else { throw child.damaged("has no coefficient") }
            return value
        }
        for child in element.children {
            switch child.name {
            case "NumericPredictor":
                let field = try scope.field(child.required("name"), at: child)
                guard !field.isText else { throw child.damaged("multiplies a field of words") }
                terms.append(
                    Term(
                        kind: .number(field.place, exponent: try child.number("exponent") ?? 1), coefficient: try coefficient(child),
                        origins: field.origins))
            case "CategoricalPredictor":
                let field = try scope.field(child.required("name"), at: child)
                let value = try scope.value(child.required("value"), for: field, at: child)
                terms.append(Term(kind: .category(field.place, value), coefficient: try coefficient(child), origins: field.origins))
            case "PredictorTerm":
                var places: [Int] = []
                var origins: Set<Int> = []
                for reference in child.all("FieldRef") {
                    let field = try scope.field(reference.required("field"), at: reference)
                    guard !field.isText else { throw reference.unsupported("is a word within a product, which is not read") }
                    places.append(field.place)
                    origins.formUnion(field.origins)
                }
                guard !places.isEmpty else { throw child.damaged("has no fields") }
                terms.append(Term(kind: .product(places), coefficient: try coefficient(child), origins: origins))
            default: throw child.unsupported("stands among predictors and is not read")
            }
        }
        guard let intercept = try element.number("intercept") else { throw element.damaged("has no intercept") }
        return Table(intercept: intercept, terms: terms)
    }

    /// The share that a sum stands for.
    private static func share(_ sum: Double, _ method: Normalization) -> Double {
        switch method {
        case .logit, .softmax: 1 / (1 + Glibc.exp(-sum))
        case .probit: 0.5 * erfc(-sum / 2.0.squareRoot())
        case .cloglog: 1 - Glibc.exp(-Glibc.exp(sum))
        case .loglog: Glibc.exp(-Glibc.exp(-sum))
        case .cauchit: 0.5 + atan(sum) / Double.pi
        case .exp: Glibc.exp(sum)
        case .none, .simplemax: sum
        }
    }

    func answer(_ row: PMMLRow) -> PMMLAnswer {
        var sums: [Double] = []
        for table in tables {
            guard let sum = table.sum(row) else { return .none }
            sums.append(sum)
        }
        guard let classes else { return PMMLAnswer(value: PMMLValue(Self.share(sums[0], normalization))) }
        let shares: [Double]
        switch normalization {
        case .softmax:
            let top = sums.max() ?? 0
            let parts = sums.map { Glibc.exp($0 - top) }
            let sum = parts.reduce(0, +)
            shares = parts.map { $0 / sum }
        case .simplemax:
            let sum = sums.reduce(0, +)
            shares = sums.map { sum == 0 ? 0 : $0 / sum }
        case .none:
            // The last class has what the others leave.
            shares = sums.dropLast() + [1 - sums.dropLast().reduce(0, +)]
        case .logit, .probit, .cloglog, .loglog, .cauchit, .exp:
            if classes.count == 2 {
                let first = Self.share(sums[0], normalization)
                shares = [first, 1 - first]
            } else {
                // Each class's own, in shares of one.
                let parts = sums.map { Self.share($0, normalization) }
                let sum = parts.reduce(0, +)
                shares = parts.map { sum == 0 ? 0 : $0 / sum }
            }
        }
        var best = 0
        for (place, share) in shares.enumerated() where share > shares[best] { best = place }
        return PMMLAnswer(value: classes[best], shares: shares)
    }
}
