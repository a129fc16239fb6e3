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
        /// 1 where the category step has this code, else 0.
        case indicator(Int, code: Int32)
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
    /// The input column each step is made from.
    package let origins: [Int]

    package init(inputs: [Text], steps: [Step], features: [Feature]) {
        self.inputs = inputs
        self.steps = steps
        self.features = features
        var origins: [Int] = []
        func origin(_ source: Source) -> Int {
            switch source.base {
            case .input(let input): input
            case .step(let step): origins[step]
            }
        }
        for step in steps {
            switch step {
            case .number(let source), .flag(let source, _), .category(let source, _): origins.append(origin(source))
            case .scaled(let step, _, _, _), .indicator(let step, _): origins.append(origins[step])
            }
        }
        self.origins = origins
    }

    /// The input columns that some feature is made from, ascending. The others may be absent when scoring.
    package var usedInputs: [Int] { Set(features.map { origins[$0.step] }).sorted() }
}
