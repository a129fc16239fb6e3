package import AssayTerms

/// How input columns become the numbers a model's head works on: a list of typed steps, each over one input column
/// or an earlier step.
///
/// Every reader builds this form, and scoring and explanation know nothing else, so a new file format needs no new
/// arithmetic and a new head (trees) no new preparation.
package struct Graph: Sendable {
    /// Where a step's values come from, and what is done to them on the way.
    package struct Source: Hashable, Sendable {
        package enum Base: Hashable, Sendable {
            case input(Int)
            /// An earlier step whose values are numbers.
            case step(Int)
        }

        package enum Treatment: Hashable, Sendable {
            /// Cells equal to `replaced` become `value`.
            case fill(_ replaced: Cell, with: Cell)
            /// A missing cell is an error.
            case refuseMissing
            /// An infinite number is a value like any other; without this it is an error.
            case takeInfinite
        }

        package var base: Base
        /// In order.
        package var treatments: [Treatment]

        package init(base: Base, treatments: [Treatment] = []) {
            self.base = base
            self.treatments = treatments
        }
    }

    package enum Step: Sendable {
        /// The source as numbers, NaN where missing.
        case number(Source)
        /// 1 where the source equals the cell, else 0.
        case flag(Source, equals: Cell)
        /// The source's category codes.
        case category(Source, CategoryTable)
        /// `(x − subtracted) / divisor × factor`, each where given, in this order.
        case scaled(Int, subtracted: Double?, divisor: Double?, factor: Double?)
        /// The source's category codes as numbers, NaN where missing or, where the table says so, unknown. Of a column of numbers the numbers
        /// themselves where they are codes already.
        case coded(Source, CategoryTable, numbersAreCodes: Bool)
        /// 1 where the category step has this code, else 0.
        case indicator(Int, code: Int32)
        /// A category step's codes through a table: `values[code]`, `other` for a code outside.
        case numbered(Int, values: [Double], other: Double)
        /// A step's numbers through a function of one number.
        case mapped(Int, NumberMap)
        /// The same number in every row.
        case constant(Double)
        /// `Σ weightᵢ · stepᵢ + constant`, added in the steps' order.
        case combined([Int], weights: [Double], constant: Double)
        /// The steps' product, multiplied in their order.
        case product([Int])
        /// The row's length over the steps.
        case norm([Int], Norm)
        /// The first step divided by the second, by 1 where that is 0.
        case quotient(Int, Int)
        /// What another model says; ``Graph/models`` has it.
        case output(model: Int, Model.Output)

        /// The earlier steps this one is made from.
        package var dependencies: [Int] {
            switch self {
            case .number(let source), .flag(let source, _), .category(let source, _), .coded(let source, _, _):
                if case .step(let step) = source.base { [step] } else { [] }
            case .scaled(let step, _, _, _), .indicator(let step, _), .numbered(let step, _, _), .mapped(let step, _): [step]
            case .combined(let steps, _, _), .product(let steps), .norm(let steps, _): steps
            case .quotient(let step, let divisor): [step, divisor]
            case .constant, .output: []
            }
        }

        /// The input column this one reads, where it reads one.
        var input: Int? {
            switch self {
            case .number(let source), .flag(let source, _), .category(let source, _), .coded(let source, _, _):
                if case .input(let input) = source.base { input } else { nil }
            default: nil
            }
        }
    }

    /// How long a row is.
    package enum Norm: Hashable, Sendable {
        /// The sum of sizes, the square root of the sum of squares, the greatest size.
        case l1, l2, max
    }

    /// A model within the model, whose answers later steps are made from.
    package struct Model: Sendable {
        /// One of its numbers for a row.
        package enum Output: Hashable, Sendable {
            case score(Int)
            case probability(Int)
            /// What a model without classes predicts.
            case number
            /// The predicted class by index.
            case predictedClass
        }

        package let features: [Feature]
        package let head: Head
    }

    /// One number a row that the head sees.
    package enum Feature: Hashable, Sendable {
        case number(step: Int)
        /// One column of a one-hot encoding.
        case indicator(step: Int, code: Int32)

        package var step: Int {
            switch self {
            case .number(let step), .indicator(let step, _): step
            }
        }
    }

    /// The columns the model was fitted on, in order.
    package let inputs: [Text]
    package let steps: [Step]
    package let features: [Feature]
    package let models: [Model]
    /// For each step the input columns it is made from, ascending.
    package let sources: [[Int]]
    /// The first of them; 0 of a constant, which moves no answer.
    package let origins: [Int]
    /// The steps some feature needs, those of models within among them.
    let neededSteps: [Bool]

    package init(inputs: [Text], steps: [Step], features: [Feature], models: [Model] = []) {
        self.inputs = inputs
        self.steps = steps
        self.features = features
        self.models = models
        var sources: [[Int]] = []
        sources.reserveCapacity(steps.count)
        var modelSources = [[Int]?](repeating: nil, count: models.count)
        // Steps that are made from the same ones share a list.
        var last: (steps: [Int], sources: [Int]) = ([], [])
        func union(_ steps: [Int]) -> [Int] {
            if steps.count == 1 { return sources[steps[0]] }
            if steps == last.steps { return last.sources }
            var all: Set<Int> = []
            for step in steps { all.formUnion(sources[step]) }
            last = (steps, all.sorted())
            return last.sources
        }
        for step in steps {
            if let input = step.input {
                sources.append([input])
            } else if case .output(let model, _) = step {
                let found = modelSources[model] ?? union(models[model].features.map(\.step))
                modelSources[model] = found
                sources.append(found)
            } else {
                sources.append(union(step.dependencies))
            }
        }
        self.sources = sources
        origins = sources.map { $0.first ?? 0 }
        neededSteps = Self.neededSteps(steps, features, models)
    }

    private init(_ graph: Graph, features: [Feature]) {
        inputs = graph.inputs
        steps = graph.steps
        models = graph.models
        sources = graph.sources
        origins = graph.origins
        self.features = features
        neededSteps = Self.neededSteps(graph.steps, features, graph.models)
    }

    /// The same steps under other features.
    package func with(features: [Feature]) -> Graph { Graph(self, features: features) }

    /// The input columns that some feature is made from, ascending. The others may be absent when scoring.
    package var usedInputs: [Int] {
        var used: Set<Int> = []
        for feature in features { used.formUnion(sources[feature.step]) }
        return used.sorted()
    }

    /// Whether some feature is made from several input columns. Attributions by column cannot be summed up from such features'.
    package var mixesColumns: Bool { features.contains { sources[$0.step].count > 1 } }

    private static func neededSteps(_ steps: [Step], _ features: [Feature], _ models: [Model]) -> [Bool] {
        var isNeeded = [Bool](repeating: false, count: steps.count)
        var isModelSeen = [Bool](repeating: false, count: models.count)
        for feature in features { isNeeded[feature.step] = true }
        for index in steps.indices.reversed() where isNeeded[index] {
            for step in steps[index].dependencies { isNeeded[step] = true }
            if case .output(let model, _) = steps[index], !isModelSeen[model] {
                isModelSeen[model] = true
                for feature in models[model].features { isNeeded[feature.step] = true }
            }
        }
        return isNeeded
    }
}
