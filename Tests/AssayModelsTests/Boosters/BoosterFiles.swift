/// Small model files by hand.
enum BoosterFiles {
    /// Two trees on two columns: `a < 0.5` with categories of `k` below, and a leaf alone.
    static func xgboost(
        objective: String = "binary:logistic", base: String = "[5E-1]", left: String = "[1,3,-1,-1,-1]", conditions: String = "[5E-1,0E0,2E0,-1E0,1E0]",
        booster: (open: String, close: String) = (#"{"name":"gbtree","model":"#, "}"), classes: String = "0"
    ) -> String {
        #"{"learner":{"attributes":{},"feature_names":["a","k"],"feature_types":["float","c"],"gradient_booster":\#(booster.open){"#
            + #""gbtree_model_param":{"num_parallel_tree":"1","num_trees":"2"},"tree_info":[0,0],"trees":[{"#
            + #""categories":[1,65],"categories_nodes":[1],"categories_segments":[0],"categories_sizes":[2],"default_left":[0,1,0,0,0],"id":0,"#
            + #""left_children":\#(left),"right_children":[2,4,-1,-1,-1],"split_conditions":\#(conditions),"split_indices":[0,1,0,0,0],"#
            + #""split_type":[0,1,0,0,0],"sum_hessian":[9E0,5E0,4E0,3E0,2E0],"tree_param":{"num_nodes":"5","size_leaf_vector":"1"}},{"#
            + #""categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],"default_left":[0],"id":1,"left_children":[-1],"#
            + #""right_children":[-1],"split_conditions":[2.5E-1],"split_indices":[0],"split_type":[0],"sum_hessian":[9E0],"#
            + #""tree_param":{"num_nodes":"1","size_leaf_vector":"1"}}]}\#(booster.close),"learner_model_param":{"base_score":"\#(base)","#
            + #""num_class":"\#(classes)","num_feature":"2","num_target":"1"},"objective":{"name":"\#(objective)"}},"version":[3,2,0]}"#
    }

    static func lightgbm(objective: String = "regression", decision: String = "2 1", threshold: String = "0.5 0", more: String = "") -> String {
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\nobjective=\(objective)\nfeature_names=a k\n"
            + "feature_infos=[0:1] 0:1:33\n\nTree=0\nnum_leaves=3\nnum_cat=1\nsplit_feature=0 1\nthreshold=\(threshold)\ndecision_type=\(decision)\n"
            + "left_child=1 -1\nright_child=-2 -3\nleaf_value=1 2 4\nleaf_count=3 4 2\ninternal_count=9 5\ncat_boundaries=0 2\ncat_threshold=2 2\n"
            + "is_linear=0\nshrinkage=1\n\n\nend of trees\n\nparameters:\nend of parameters\n\npandas_categorical:null\n\(more)"
    }

    /// The file in UBJSON, arrays of numbers typed.
    static func ubjson(_ json: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Substring(json)
        func length(_ count: Int) -> [UInt8] { [UInt8(ascii: "L")] + big(UInt64(count), 8) }
        func big(_ value: UInt64, _ width: Int) -> [UInt8] { (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) } }
        func text() -> [UInt8] {
            rest.removeFirst()
            let end = rest.firstIndex(of: "\"") ?? rest.endIndex
            let word = Array(rest[..<end].utf8)
            rest = rest[rest.index(after: end)...]
            return length(word.count) + word
        }
        func value() {
            switch rest.first {
            case "{":
                bytes.append(UInt8(ascii: "{"))
                rest.removeFirst()
                while rest.first != "}" {
                    if rest.first == "," { rest.removeFirst() }
                    bytes += text()
                    rest.removeFirst()
                    value()
                }
                rest.removeFirst()
                bytes.append(UInt8(ascii: "}"))
            case "[":
                let end = rest.firstIndex(of: "]") ?? rest.endIndex
                let inner = rest[rest.index(after: rest.startIndex)..<end]
                if !inner.isEmpty, inner.allSatisfy({ $0.isNumber || "-.,E".contains($0) }) {
                    let parts = inner.split(separator: ",")
                    bytes += Array((inner.contains("E") ? "[$d#" : "[$l#").utf8) + length(parts.count)
                    for part in parts {
                        bytes += inner.contains("E") ? big(UInt64((Float(part) ?? 0).bitPattern), 4) : big(UInt64(UInt32(bitPattern: Int32(part) ?? 0)), 4)
                    }
                    rest = rest[rest.index(after: end)...]
                    return
                }
                bytes.append(UInt8(ascii: "["))
                rest.removeFirst()
                while rest.first != "]" {
                    if rest.first == "," { rest.removeFirst() }
                    value()
                }
                rest.removeFirst()
                bytes.append(UInt8(ascii: "]"))
            case .some(let digit) where digit.isNumber:
                let number = rest.prefix { $0.isNumber }
                rest = rest.dropFirst(number.count)
                bytes += [UInt8(ascii: "L")] + big(UInt64(number) ?? 0, 8)
            default:
                bytes.append(UInt8(ascii: "S"))
                bytes += text()
            }
        }
        value()
        return bytes
    }
}
