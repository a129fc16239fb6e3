import AssayColumns
import AssayModels
import AssayTerms
import Testing

/// Goal: ONNX files mean here what ONNX Runtime makes of them, and hostile ones are refused by name, in bounded time and memory.
/// Method: files small enough to be followed by hand; Tests/Reference/test_onnx.py compares with the library.
@Suite struct ONNXReaderTests {
    private func scores(_ bytes: [UInt8], _ rows: [[Double]]) throws -> Scores {
        let model = try ScoringModel.load(onnx: bytes, name: "m.onnx")
        let columns = model.inputs.indices.map { place in Column(name: model.inputs[place], values: .double(rows.map { place < $0.count ? $0[place] : 0 })) }
        return try Scorer(model).scores(RowBlock(rowCount: rows.count, columns: columns))
    }

    @Test func comparesIn32Bits() throws {
        let below = Double(Float(0.5).nextDown)
        let rows = [[0, 0.5], [0, below], [0, 0.5 - 1e-12], [0, .nan], [0, -.infinity], [0, .infinity]]
        #expect(try scores(ONNXFiles.trees(), rows).numbers == [2, 1, 2, 2, 1, 2])
    }

    @Test func theSameBitsAloneAndInATable() throws {
        var rows: [[Double]] = []
        for place in 0..<5000 { rows.append([Double(place % 37) / 7, Double(place % 11) / 3 - 1]) }
        let whole = try #require(try scores(ONNXFiles.trees(), rows).numbers)
        for place in [0, 4095, 4096, 4999] { #expect(try scores(ONNXFiles.trees(), [rows[place]]).numbers == [whole[place]]) }
    }

    @Test func noRowsAreNoAnswers() throws { #expect(try scores(ONNXFiles.trees(), []).numbers == []) }

    @Test(arguments: [
        (ONNXFiles.trees(yes: [0, 0, 0]), "again from itself"),
        (ONNXFiles.trees(yes: [9, 0, 0]), "not there"),
        (ONNXFiles.trees(ids: [0, 1, 1]), "twice"),
        (ONNXFiles.trees(features: [1, 0]), "different lengths"),
        (ONNXFiles.trees(features: [7, 0, 0]), "feature 7 of 2"),
        (ONNXFiles.trees(features: [-1, 0, 0]), "feature -1"),
        (ONNXFiles.trees(targets: [0, 1]), "target 1 of 1"),
        (ONNXFiles.trees(weights: [1, .nan]), "no finite number"),
        (ONNXFiles.trees(nodes: [1, 5]), "not there"),
        (ONNXFiles.one(ONNXFiles.node("Relu", ["Z"], ["Y"])), "'Z'"),
        (ONNXFiles.one(ONNXFiles.node("Relu", ["Y"], ["Y"])), "'Y'"),
        (ONNXFiles.one(ONNXFiles.node("Relu", ["X"], ["X"])), "there already"),
        (ONNXFiles.one(ONNXFiles.node("Concat", ["X", "X"], ["Y"])), "no axis"),
        (ONNXFiles.one(ONNXFiles.node("Reshape", ["X", "S"], ["Y"]), ONNXFiles.constant("S", [2], integers: [-1, -1])), "shape"),
        (ONNXFiles.one(ONNXFiles.node("Gather", ["X", "S"], ["Y"], ONNXFiles.attribute("axis", integer: 1)), ONNXFiles.constant("S", [1], integers: [2])), "not there"),
        ([UInt8](ONNXFiles.trees().dropLast(9)), "m.onnx"),
        ([], "no graph"), ([0x08], "truncated"), ([0x08, 0x08, 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], "truncated"),
    ])
    func refusesDamage(bytes: [UInt8], words: String) {
        #expect {
            try scores(bytes, [[0, 0]])
        } throws: { error in
            guard let error = error as? AssayError, [.unreadable, .unsupported].contains(error.code) else { return false }
            return error.message.contains(words)
        }
    }

    @Test func endlessShapesAreRefusedAtOnce() {
        let wide = ONNXFiles.one(
            ONNXFiles.node("ConstantOfShape", ["S"], ["Z"]) + ONNXFiles.node("Add", ["X", "Z"], ["Y"]), ONNXFiles.constant("S", [2], integers: [1 << 40, 1 << 40]))
        #expect(throws: AssayError.self) { try scores(wide, [[0, 0]]) }
        // Each doubles the width.
        var nodes: [UInt8] = []
        for place in 0..<60 {
            let input = place == 0 ? "X" : "V\(place)"
            nodes += ONNXFiles.node("Concat", [input, input], ["V\(place + 1)"], ONNXFiles.attribute("axis", integer: 1))
        }
        #expect(throws: AssayError.self) { try scores(ONNXFiles.one(nodes + ONNXFiles.node("ReduceSum", ["V60"], ["Y"])), [[0, 0]]) }
    }

    @Test func everyCutIsRefusedOrReadable() {
        let whole = ONNXFiles.trees()
        for count in 0..<whole.count { _ = try? scores(Array(whole[..<count]), [[0, 0]]) }
        for place in whole.indices {
            var other = whole
            other[place] ^= 0x55
            _ = try? scores(other, [[0, 0]])
        }
    }

    @Test func operatorsAreNamedWithTheirSet() {
        #expect {
            try scores(ONNXFiles.one(ONNXFiles.node("LSTM", ["X"], ["Y"])), [[0, 0]])
        } throws: { error in
            (error as? AssayError)?.code == .unsupported && "\(error)".contains("'n' (LSTM of ai.onnx)") && "\(error)".contains("operator set 17")
        }
    }
}
