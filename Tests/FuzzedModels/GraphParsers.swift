import AssayModels

extension ModelParsers {
    /// ONNX and PMML.
    static let graphs: [Parser] = [
        Parser("onnx", bytes: [trees, net]) { bytes in try verdict(ScoringModel.load(onnx: bytes, name: "m.onnx")) },
        Parser("pmml", [card, tree, chain]) { bytes in try verdict(ScoringModel.load(pmml: bytes, name: "m.pmml")) },
    ]

    // MARK: A writer of protobuf, as small as it can be

    private static func varint(_ value: UInt64) -> [UInt8] {
        var (rest, bytes): (UInt64, [UInt8]) = (value, [])
        repeat {
            bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return bytes
    }

    private static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] { varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes }
    private static func field(_ number: UInt64, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
    private static func field(_ number: UInt64, _ value: Int64) -> [UInt8] { varint(number << 3) + varint(UInt64(bitPattern: value)) }
    private static func floats(_ values: [Float]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) } }
    }

    private static func attribute(_ name: String, floats values: [Float]) -> [UInt8] {
        field(5, field(1, name) + field(7, floats(values)) + field(20, 6))
    }
    private static func attribute(_ name: String, integers values: [Int64]) -> [UInt8] {
        field(5, field(1, name) + values.flatMap { field(8, $0) } + field(20, 7))
    }
    private static func attribute(_ name: String, texts values: [String]) -> [UInt8] {
        field(5, field(1, name) + values.flatMap { field(9, $0) } + field(20, 8))
    }
    private static func attribute(_ name: String, integer value: Int64) -> [UInt8] { field(5, field(1, name) + field(3, value) + field(20, 2)) }
    private static func node(_ type: String, _ inputs: [String], _ outputs: [String], domain: String = "", _ attributes: [UInt8] = []) -> [UInt8] {
        field(1, inputs.flatMap { field(1, $0) } + outputs.flatMap { field(2, $0) } + field(4, type) + attributes + (domain.isEmpty ? [] : field(7, domain)))
    }

    private static func value(_ number: UInt64, _ name: String, _ shape: [Int64]) -> [UInt8] {
        let extents = shape.flatMap { field(1, $0 > 0 ? field(1, $0) : field(2, "N")) }
        return field(number, field(1, name) + field(2, field(1, field(1, Int64(1)) + field(2, extents))))
    }

    private static func constant(_ name: String, _ shape: [Int64], _ values: [Float]) -> [UInt8] {
        field(5, shape.flatMap { field(1, $0) } + field(2, Int64(1)) + field(8, name) + field(9, floats(values)))
    }

    private static func model(_ graph: [UInt8]) -> [UInt8] {
        field(1, Int64(8)) + field(7, graph) + field(8, field(1, "") + field(2, Int64(17))) + field(8, field(1, "ai.onnx.ml") + field(2, Int64(3)))
    }

    private static let trees = model(
        node("Scaler", ["X"], ["S"], domain: "ai.onnx.ml", attribute("offset", floats: [0, 1]) + attribute("scale", floats: [1, 0.5]))
            + node(
                "TreeEnsembleClassifier", ["S"], ["L", "P"], domain: "ai.onnx.ml",
                attribute("nodes_treeids", integers: [0, 0, 0]) + attribute("nodes_nodeids", integers: [0, 1, 2])
                    + attribute("nodes_featureids", integers: [1, 0, 0]) + attribute("nodes_modes", texts: ["BRANCH_LEQ", "LEAF", "LEAF"])
                    + attribute("nodes_values", floats: [0.5, 0, 0]) + attribute("nodes_truenodeids", integers: [1, 0, 0])
                    + attribute("nodes_falsenodeids", integers: [2, 0, 0]) + attribute("class_treeids", integers: [0, 0])
                    + attribute("class_nodeids", integers: [1, 2]) + attribute("class_ids", integers: [0, 0])
                    + attribute("class_weights", floats: [0.25, 0.75]) + attribute("classlabels_int64s", integers: [0, 1]))
            + value(11, "X", [0, 2]) + value(12, "L", [0]) + value(12, "P", [0, 2]))

    private static let net = model(
        node("Gemm", ["X", "W", "B"], ["H"], attribute("transB", integer: 1)) + node("Relu", ["H"], ["R"])
            + node("Concat", ["R", "X"], ["C"], attribute("axis", integer: 1)) + node("ReduceSum", ["C", "A"], ["Y"], attribute("keepdims", integer: 1))
            + constant("W", [2, 2], [1, -1, 0.5, 2]) + constant("B", [2], [0, 1])
            + field(5, field(1, Int64(1)) + field(2, Int64(7)) + field(8, "A") + field(7, Int64(1)))
            + value(11, "X", [0, 2]) + value(12, "Y", [0, 1]))

    // MARK: Documents

    private static func document(_ model: String) -> String {
        #"<?xml version="1.0"?><PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>"#
            + #"<DataField name="x" optype="continuous" dataType="double"/><DataField name="w" optype="categorical" dataType="string"/>"#
            + #"<DataField name="y" optype="continuous" dataType="double"/></DataDictionary>\#(model)</PMML>"#
    }

    private static let schema =
        #"<MiningSchema><MiningField name="x"/><MiningField name="w"/><MiningField name="y" usageType="target"/></MiningSchema>"#
    private static let card = document(
        #"<Scorecard functionName="regression" initialScore="1">\#(schema)<Characteristics><Characteristic name="c" baselineScore="3" reasonCode="R">"#
            + #"<Attribute partialScore="2"><SimplePredicate field="x" operator="lessThan" value="0"/></Attribute><Attribute partialScore="4"><True/></Attribute>"#
            + #"</Characteristic></Characteristics></Scorecard>"#)
    private static let tree = document(
        #"<TreeModel functionName="regression" missingValueStrategy="defaultChild">\#(schema)<Node id="0" defaultChild="1"><True/>"#
            + #"<Node id="1" score="1"><SimplePredicate field="x" operator="lessOrEqual" value="0"/></Node>"#
            + #"<Node id="2" score="2"><SimplePredicate field="x" operator="greaterThan" value="0"/></Node></Node></TreeModel>"#)
    private static let chain = document(
        #"<MiningModel functionName="regression">\#(schema)<LocalTransformations><DerivedField name="d" optype="continuous" dataType="double">"#
            + #"<Apply function="*"><FieldRef field="x"/><Constant dataType="double">2</Constant></Apply></DerivedField></LocalTransformations>"#
            + #"<Segmentation multipleModelMethod="sum"><Segment><True/><RegressionModel functionName="regression">\#(schema)"#
            + #"<RegressionTable intercept="1"><NumericPredictor name="d" coefficient="3"/><CategoricalPredictor name="w" value="a" coefficient="5"/>"#
            + #"</RegressionTable></RegressionModel></Segment></Segmentation></MiningModel>"#)
}
