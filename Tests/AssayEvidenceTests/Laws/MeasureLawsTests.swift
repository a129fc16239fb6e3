import AssayColumns
import AssayEvidence
import AssayTerms
import Testing

/// The goal: every measure keeps the laws of its kind, whoever adds it. The method: all checks of the catalogue are computed on
/// random rows, and again on the same rows in another order, in other blocks, under other names, and with weights in place
/// of repeated rows.
@Suite struct MeasureLawsTests {
    struct Row {
        var label: Int
        var prediction: Int
        var score: Double
        var truth: Double
        var estimate: Double
        var group: Int
        var sex: Int
        var weight = 1.0

        /// The score of a class, of few levels, so that ties are many; those of a row sum to 1.
        func share(of place: Int) -> Double { (place == label ? 2 : 1 + Double((place + prediction + sex) % 2)) / total }
        private var total: Double { (0..<4).reduce(0) { $0 + ($1 == label ? 2 : 1 + Double(($1 + prediction + sex) % 2)) } }

        /// Whether the row has the label; every row has the last one, so that no row's own value is undefined.
        func isLabelled(_ place: Int) -> Bool { place == 2 || (label + place) % 2 == 1 }
        func isPredicted(_ place: Int) -> Bool { place == 2 || (prediction + place * sex) % 2 == 1 }
    }

    enum Task: String, CaseIterable, Sendable {
        case binary, multiclass, multilabel, regression
        var kind: EvidenceRequest.TaskKind {
            switch self {
            case .binary: .binary
            case .multiclass: .multiclass
            case .multilabel: .multilabel
            case .regression: .regression
            }
        }
        var classCount: Int { self == .multiclass ? 4 : 2 }
    }

    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) << 32 | state >> 32
        }
    }

    static func rows(_ count: Int, _ task: Task, seed: UInt64) -> [Row] {
        var generator = Generator(state: seed)
        return (0..<count).map { _ in
            let label = Int.random(in: 0..<task.classCount, using: &generator)
            let isRight = Int.random(in: 0..<10, using: &generator) < 7
            let truth = Double.random(in: 0.5...9, using: &generator)
            return Row(
                label: label, prediction: isRight ? label : Int.random(in: 0..<task.classCount, using: &generator),
                // Ten levels, so that ties are many.
                score: (Double(label) * 0.3 + Double.random(in: 0...0.7, using: &generator) * 10).rounded() / 10 * 0.9,
                truth: truth, estimate: truth + Double.random(in: -0.4...0.5, using: &generator),
                group: Int.random(in: 0..<3, using: &generator), sex: Int.random(in: 0..<2, using: &generator))
        }.map { row in
            var row = row
            row.score = min(1, row.score / 7)
            return row
        }
    }

    /// The names of classes and groups, in the order of their numbers and of their bytes.
    struct Names {
        var classes: [Text]
        var groups: [Text]
        static let plain = Names(classes: ["a", "b", "c", "d"], groups: ["p", "q", "r"])
        static let other = Names(classes: ["A1", "B é", "C", "Dzzz"], groups: ["grün", "rot", "weiß"])
    }

    static func results(
        _ rows: [Row], _ task: Task, names: Names = .plain, cuts: [Int] = [], weighted: Bool = false
    ) throws -> [CheckResult] {
        var request = EvidenceRequest(data: DataFile(path: "none"), checks: checks(task, names))
        name(task, names, &request)
        request.positive = task == .binary ? names.classes[1] : nil
        request.weight = weighted ? "weight" : nil
        let classes = TextDictionary(names.classes)
        let groups = TextDictionary(names.groups)
        var blocks: [RowBlock] = []
        var first = 0
        for end in cuts + [rows.count] {
            let part = rows[first..<end]
            func text(_ name: Text, _ dictionary: TextDictionary, _ value: (Row) -> Int) -> Column {
                Column(name: name, values: .text(codes: part.map { Int32(value($0)) }, dictionary: dictionary))
            }
            func number(_ name: Text, _ value: (Row) -> Double) -> Column {
                Column(name: name, values: .double(part.map(value)))
            }
            blocks.append(
                RowBlock(
                    firstRow: first, rowCount: part.count,
                    columns: [
                        text("label", classes) { $0.label }, text("prediction", classes) { $0.prediction },
                        number("score") { $0.score }, number("truth") { $0.truth }, number("estimate") { $0.estimate },
                        text("group", groups) { $0.group },
                        Column(name: "sex", values: .int64(part.map { Int64($0.sex) })), number("weight") { $0.weight },
                    ] + (0..<4).map { place in number(Text("s\(place)")) { $0.share(of: place) } }
                        + (0..<3).map { place in number(Text("t\(place)")) { $0.isLabelled(place) ? 1 : 0 } }
                        + (0..<3).map { place in number(Text("q\(place)")) { $0.isPredicted(place) ? 1 : 0 } }))
            first = end
        }
        return try EvidenceEngine.results(of: request, blocks: blocks)
    }

    /// The columns of a task.
    static func name(_ task: Task, _ names: Names, _ request: inout EvidenceRequest) {
        request.task = task.kind
        request.label = task == .regression ? "truth" : task == .multilabel ? nil : "label"
        request.prediction = task == .regression ? "estimate" : task == .multilabel ? nil : "prediction"
        request.score = task == .binary ? "score" : nil
        if task == .multiclass {
            request.classScores = names.classes.enumerated().map { ClassColumn(name: $1, column: Text("s\($0)")) }
        }
        if task == .multilabel {
            request.labels = ["t0", "t1", "t2"]
            request.predictions = ["q0", "q1", "q2"]
        }
    }

    /// All checks a task has.
    static func checks(_ task: Task, _ names: Names) -> [CheckRequest] {
        let rule = PrivilegedRule(column: "group", comparison: .equal, value: names.groups[1])
        return CheckCatalogue.descriptors.compactMap { descriptor in
            // Checks of single columns have laws of their own.
            guard !descriptor.needs.contains(.column), !descriptor.needs.contains(.anyColumn),
                !["quality", "privacy"].contains(descriptor.id.prefix { $0 != "." })
            else { return nil }
            let isGrouped = descriptor.needs.contains(.sensitive)
            let check = CheckRequest(
                id: descriptor.id, column: isGrouped ? "group" : nil,
                privileged: descriptor.needs.contains(.privileged) ? rule : nil)
            var request = EvidenceRequest(data: DataFile(path: "none"), checks: [check])
            name(task, names, &request)
            // What another task has is refused before a row is read.
            return (try? EvidenceEngine.results(of: request, blocks: [])) == nil ? nil : check
        } + [
            CheckRequest(
                id: task == .regression
                    ? "fairness.mae_difference"
                    : task == .multilabel ? "fairness.subset_accuracy_difference" : "fairness.accuracy_difference",
                column: "group", crossed: ["sex"])
        ]
    }

    static func requireEqual(_ left: [CheckResult], _ right: [CheckResult], exactly: Bool, _ what: String) {
        #expect(left.count == right.count)
        for (one, other) in zip(left, right) {
            let isExact = exactly && one.kind == .counted
            func agree(_ first: Double?, _ second: Double?) -> Bool {
                guard let first, let second else { return first == nil && second == nil }
                // Sums of 400 numbers below 100, in any order, and a few roundings on.
                return isExact ? first == second : abs(first - second) <= 1e-10 * max(1, abs(first))
            }
            #expect(agree(one.value, other.value), "\(what): \(one.id) is \(one.value as Any), then \(other.value as Any)")
            #expect(one.groups.count == other.groups.count, "\(what): \(one.id)")
            for (group, same) in zip(one.groups, other.groups) {
                #expect(agree(group.value, same.value), "\(what): \(one.id) of \(group.group)")
            }
        }
    }

    @Test(arguments: Task.allCases)
    func everyMeasureIsAsked(task: Task) {
        let ids = Set(Self.checks(task, .plain).map { Text($0.id) })
        let expected: [Text] =
            switch task {
            case .binary: ["performance.f1", "fairness.roc_auc_ratio", "aif360.theil_index", "ll144.impact_ratio"]
            case .multiclass: ["performance.f1_macro", "fairness.mcc_group_min", "performance.roc_auc_ovo_weighted"]
            case .multilabel: ["performance.multilabel_f1_samples", "fairness.multilabel_hamming_loss_ratio"]
            case .regression: ["performance.r2", "fairness.rmse_difference_to_overall"]
            }
        for id in expected { #expect(ids.contains(id)) }
        let takesClasses = task == .binary || task == .multiclass
        #expect(!ids.contains(takesClasses ? "performance.mse" : "performance.accuracy"))
    }

    @Test(arguments: Task.allCases)
    func theOrderOfRowsDoesNotMatter(task: Task) throws {
        let rows = Self.rows(400, task, seed: 1)
        var generator = Generator(state: 2)
        let before = try Self.results(rows, task)
        Self.requireEqual(
            before, try Self.results(rows.shuffled(using: &generator), task), exactly: true, "in another order")
        #expect(before.contains { $0.value != nil })
    }

    @Test(arguments: Task.allCases)
    func anySplitGivesTheWhole(task: Task) throws {
        let rows = Self.rows(400, task, seed: 3)
        let whole = try Self.results(rows, task)
        for cuts in [[200], [1, 2, 3], [399], [0, 130, 130, 300]] {
            Self.requireEqual(whole, try Self.results(rows, task, cuts: cuts), exactly: true, "cut at \(cuts)")
        }
    }

    @Test(arguments: Task.allCases)
    func namesDoNotMatter(task: Task) throws {
        let rows = Self.rows(400, task, seed: 4)
        Self.requireEqual(
            try Self.results(rows, task), try Self.results(rows, task, names: .other), exactly: true, "by other names")
    }

    @Test(arguments: Task.allCases)
    func weightTwoIsTheRowTwice(task: Task) throws {
        var rows = Self.rows(400, task, seed: 5)
        var twice: [Row] = []
        for index in rows.indices {
            rows[index].weight = index % 3 == 0 ? 2 : 1
            for _ in 0..<Int(rows[index].weight) { twice.append(rows[index]) }
        }
        // Estimates refuse weights rather than pass over them.
        func isEstimated(_ result: CheckResult) -> Bool { result.id.hasPrefix("estimated.") }
        let weighted = try Self.results(rows, task, weighted: true)
        #expect(weighted.filter(isEstimated).allSatisfy { $0.value == nil && $0.undefined != nil })
        Self.requireEqual(
            try Self.results(twice, task).filter { !isEstimated($0) }, weighted.filter { !isEstimated($0) }, exactly: false, "with weights")
    }
}
