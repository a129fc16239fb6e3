import AssayColumns
import AssayModels
import AssayTerms
import Testing

/// Goal: files of XGBoost and LightGBM mean here what they mean to the libraries, and hostile ones are refused by name.
/// Method: models small enough to be followed by hand; Tests/Reference/test_boosters.py compares with the libraries.
@Suite struct BoosterReaderTests {
    private func scores(_ model: ScoringModel, a: [Double], k: [Double]) throws -> Scores {
        try Scorer(model).scores(
            RowBlock(rowCount: a.count, columns: [Column(name: "a", values: .double(a)), Column(name: "k", values: .double(k))]))
    }

    private func xgboost(_ json: String) throws -> ScoringModel { try .load(booster: Array(json.utf8), name: "m.json") }

    @Test func comparesBelowThresholdIn32Bits() throws {
        let half = Float(0.5)
        let a = [0.5, Double(half.nextDown), 0.5 - 1e-12, .nan, -1]
        let model = try xgboost(BoosterFiles.xgboost(objective: "reg:squarederror"))
        // Right of the root is 2; left of it, k = 7 is no category that goes right: -1.
        #expect(try scores(model, a: a, k: [7, 7, 7, 7, 7]).numbers == [2.75, -0.25, 2.75, 2.75, -0.25])
    }

    @Test func categoriesThatAreListedGoRight() throws {
        let model = try xgboost(BoosterFiles.xgboost(objective: "reg:squarederror"))
        let k: [Double] = [1, 65, 0, 64, 66, -1, -0.5, 1.9, 1e9, .nan]
        let wanted = [1.75, 1.75, -0.25, -0.25, -0.25, -0.25, -0.25, 1.75, -0.25, -0.25]
        #expect(try scores(model, a: k.map { _ in 0 }, k: k).numbers == wanted)
    }

    @Test func bothFormsAreOneModel() throws {
        let json = BoosterFiles.xgboost()
        let bytes = try BoosterFiles.ubjson(json)
        #expect(XGBoostReader.isUBJSON(bytes) && !XGBoostReader.isUBJSON(Array(json.utf8)))
        let (one, other) = (try xgboost(json), try ScoringModel.load(booster: bytes, name: "m.ubj"))
        let (a, k): ([Double], [Double]) = ([0, 0, 1, .nan], [1, 2, 3, 4])
        #expect(try scores(one, a: a, k: k).scores == scores(other, a: a, k: k).scores)
        #expect(try scores(one, a: a, k: k).probabilities == scores(other, a: a, k: k).probabilities)
    }

    @Test func firstGuessesAreMargins() throws {
        func first(_ objective: String, _ base: String) throws -> Double {
            guard case .trees(let head) = try xgboost(BoosterFiles.xgboost(objective: objective, base: base)).head else { return .nan }
            return head.ensemble.base[0]
        }
        #expect(try first("binary:logistic", "5E-1") == 0)
        #expect(try first("reg:logistic", "[7.5E-1]") == 1.0986121892929077)
        #expect(try first("binary:logitraw", "[7.5E-1]") == 0.75)
        #expect(try first("count:poisson", "1E0") == 0)
        #expect(try first("reg:squarederror", "[2.5E-1]") == 0.25)
    }

    @Test func dartWeighsTrees() throws {
        let json = BoosterFiles.xgboost(
            objective: "reg:squarederror", booster: (#"{"name":"dart","weight_drop":[5E-1,0E0],"gbtree":{"name":"gbtree","model":"#, "}}"))
        #expect(try scores(xgboost(json), a: [1], k: [0]).numbers == [1.5])
    }

    @Test(arguments: [
        (BoosterFiles.xgboost(left: "[1,0,-1,-1,-1]"), AssayError.Code.unreadable, "m.json: tree 0 comes to a node twice"),
        (BoosterFiles.xgboost(left: "[1,5,-1,-1,-1]"), .unreadable, "trees[0].left_children[1] is 5"),
        (BoosterFiles.xgboost(left: "[1,3,-1,-1]"), .unreadable, "trees[0].left_children has 4 numbers where 5"),
        (BoosterFiles.xgboost(left: "[1E0,3,-1,-1,-1]"), .unreadable, "is not an array of whole numbers"),
        (BoosterFiles.xgboost(conditions: "[NaN,0E0,2E0,-1E0,1E0]"), .unreadable, "trees[0].split_conditions[0] is not a number"),
        (BoosterFiles.xgboost(conditions: "[1E0,0E0,Infinity,-1E0,1E0]"), .unreadable, "trees[0].split_conditions[2] is a leaf's"),
        (BoosterFiles.xgboost(base: "1E0"), .unreadable, "base_score is outside"),
        (BoosterFiles.xgboost(classes: "3"), .unreadable, "there are 3 classes"),
        (BoosterFiles.xgboost(base: "0x10"), .unreadable, "base_score is not a number"), (BoosterFiles.xgboost(base: "nan"), .unreadable, "base_score is not"),
        (BoosterFiles.xgboost(left: "[1,3,-2,-1,-1]"), .unreadable, "trees[0].left_children[2] is -2"),
        (BoosterFiles.xgboost().replacing(#""id":0"#, with: #""id":1"#), .unreadable, "trees[0].id"),
        (BoosterFiles.xgboost().replacing(#""id":1,"#, with: ""), .unreadable, "trees[1] has no 'id'"),
        (BoosterFiles.xgboost().replacing(#""num_trees":"2""#, with: #""num_trees":"1""#), .unreadable, "num_trees is another number"),
        (BoosterFiles.xgboost().replacing(#""tree_info""#, with: #""iteration_indptr":[1,2],"tree_info""#), .unreadable, "iteration_indptr"),
        (BoosterFiles.xgboost().replacing(#""tree_info""#, with: #""iteration_indptr":[0,1],"tree_info""#), .unreadable, "iteration_indptr"),
        (BoosterFiles.xgboost().replacing(#""tree_info""#, with: #""iteration_indptr":[0,2,1,2],"tree_info""#), .unreadable, "iteration_indptr"),
        (BoosterFiles.xgboost().replacing(#""num_parallel_tree":"1""#, with: #""num_parallel_tree":"3""#), .unreadable, "3 an iteration"),
        (BoosterFiles.xgboost().replacing(#""tree_info""#, with: #""weight_drop":[1E0,5E-1],"tree_info""#), .unsupported, "after 3.2"),
        (BoosterFiles.xgboost().replacing(#""num_nodes":"5","#, with: #""num_deleted":"1","num_nodes":"5","#), .unreadable, "0 nodes were deleted"),
        (BoosterFiles.xgboost(objective: "reg:other"), .unsupported, "'reg:other'"),
        (BoosterFiles.xgboost(booster: (#"{"name":"gblinear","model":"#, "}")), .unsupported, "gbtree and dart"),
        (BoosterFiles.xgboost().replacing(#""num_nodes":"5""#, with: #""num_nodes":"9999999999""#), .unreadable, "num_nodes"),
        (BoosterFiles.xgboost().replacing(#""size_leaf_vector":"1""#, with: #""size_leaf_vector":"3""#), .unsupported, "several values"),
        (BoosterFiles.xgboost().replacing(#""categories":[1,65]"#, with: #""categories":[1,-65]"#), .unreadable, "category of node 1"),
        (BoosterFiles.xgboost().replacing(#""categories_sizes":[2]"#, with: #""categories_sizes":[3]"#), .unreadable, "categories_segments[0]"),
        (BoosterFiles.xgboost().replacing(#""version":[3,2,0]"#, with: #""version":[9,0,0]"#), .unsupported, "XGBoost 9.0.0"),
        (String(repeating: "[", count: 100), .limitExceeded, "deeper"), (#"{"a":1,"a":2}"#, .unreadable, "twice"), ("{}", .unreadable, "'learner'"),
        (#"{"learner":{"objective":1e}}"#, .unreadable, "exponent"), (#"{"a":01}"#, .unreadable, "leading zero"), ("{\"a\":\"", .unreadable, "truncated"),
    ])
    func damagedXGBoostFilesAreNamed(text: String, code: AssayError.Code, words: String) {
        let file = text.hasPrefix("[") ? "{\"a\":" + text : text
        let error = #expect(throws: AssayError.self) { try xgboost(file) }
        #expect(error?.code == code && error?.message.contains(words) == true, "\(error.map { "\($0.message)" } ?? "")")
    }

    @Test func everyCutOfAFileIsRefused() throws {
        let json = Array(BoosterFiles.xgboost().utf8)
        let bytes = try BoosterFiles.ubjson(BoosterFiles.xgboost())
        for (name, whole) in [("m.json", json), ("m.ubj", bytes)] {
            for size in 0..<whole.count {
                #expect(throws: AssayError.self, "\(name) cut at \(size)") { try ScoringModel.load(booster: Array(whole[..<size]), name: name) }
            }
        }
        let huge = Array("{i".utf8) + [1] + Array("a[$d#L".utf8) + [0x40, 0, 0, 0, 0, 0, 0, 0]
        #expect(throws: AssayError.self) { try ScoringModel.load(booster: huge, name: "m.ubj") }
    }

    @Test func aChainOfNodesIsReadWithoutRecursion() throws {
        // 100,000 nodes, each the left child of the one before.
        let inner = 100_000
        let count = 2 * inner + 1
        func list(_ value: (Int) -> String) -> String { "[" + (0..<count).map(value).joined(separator: ",") + "]" }
        let tree =
            #"{"default_left":\#(list { _ in "0" }),"id":0,"left_children":\#(list { $0 < inner ? "\($0 + 1)" : "-1" }),"#
            + #""right_children":\#(list { $0 < inner ? "\(inner + 1 + $0)" : "-1" }),"split_conditions":\#(list { "\(inner - $0)E0" }),"#
            + #""split_indices":\#(list { _ in "0" }),"sum_hessian":\#(list { _ in "1E0" }),"tree_param":{"num_nodes":"\#(count)"}}"#
        let json =
            #"{"learner":{"gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_trees":"1"},"tree_info":[0],"trees":[\#(tree)]}},"#
            + #""learner_model_param":{"base_score":"0E0","num_class":"0","num_feature":"2"},"objective":{"name":"reg:squarederror"}},"version":[1,7,6]}"#
        let model = try xgboost(json)
        let block = RowBlock(rowCount: 1, columns: ["x0", "x1"].map { Column(name: $0, values: .double([-1])) })
        // The end of the chain is node `inner`, whose number is 0.
        #expect(try Scorer(model).scores(block).numbers == [0])
    }

    // MARK: LightGBM

    private func lightgbm(_ text: String) throws -> ScoringModel { try .load(booster: Array(text.utf8), name: "m.txt") }

    @Test func missingValuesByTheirKind() throws {
        func numbers(_ decision: String, threshold: String = "0.5 0") throws -> [Double]? {
            let a: [Double] = [.nan, 0, 1e-36, -1e-35, 1e-34, .infinity, -.infinity]
            return try scores(lightgbm(BoosterFiles.lightgbm(decision: decision, threshold: threshold)), a: a, k: a.map { _ in 1 }).numbers
        }
        // k = 1 is in the set: left is 1, right of the root is 2.
        #expect(try numbers("2 1") == [1, 1, 1, 1, 1, 2, 1], "none: a missing value is 0")
        #expect(try numbers("0 1", threshold: "-0.5 0") == [2, 2, 2, 2, 2, 2, 1])
        #expect(try numbers("4 1") == [2, 2, 2, 2, 1, 2, 1], "zero, and right by default")
        #expect(try numbers("6 1", threshold: "-0.5 0") == [1, 1, 1, 1, 2, 2, 1], "zero, and left by default")
        #expect(try numbers("8 1") == [2, 1, 1, 1, 1, 2, 1], "missing, and right by default")
    }

    @Test func categoriesAreCutToWholeNumbers() throws {
        let k: [Double] = [1, 33, 0, 32, -1, 1.9, 33.5, 1e9, .nan, .infinity]
        let model = try lightgbm(BoosterFiles.lightgbm())
        #expect(try scores(model, a: k.map { _ in 0 }, k: k).numbers == [1, 1, 4, 4, 4, 1, 1, 4, 4, 4])
        // 0 is in the set: what is above -1 is cut to it.
        let zero = try lightgbm(BoosterFiles.lightgbm().replacing("cat_threshold=2 2", with: "cat_threshold=1 2"))
        #expect(try scores(zero, a: [0, 0, 0], k: [-0.5, -1, 0.9]).numbers == [1, 4, 1])
    }

    @Test(arguments: [
        (BoosterFiles.lightgbm().replacing("left_child=1 -1", with: "left_child=0 -1"), AssayError.Code.unreadable, "m.txt: tree 0 comes to a node twice"),
        (BoosterFiles.lightgbm().replacing("leaf_value=1 2 4", with: "leaf_value=0x1p3 2 4"), .unreadable, "'leaf_value' with something else"),
        (BoosterFiles.lightgbm().replacing("num_class=1", with: "num_class=2"), .unreadable, "other than so many classes"),
        (BoosterFiles.lightgbm(objective: "binary sigmoid:0x1"), .unreadable, "sigmoid"),
        (BoosterFiles.lightgbm().replacing("left_child=1 -1", with: "left_child=2 -1"), .unreadable, "left_child[0]"),
        (BoosterFiles.lightgbm().replacing("left_child=1 -1", with: "left_child=1 -4"), .unreadable, "left_child[1]"),
        (BoosterFiles.lightgbm().replacing("split_feature=0 1", with: "split_feature=0 2"), .unreadable, "feature 2 of 2"),
        (BoosterFiles.lightgbm(threshold: "nan 0"), .unreadable, "threshold[0]"), (BoosterFiles.lightgbm(threshold: "0.5 3"), .unreadable, "threshold[1]"),
        (BoosterFiles.lightgbm(decision: "12 1"), .unreadable, "decision_type[0]"),
        (BoosterFiles.lightgbm().replacing("num_leaves=3", with: "num_leaves=0"), .unreadable, "no leaves"),
        (BoosterFiles.lightgbm().replacing("num_leaves=3", with: "num_leaves=88888888888"), .unreadable, "num_leaves"),
        (BoosterFiles.lightgbm().replacing("cat_boundaries=0 2", with: "cat_boundaries=0 9"), .unreadable, "cat_boundaries"),
        (BoosterFiles.lightgbm().replacing("leaf_value=1 2 4", with: "leaf_value=1 inf 4"), .unreadable, "leaf_value[1]"),
        (BoosterFiles.lightgbm().replacing("\nnum_cat=1", with: "\nnum_cat=1\nnum_cat=1"), .unreadable, "twice"),
        (BoosterFiles.lightgbm().replacing("\nend of trees", with: ""), .unreadable, "end of trees"),
        (BoosterFiles.lightgbm().replacing("feature_names", with: "tree_sizes=9999\nfeature_names"), .unreadable, "tree_sizes"),
        (BoosterFiles.lightgbm().replacing("feature_names", with: "tree_sizes=40\nfeature_names"), .unreadable, "tree 0"),
        (BoosterFiles.lightgbm(objective: "new"), .unsupported, "'new'"), (BoosterFiles.lightgbm(objective: "multiclass num_class:3"), .unsupported, "objective"),
        (BoosterFiles.lightgbm().replacing("=v4", with: "=v5"), .unsupported, "'v5'"), ("tree", .unreadable, "'tree'"), ("hello", .unsupported, "neither"),
        (BoosterFiles.lightgbm().replacing("categorical:null", with: "categorical:[[1,2],[3]]"), .unsupported, "which are which"),
    ])
    func damagedLightGBMFilesAreNamed(text: String, code: AssayError.Code, words: String) {
        let error = #expect(throws: AssayError.self) { try lightgbm(text) }
        #expect(error?.code == code && error?.message.contains(words) == true, "\(error.map { "\($0.message)" } ?? "")")
    }

    @Test func aDataFramesCategoriesAreLookedUp() throws {
        let model = try lightgbm(BoosterFiles.lightgbm().replacing("categorical:null", with: #"categorical:[["a","b","c"]]"#).replacing("0:1:33", with: "0:1:2"))
        let dictionary = TextDictionary()
        let codes = ["b", "a", "zzz"].map { dictionary.code(for: Text($0)) }
        let block = RowBlock(
            rowCount: 3,
            columns: [Column(name: "a", values: .double([0, 0, 0])), Column(name: "k", values: .text(codes: codes, dictionary: dictionary))])
        #expect(try Scorer(model).scores(block).numbers == [1, 4, 4])
    }
}
