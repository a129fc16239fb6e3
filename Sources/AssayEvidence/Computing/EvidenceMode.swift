import AssayMetrics
import AssayTerms

/// How labels are read: which measures there can be.
enum EvidenceMode: Sendable {
    /// One label is the positive one; all others are the rest.
    case binary
    /// Any number of classes, none of them positive.
    case classes
    /// Sets of labels, each yes or no.
    case labelSets
    /// Measured numbers.
    case numbers

    /// The mode a request's task asks for, or where it names none, the one its checks need: numbers where a measure of
    /// regression is asked for, a positive label where one is, else classes.
    ///
    /// - Throws: `invalidArgument` for a check that the mode does not have.
    init(_ request: EvidenceRequest) throws(AssayError) {
        let needs = request.checks.map { ($0.id, CheckInput($0.id)) }
        switch request.task {
        case .binary?: self = .binary
        case .multiclass?: self = request.positive == nil ? .classes : .binary
        case .multilabel?: self = .labelSets
        case .regression?: self = .numbers
        case nil:
            if needs.contains(where: { $0.1?.own == .numbers }) {
                self = .numbers
            } else if needs.contains(where: { $0.1?.own == .labelSets }) {
                self = .labelSets
            } else if request.positive != nil || request.outcome == .label
                || needs.contains(where: { $0.1 != nil && $0.1?.own != .classes && $0.1?.own != .classScores })
            {
                self = .binary
            } else {
                self = .classes
            }
        }
        for (id, need) in needs {
            guard let input = need?.own else { continue }
            switch (self, input) {
            case (.binary, .numbers), (.classes, .numbers), (.labelSets, .numbers):
                throw AssayError(.invalidArgument, "\(id) measures numbers; it needs the task regression")
            case (.binary, .labelSets), (.classes, .labelSets), (.numbers, .labelSets):
                throw AssayError(.invalidArgument, "\(id) measures sets of labels; it needs the task multilabel")
            case (.labelSets, .classes), (.labelSets, .confusion), (.labelSets, .scores), (.labelSets, .classScores):
                throw AssayError(
                    .invalidArgument, "\(id) measures one label a row, and the task is multilabel; ask for it one label at a time")
            case (.binary, .classScores):
                throw AssayError(.invalidArgument, "\(id) measures the scores of several classes; it needs the task multiclass")
            case (.numbers, .classes), (.numbers, .confusion), (.numbers, .scores), (.numbers, .classScores):
                throw AssayError(
                    .invalidArgument,
                    "\(id) measures classes, and the task is regression; ask for it with the task binary or multiclass")
            case (.classes, .confusion), (.classes, .scores):
                throw AssayError(
                    .invalidArgument, "\(id) needs one positive label; name it (--positive VALUE), or leave the check out")
            default: break
            }
        }
    }
}

/// The states a check is computed from.
struct CheckInput {
    /// What its own definition wants.
    let own: PerformanceMeasure.Input

    /// `nil` for a check that looks at no rows of labels, such as `quality.column_absent`.
    init?(_ id: String) {
        if let paired = PairedCheck.named(id) {
            own = paired.input
        } else if let name = id.dropping("performance."), let measure = PerformanceMeasure.named(name) {
            own = measure.input
        } else if let measure = FoldCheck.measure(id) {
            own = measure.input
        } else if id == CheckCatalogue.weakestSlice {
            own = .classes
        } else if let group = GroupMeasure.named(id) {
            own = group.measure.input
        } else if id == ConsistencyCheck.id || ClusterCheck.Kind(rawValue: id) != nil {
            return nil
        } else if case .generalized? = AIF360Check.named(id) {
            own = .scores
        } else if id.hasPrefix("fairness.") || id.hasPrefix("aif360.") {
            own = .confusion
        } else if let check = ReferenceCheck.named(id) {
            own = if case .scoring = check { .scores } else { .confusion }
        } else {
            return nil
        }
    }
}

extension String {
    /// What stands behind `prefix`; `nil` where the text does not begin with it.
    func dropping(_ prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}
