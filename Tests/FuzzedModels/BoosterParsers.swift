import AssayModels

extension ModelParsers {
    /// Model files of XGBoost and LightGBM.
    static let boosters: [Parser] = [
        Parser("xgboost-json", [json]) { try verdict(ScoringModel.load(booster: $0, name: "m.json")) },
        Parser("xgboost-ubj", bytes: [ubjson]) { try verdict(ScoringModel.load(booster: $0, name: "m.ubj")) },
        Parser("lightgbm", [text]) { try verdict(ScoringModel.load(booster: $0, name: "m.txt")) },
    ]

    private static let json =
        #"{"learner":{"attributes":{},"feature_names":["a"],"gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_parallel_tree":"1","#
        + #""num_trees":"1"},"#
        + #""tree_info":[0],"trees":[{"default_left":[0,0,0],"id":0,"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_conditions":[5E-1,1E0,2E0],"#
        + #""split_indices":[0,0,0],"sum_hessian":[3E0,2E0,1E0],"tree_param":{"num_nodes":"3"}}]}},"learner_model_param":{"base_score":"[5E-1]","#
        + #""num_class":"0","num_feature":"1"},"objective":{"name":"binary:logistic"}},"version":[3,2,0]}"#

    private static func text(_ word: String) -> [UInt8] { [UInt8(ascii: "i"), UInt8(word.utf8.count)] + Array(word.utf8) }
    private static func object(_ members: [(String, [UInt8])]) -> [UInt8] { Array("{".utf8) + members.flatMap { text($0.0) + $0.1 } + Array("}".utf8) }
    private static func string(_ word: String) -> [UInt8] { Array("S".utf8) + text(word) }
    private static func integers(_ numbers: [Int8]) -> [UInt8] { Array("[$i#i".utf8) + [UInt8(numbers.count)] + numbers.map { UInt8(bitPattern: $0) } }
    private static func floats(_ numbers: [Float]) -> [UInt8] {
        Array("[$d#i".utf8) + [UInt8(numbers.count)]
            + numbers.flatMap { number in (0..<4).reversed().map { UInt8(truncatingIfNeeded: number.bitPattern >> UInt32(8 * $0)) } }
    }

    private static let ubjson: [UInt8] = {
        let tree = object([
            ("default_left", integers([0, 0, 0])), ("id", Array("i\0".utf8)),
            ("left_children", integers([1, -1, -1])), ("right_children", integers([2, -1, -1])),
            ("split_conditions", floats([0.5, 1, 2])), ("split_indices", integers([0, 0, 0])), ("sum_hessian", floats([3, 2, 1])),
            ("tree_param", object([("num_nodes", string("3"))])),
        ])
        let model = object([
            ("gbtree_model_param", object([("num_trees", string("1"))])), ("tree_info", integers([0])), ("trees", Array("[".utf8) + tree + Array("]".utf8)),
        ])
        let parameters = object([("base_score", string("5E-1")), ("num_class", string("0")), ("num_feature", string("1"))])
        let learner = object([
            ("gradient_booster", object([("name", string("gbtree")), ("model", model)])), ("learner_model_param", parameters),
            ("objective", object([("name", string("reg:squarederror"))])),
        ])
        return object([("learner", learner), ("version", integers([2, 1, 0]))])
    }()

    private static let text =
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=1\nobjective=regression\nfeature_names=a k\n"
        + "feature_infos=[0:1] 0:1\n\nTree=0\nnum_leaves=3\nnum_cat=1\nsplit_feature=0 1\nthreshold=0.5 0\ndecision_type=2 1\nleft_child=1 -1\n"
        + "right_child=-2 -3\nleaf_value=1 2 4\nleaf_count=3 4 2\ninternal_count=9 5\ncat_boundaries=0 1\ncat_threshold=2\nis_linear=0\n\n\n"
        + "end of trees\n\npandas_categorical:null\n"
}
