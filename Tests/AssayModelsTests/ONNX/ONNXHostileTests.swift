import AssayColumns
import AssayModels
import AssayTerms
import Testing

/// Goal: a file of a few hundred bytes neither ends the program nor takes memory and time that no model needs, and means one model to every reader.
/// Method: files by hand, each with one thing that no converter writes; all are refused as data, at once.
@Suite struct ONNXHostileTests {
    private typealias Files = ONNXFiles

    private static func node(_ type: String, _ inputs: [String], _ output: String, _ attributes: [UInt8] = []) -> [UInt8] {
        Files.node(type, inputs, [output], attributes)
    }

    /// A node over constant `Z` of a shape without elements, then a sum to one number a row.
    private static func empty(_ type: String, _ inputs: [String], _ shape: [Int64], _ attributes: [UInt8] = []) -> [UInt8] {
        Files.one(
            node(type, inputs, "F", attributes) + node("ReduceSum", ["X", "ax"], "Y"),
            Files.constant("Z", shape, raw: []) + Files.constant("ax", [1], integers: [1]))
    }

    private static func slice(start: Int64, end: Int64, step: Int64) -> [UInt8] {
        Files.one(
            node("Slice", ["X", "a", "b", "ax", "s"], "F") + node("ReduceSum", ["F", "ax"], "Y"),
            Files.constant("a", [1], integers: [start]) + Files.constant("b", [1], integers: [end]) + Files.constant("s", [1], integers: [step])
                + Files.constant("ax", [1], integers: [1]))
    }

    private static func load(_ bytes: [UInt8]) throws { _ = try ScoringModel.load(onnx: bytes, name: "m.onnx") }

    private static func refusal(_ body: () throws -> Void) -> AssayError? {
        do {
            try body()
            return nil
        } catch {
            return error as? AssayError
        }
    }

    @Test(arguments: [
        empty("Flatten", ["Z"], [0, 1 << 62, 1 << 62]), empty("Transpose", ["Z"], [0, 1 << 62, 1 << 62]),
        empty("Concat", ["Z", "Z"], [0, .max], Files.attribute("axis", integer: 1)), empty("ReduceSum", ["Z", "ax"], [0, 1 << 36]),
        Files.one(node("Split", ["X", "s"], "Y", Files.attribute("axis", integer: 1)), Files.constant("s", [1], integers: [.max])),
        Files.one(node("Reshape", ["X"], "Y")),
        Files.trees(
            ids: [0, 1, 2, 3], features: [0, 0, 0, .max], yes: [1, 0, 0, 1], no: [2, 0, 0, 2], modes: ["BRANCH_LT", "LEAF", "LEAF", "BRANCH_LT"],
            values: [0, 0, 0, 0]),
    ])
    func endsNothing(bytes: [UInt8]) {
        #expect([.unreadable, .limitExceeded].contains(Self.refusal { try Self.load(bytes) }?.code))
    }

    @Test(arguments: [Int64.max, .min + 1, .min])
    func stepsMayBeAsLongAsNumbersAre(step: Int64) throws {
        let model = try ScoringModel.load(onnx: Self.slice(start: step > 0 ? 0 : 1, end: step > 0 ? 2 : -9, step: step), name: "m.onnx")
        let columns = zip(model.inputs, [7.0, 11]).map { Column(name: $0, values: .double([$1])) }
        #expect(try Scorer(model).scores(RowBlock(rowCount: 1, columns: columns)).numbers == [step > 0 ? 7 : 11])
    }

    @Test func smallFilesAskForLittle() {
        let one = Files.constant("ax", [1], integers: [1]) + Files.constant("s", [1], integers: [1 << 24])
        let last = Self.node("ReduceSum", ["X", "ax"], "Y")
        let wide = (0..<40).flatMap { Self.node("ConstantOfShape", ["s"], "k\($0)") }
        let long = Self.node("ConstantOfShape", ["s"], "e0") + (0..<500).flatMap { Self.node("Exp", ["e\($0)"], "e\($0 + 1)") }
        let deep = (0..<34).flatMap { Self.node("Gather", ["i\($0)", "i\($0)"], "i\($0 + 1)") }
        let axes = Files.constant("i0", [Int64](repeating: 1, count: 16), integers: [0])
        for bytes in [Files.one(wide + last, one), Files.one(long + last, one), Files.one(deep + last, one + axes)] {
            #expect(Self.refusal { try Self.load(bytes) }?.code == .limitExceeded)
        }
    }

    @Test func filesBesideTheModelAreReadOnceAndBounded() throws {
        func model(_ files: [String]) -> [UInt8] {
            let constants = files.enumerated().flatMap { Files.constant("c\($0.offset)", [2], in: $0.element, offset: 8 * $0.offset, length: 8) }
            let adds = files.indices.flatMap { Self.node("Add", [$0 == 0 ? "X" : "v\($0)", "c\($0)"], "v\($0 + 1)") }
            return Files.one(adds + Self.node("ReduceSum", ["v\(files.count)", "ax"], "Y"), constants + Files.constant("ax", [1], integers: [1]))
        }
        var asked = 0
        _ = try ONNXReader.read(model(["a", "a", "a"]), name: "m.onnx", names: nil) { _ in
            asked += 1
            return [UInt8](repeating: 0, count: 24)
        }
        #expect(asked == 1)
        // One array under many names takes no more than itself here.
        let large = [UInt8](repeating: 0, count: 256 << 20)
        let bytes = model((0..<6).map { "f\($0)" })
        #expect(Self.refusal { _ = try ONNXReader.read(bytes, name: "m.onnx", names: nil) { _ in large } }?.code == .limitExceeded)
    }

    /// Protobuf joins messages and takes the last of numbers that may stand once; readers differ, so no file has them twice.
    @Test func nothingThatMayStandOnceStandsTwice() throws {
        let tensor = Files.field(2, Int64(1)) + Files.field(8, "k") + Files.field(9, [0, 0, 200, 66])
        func graph(tensor: [UInt8], attribute: [UInt8] = [], node: [UInt8] = [], value: [UInt8] = [], graph: [UInt8] = []) -> [UInt8] {
            let made = Files.field(5, Files.field(1, "value") + Files.field(5, tensor) + attribute + Files.field(20, 4))
            let shape = Files.field(2, Files.field(1, Files.field(2, "N")))
            let input = Files.field(11, Files.field(1, "X") + Files.field(2, Files.field(1, Files.field(1, Int64(1)) + shape)) + value)
            return Files.field(1, Files.field(2, "k") + Files.field(4, "Constant") + made + node) + Self.node("Add", ["X", "k"], "Y")
                + input + Files.value(12, "Y", [0]) + graph
        }
        #expect(Self.refusal { try Self.load(Files.model(graph(tensor: tensor))) } == nil)
        let twice = [
            graph(tensor: tensor, attribute: Files.field(5, Files.field(2, Int64(1)) + Files.field(9, [0, 0, 200, 194]))),
            graph(tensor: tensor, attribute: Files.field(20, Int64(4))), graph(tensor: tensor + Files.field(9, [0, 0, 200, 194])),
            graph(tensor: tensor + Files.field(4, [0, 0, 200, 194])), graph(tensor: tensor, node: Files.field(4, "Identity")),
            graph(tensor: tensor, value: Files.field(2, Files.field(1, Files.field(1, Int64(11))))),
        ]
        for bytes in twice {
            let error = Self.refusal { try Self.load(Files.model(bytes)) }
            #expect(error?.code == .unreadable && (error?.message.contains("twice") ?? false), "\(error?.message ?? "it is taken")")
        }
        let whole = Files.model(graph(tensor: tensor))
        for more in [Files.field(1, Int64(8)), Files.field(7, graph(tensor: tensor))] {
            #expect(Self.refusal { try Self.load(whole + more) }?.code == .unreadable)
        }
    }

    /// The same word may have one column only; words of a table stand beside each other row by row.
    @Test func wordsOfATableAreTheirColumns() throws {
        let table = Files.model(
            Files.node(
                "LabelEncoder", ["X"], ["N"], domain: "ai.onnx.ml",
                Files.attribute("keys_strings", texts: ["a", "1", "c"]) + Files.attribute("values_floats", floats: [1, 20, 300]))
                + Self.node("ReduceSum", ["N", "ax"], "Y") + Files.constant("ax", [1], integers: [1]) + Files.value(11, "X", [0, 3], type: 8)
                + Files.value(12, "Y", [0, 1]))
        let model = try ScoringModel.load(onnx: table, name: "m.onnx")
        let words = TextDictionary(["a", "1", "c", "zz"])
        func block(_ columns: [[Int32]]) -> RowBlock {
            RowBlock(rowCount: columns[0].count, columns: zip(["p", "q", "r"], columns).map { Column(name: $0, values: .text(codes: $1, dictionary: words)) })
        }
        #expect(try Scorer(model).scores(block([[0, 1], [1, 2], [2, 3]])).numbers == [321, 320])
        #expect(try Scorer(model).scores(block([[], [], []])).numbers == [])
        // A number is no word, though it may be written like one.
        let numbers = RowBlock(rowCount: 1, columns: ["p", "q", "r"].map { Column(name: $0, values: .int64([1])) })
        #expect(throws: AssayError.self) { try Scorer(model).scores(numbers) }
    }
}
