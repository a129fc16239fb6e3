package import AssayTerms

/// Reads PMML 4.0 to 4.4: regressions, trees, mining models and scorecards, with their schema, transformations and outputs.
///
/// What is read is computed in 64 bits as the document says, `dataType="float"` rounded to 32. Every part that is not read is refused by its name and line.
///
/// - Source: Data Mining Group, PMML 4.4.1.
package enum PMMLReader {
    package struct Model: Sendable {
        package let graph: Graph
        package let program: PMMLModel
        package let signature: ModelSignature
        /// Who wrote it, by its own word.
        package let producer: String
    }

    /// Whether a document is PMML: its first element says so.
    package static func isPMML(_ bytes: [UInt8]) -> Bool {
        let head = String(decoding: bytes.prefix(4096), as: UTF8.self)
        return head.contains("<PMML") || head.contains(":PMML")
    }

    /// - Throws: `.unsupported` naming element and line of what is not read; `.unreadable`; `.limitExceeded`.
    package static func read(_ bytes: [UInt8], name: String) throws(AssayError) -> Model {
        let root = PMMLElement(xml: try XMLReader.read(bytes, name: name), file: name)
        guard root.name == "PMML" else { throw AssayError(.unreadable, "\(name) is no PMML document: its element is '\(root.name.prefix(40))'") }
        let version = root.text("version") ?? ""
        guard version.hasPrefix("4.") || version == "4" else { throw root.unsupported("is of version '\(version.prefix(20))'; 4.0 to 4.4 are read") }
        guard let dictionary = try root.only("DataDictionary") else { throw root.damaged("has no data dictionary") }
        let found = root.children.filter { $0.name.hasSuffix("Model") || $0.name == "NeuralNetwork" || $0.name == "Scorecard" }
        guard let element = found.first else { throw root.unsupported("has no model") }
        guard found.count == 1 else { throw root.unsupported("has \(found.count) models, and readers differ in which one counts") }
        var reading = Reading(file: name)
        for field in dictionary.all("DataField") {
            let data = try PMMLDataField(field, &reading.scope)
            guard reading.data.updateValue(data, forKey: Text(data.name)) == nil else { throw field.damaged("names a field twice") }
        }
        let schema = try reading.schema(of: element)
        // Inputs in the dictionary's order.
        var columns: [PMMLDataField] = []
        for field in dictionary.all("DataField") {
            guard let name = field.text("name"), schema.active.contains(Text(name)), let data = reading.data[Text(name)] else { continue }
            columns.append(data)
            _ = try reading.scope.add(name, isText: data.isText, isCategorical: data.isCategorical, isFloat: data.isFloat,
                origins: [columns.count - 1], at: field)
        }
        guard !columns.isEmpty else { throw element.damaged("looks at no field") }
        var common: [(place: Int, expression: PMMLExpression, isFloat: Bool)] = []
        if let transformations = try root.only("TransformationDictionary") {
            if let function = transformations.all("DefineFunction").first { throw function.unsupported("defines a function, which is not read") }
            // Those whose fields a model does not look at cannot be made, and are not needed then.
            for derived in try reading.derivedFields(transformations) where reading.canRead(derived) { common.append(try reading.derived(derived)) }
        }
        let node = try reading.model(element, common: common)
        let labels = try reading.labels(node.body, element)
        let program = try PMMLModel(
            file: name, node: node, placeCount: reading.scope.placeCount, columns: columns, words: reading.scope.words.texts, labels: labels)
        return Model(
            graph: program.graph, program: program, signature: try program.signature(name: name),
            producer: root.all("Header").first?.all("Application").first?.text("name") ?? "")
    }

    /// What is known while a document is read.
    private struct Reading {
        let file: String
        var scope = PMMLScope()
        var data: [Text: PMMLDataField] = [:]
        private var depth = 0

        init(file: String) { self.file = file }

        /// Which fields a model looks at, and the one it predicts.
        func schema(of element: PMMLElement) throws(AssayError) -> (active: Set<Text>, target: Text?) {
            guard let schema = try element.only("MiningSchema") else { throw element.damaged("has no mining schema") }
            var active: Set<Text> = []
            var target: Text?
            var seen: Set<Text> = []
            for field in schema.all("MiningField") {
                let name = Text(try field.required("name"))
                guard seen.insert(name).inserted else { throw field.damaged("names a field twice") }
                switch field.text("usageType") ?? "active" {
                case "active": active.insert(name)
                case "target", "predicted": target = name
                case "supplementary", "group", "order", "frequencyWeight", "analysisWeight": continue
                case let word: throw field.damaged("has usageType '\(word.prefix(40))'")
                }
            }
            return (active, target)
        }

        func canRead(_ derived: PMMLElement) -> Bool {
            func fields(_ element: PMMLElement) -> [String] {
                (element.name == "FieldRef" || PMMLExpression.names.contains(Text(element.name)) ? [element.text("field")].compactMap { $0 } : [])
                    + (element.name == "FieldColumnPair" ? [element.text("field")].compactMap { $0 } : []) + element.children.flatMap(fields)
            }
            return fields(derived).allSatisfy { scope.fields[Text($0)] != nil }
        }

        func derivedFields(_ element: PMMLElement) throws(AssayError) -> [PMMLElement] {
            var seen: Set<Text> = []
            let fields = element.all("DerivedField")
            for field in fields {
                guard try seen.insert(Text(field.required("name"))).inserted else { throw field.damaged("names a field twice") }
            }
            return fields
        }

        mutating func derived(_ element: PMMLElement) throws(AssayError) -> (place: Int, expression: PMMLExpression, isFloat: Bool) {
            guard let inner = try element.only(among: PMMLExpression.names, "expression") else {
                throw element.unsupported("has no expression that is read")
            }
            let isText = try PMMLScope.isText(element)
            let (expression, nature) = try PMMLExpression.read(inner, &scope, isText: isText)
            guard nature.isText == isText || inner.name == "Apply" else { throw element.unsupported("makes words of numbers, or numbers of words") }
            let place = try scope.add(
                element.required("name"), isText: isText, isCategorical: element.text("optype") != "continuous", isFloat: element.text("dataType") == "float",
                origins: nature.origins, at: element)
            return (place, expression, element.text("dataType") == "float")
        }

        // MARK: Models

        /// A model with what stands around it.
        mutating func model(
            _ element: PMMLElement, common: [(place: Int, expression: PMMLExpression, isFloat: Bool)] = []
        ) throws(AssayError) -> PMMLModelNode {
            depth += 1
            defer { depth -= 1 }
            guard depth <= 20 else { throw AssayError(.limitExceeded, "\(file) nests models deeper than 20 levels") }
            guard element.text("isScorable") ?? "true" != "false" else { throw element.unsupported("says that it is not to be scored") }
            let (active, target) = try schema(of: element)
            var fields: [PMMLMiningField] = []
            for field in try element.only("MiningSchema")?.all("MiningField") ?? [] {
                let name = try field.required("name")
                guard active.contains(Text(name)) else { continue }
                let known = try scope.field(name, at: field)
                // Within a model, fields may be those that another made.
                guard let data = data[Text(name)] else { continue }
                fields.append(try PMMLMiningField(field, data, &scope, place: known.place))
            }
            var derived = common
            if let local = try element.only("LocalTransformations") {
                for field in try derivedFields(local) { derived.append(try self.derived(field)) }
            }
            let function = try element.required("functionName")
            guard function == "regression" || function == "classification" else { throw element.unsupported("has functionName '\(function.prefix(40))'") }
            let isClassifier = function == "classification"
            let targetIsText = target.flatMap { data[$0]?.isText } ?? isClassifier
            let body: any PMMLComputing
            switch element.name {
            case "RegressionModel": body = try PMMLRegression(element, &scope, isClassifier: isClassifier, targetIsText: targetIsText)
            case "TreeModel": body = try PMMLTree(element, &scope, isClassifier: isClassifier, targetIsText: targetIsText)
            case "Scorecard": body = try PMMLScorecard(element, &scope)
            case "MiningModel": body = try mining(element, isClassifier: isClassifier)
            default: throw element.unsupported("is not read; regressions, trees, mining models and scorecards are")
            }
            let applied = try self.target(element, named: target, isClassifier: isClassifier)
            return PMMLModelNode(
                fields: fields, derived: derived, body: body, outputs: try outputs(element, body, targetIsText: targetIsText), target: applied)
        }

        /// What is done to a model's number.
        private func target(_ element: PMMLElement, named target: Text?, isClassifier: Bool) throws(AssayError) -> PMMLTarget? {
            guard let own = try element.only("Targets")?.only("Target") else { return nil }
            if let field = own.text("field"), Text(field) != target {
                throw own.damaged("is for field '\(field.prefix(40))', which is not the target of the model's mining schema")
            }
            if let value = own.all("TargetValue").first { throw value.unsupported("changes classes or stands in for a prediction, which is not read") }
            guard isClassifier else { return try PMMLTarget(own) }
            guard own.xml.attributes.keys.allSatisfy({ ["field", "optype", "castInteger"].contains($0.string) }) else {
                throw own.unsupported("changes classes, which is not read")
            }
            return nil
        }

        private mutating func mining(_ element: PMMLElement, isClassifier: Bool) throws(AssayError) -> PMMLMining {
            guard let segmentation = try element.only("Segmentation") else { throw element.unsupported("has no segments; embedded models are not read") }
            let word = try segmentation.required("multipleModelMethod")
            guard let method = PMMLMining.Method(rawValue: word) else { throw segmentation.unsupported("joins models by '\(word.prefix(40))', which is not read") }
            guard ["continue", "returnMissing", "skipSegment", nil].contains(segmentation.text("missingPredictionTreatment")),
                try segmentation.number("missingThreshold") ?? 1 == 1
            else { throw segmentation.unsupported("treats missing predictions otherwise, which is not read") }
            let skips = segmentation.text("missingPredictionTreatment") == "skipSegment"
            var segments: [PMMLMining.Segment] = []
            for segment in segmentation.all("Segment") {
                let outer = scope
                let (predicate, _) = try PMMLPredicate.among(segment, &scope)
                let models = segment.children.filter { $0.name.hasSuffix("Model") || $0.name == "NeuralNetwork" || $0.name == "Scorecard" }
                guard let inner = models.first, models.count == 1 else { throw segment.damaged("has \(models.count) models") }
                segments.append(PMMLMining.Segment(predicate: predicate, weight: try segment.number("weight") ?? 1, model: try model(inner)))
                // What a model of a chain answers is seen by those behind it.
                let made = scope
                let names = method == .modelChain ? try outputFields(inner).compactMap { $0.text("name").map { Text($0) } } : []
                scope.leave(outer, keeping: names, of: made)
            }
            return try PMMLMining(method, segments, isClassifier: isClassifier, skipsMissing: skips, at: segmentation)
        }

        private func outputFields(_ element: PMMLElement) throws(AssayError) -> [PMMLElement] { try element.only("Output")?.all("OutputField") ?? [] }

        private mutating func outputs(_ element: PMMLElement, _ body: any PMMLComputing, targetIsText: Bool) throws(AssayError) -> [PMMLOutput] {
            var outputs: [PMMLOutput] = []
            // Of what a model answers no column is the only one.
            let origins: Set<Int> = [-1]
            for field in try outputFields(element) {
                let name = try field.required("name")
                guard field.text("segmentId") == nil else { throw field.unsupported("is of another segment, which is not read") }
                switch field.text("feature") ?? "predictedValue" {
                case "predictedValue":
                    let place = try scope.add(
                        name, isText: body.classes != nil && targetIsText, isCategorical: body.classes != nil, origins: origins, at: field)
                    outputs.append(PMMLOutput(place: place, feature: .predicted))
                case "probability":
                    let value = try field.text("value").map { (text) throws(AssayError) in try scope.value(text, isText: targetIsText, at: field) }
                    guard let share = body.classes?.firstIndex(where: { $0 == value }) else { continue }
                    let place = try scope.add(name, isText: false, isCategorical: false, origins: origins, at: field)
                    outputs.append(PMMLOutput(place: place, feature: .share(share)))
                case "transformedValue":
                    guard let inner = try field.only(among: PMMLExpression.names, "expression") else { continue }
                    let (expression, nature) = try PMMLExpression.read(inner, &scope)
                    let place = try scope.add(name, isText: nature.isText, isCategorical: nature.isText, origins: origins, at: field)
                    outputs.append(PMMLOutput(place: place, feature: .expression(expression)))
                // Reasons, ranks and confidences are not what later models look at.
                default: continue
                }
            }
            return outputs
        }

        /// The classes as they are answered with.
        func labels(_ body: any PMMLComputing, _ element: PMMLElement) throws(AssayError) -> ClassLabels? {
            guard let classes = body.classes else { return nil }
            let words = classes.compactMap { value -> Text? in
                guard case .word(let place) = value, place >= 0 else { return nil }
                return scope.words.texts[Int(place)]
            }
            if words.count == classes.count { return .texts(words) }
            let numbers = classes.compactMap(\.number)
            guard numbers.count == classes.count else { throw element.damaged("has classes that are words and numbers") }
            let whole = numbers.compactMap { Int64(exactly: $0) }
            return whole.count == numbers.count ? .integers(whole) : .numbers(numbers)
        }
    }
}
