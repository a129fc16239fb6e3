/// Small ONNX files by hand, and hostile ones.
enum ONNXFiles {
    static func varint(_ value: UInt64) -> [UInt8] {
        var (rest, bytes): (UInt64, [UInt8]) = (value, [])
        repeat {
            bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        return bytes
    }

    static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] { varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes }
    static func field(_ number: UInt64, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
    static func field(_ number: UInt64, _ value: Int64) -> [UInt8] { varint(number << 3) + varint(UInt64(bitPattern: value)) }
    static func floats(_ values: [Float]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) } }
    }

    static func attribute(_ name: String, floats values: [Float]) -> [UInt8] { field(5, field(1, name) + field(7, floats(values)) + field(20, 6)) }
    static func attribute(_ name: String, integers values: [Int64]) -> [UInt8] { field(5, field(1, name) + values.flatMap { field(8, $0) } + field(20, 7)) }
    static func attribute(_ name: String, texts values: [String]) -> [UInt8] { field(5, field(1, name) + values.flatMap { field(9, $0) } + field(20, 8)) }
    static func attribute(_ name: String, integer value: Int64) -> [UInt8] { field(5, field(1, name) + field(3, value) + field(20, 2)) }

    static func node(_ type: String, _ inputs: [String], _ outputs: [String], domain: String = "", _ attributes: [UInt8] = []) -> [UInt8] {
        field(1, inputs.flatMap { field(1, $0) } + outputs.flatMap { field(2, $0) } + field(3, "n") + field(4, type) + attributes + field(7, domain))
    }

    /// - Parameter number: 11 for an input, 12 for an output.
    static func value(_ number: UInt64, _ name: String, _ shape: [Int64], type: Int64 = 1) -> [UInt8] {
        let extents = shape.flatMap { field(1, $0 > 0 ? field(1, $0) : field(2, "N")) }
        return field(number, field(1, name) + field(2, field(1, field(1, type) + field(2, extents))))
    }

    static func constant(_ name: String, _ shape: [Int64], integers: [Int64]) -> [UInt8] {
        field(5, shape.flatMap { field(1, $0) } + field(2, Int64(7)) + field(8, name) + integers.flatMap { field(7, $0) })
    }

    /// Numbers by their bytes, of which a shape with a 0 has none.
    static func constant(_ name: String, _ shape: [Int64], type: Int64 = 7, raw: [UInt8]) -> [UInt8] {
        field(5, shape.flatMap { field(1, $0) } + field(2, type) + field(8, name) + field(9, raw))
    }

    /// In a file beside the model's.
    static func constant(_ name: String, _ shape: [Int64], in file: String, offset: Int, length: Int) -> [UInt8] {
        let place = [("location", file), ("offset", "\(offset)"), ("length", "\(length)")].flatMap { field(13, field(1, $0.0) + field(2, $0.1)) }
        return field(5, shape.flatMap { field(1, $0) } + field(2, Int64(1)) + field(8, name) + place + field(14, Int64(1)))
    }

    static func model(_ graph: [UInt8], opset: Int64 = 17) -> [UInt8] {
        field(1, Int64(8)) + field(7, graph) + field(8, field(1, "") + field(2, opset)) + field(8, field(1, "ai.onnx.ml") + field(2, Int64(3)))
    }

    /// One operator from two columns to one number.
    static func one(_ nodes: [UInt8], _ more: [UInt8] = []) -> [UInt8] { model(nodes + more + value(11, "X", [0, 2]) + value(12, "Y", [0, 1])) }

    static func trees(
        ids: [Int64] = [0, 1, 2], features: [Int64] = [1, 0, 0], yes: [Int64] = [1, 0, 0], no: [Int64] = [2, 0, 0], modes: [String] = ["BRANCH_LT", "LEAF", "LEAF"],
        values: [Float] = [0.5, 0, 0], targets: [Int64] = [0, 0], weights: [Float] = [1, 2], nodes: [Int64] = [1, 2]
    ) -> [UInt8] {
        one(
            node(
                "TreeEnsembleRegressor", ["X"], ["Y"], domain: "ai.onnx.ml",
                attribute("n_targets", integer: 1) + attribute("nodes_treeids", integers: ids.map { _ in 0 }) + attribute("nodes_nodeids", integers: ids)
                    + attribute("nodes_featureids", integers: features) + attribute("nodes_modes", texts: modes) + attribute("nodes_values", floats: values)
                    + attribute("nodes_truenodeids", integers: yes) + attribute("nodes_falsenodeids", integers: no)
                    + attribute("target_treeids", integers: targets.map { _ in 0 }) + attribute("target_nodeids", integers: nodes)
                    + attribute("target_ids", integers: targets) + attribute("target_weights", floats: weights)))
    }
}
